"""How much goes into a batch, and how much may wait."""

from dataclasses import dataclass

from worker.recording.batch import Entry


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """How much goes into a batch, how often one is sent, how much may wait."""

    #: Watchers get at most four messages a second: three batches, and the run's end.
    interval_seconds: float = 1 / 3
    #: With three batches a second these say how fast a run can be recorded. record_run takes 1,000
    #: results, in some tenths of a second.
    batch_results: int = 1_000
    batch_bytes: int = 4_000_000
    #: record_run takes 5,000 events and 20,000 details; only an entry with a result has two events.
    batch_entries: int = 3_000
    batch_details: int = 15_000
    #: Beyond this the run waits for the database, instead of filling the memory.
    waiting_bytes: int = 8_000_000
    waiting_entries: int = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Load:
    """How much is in a batch."""

    entries: int = 0
    results: int = 0
    details: int = 0
    size: int = 0

    def plus(self, entry: Entry) -> "Load":
        """The load with this entry as well."""
        return Load(
            entries=self.entries + 1,
            results=self.results + (entry.result is not None),
            details=self.details + entry.details,
            size=self.size + entry.size,
        )

    def exceeds(self, limits: Limits) -> bool:
        """Whether it is more than one batch may carry."""
        return (
            self.entries > limits.batch_entries
            or self.results > limits.batch_results
            or self.details > limits.batch_details
            or self.size > limits.batch_bytes
        )
