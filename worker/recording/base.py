"""Where runs are recorded: the port."""

from abc import ABC, abstractmethod
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from context.values import JsonValue
from worker.models.run import Lease

#: A batch or an outcome, in the words of the database functions record_run and finish_run.
Document = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What the record says to a batch. `go_on` is False when somebody cancelled the run."""

    go_on: bool
    reason: str | None = None
    batch_number: int
    context_version: int
    sequence: int = 0


@dataclass(frozen=True, slots=True, kw_only=True)
class Step:
    """Where a batch belongs. A record takes each number once, in order, at the version it has."""

    batch_number: int
    context_version: int


@dataclass(frozen=True, slots=True, kw_only=True)
class FixtureUse:
    """A test (full name) that has used a fixture of its suite. `cleaned_up`: nothing of it is kept."""

    test: str
    fixture: str
    cleaned_up: bool = True


class RunRecords(ABC):
    """Writes down what happens in runs, for whoever holds the lease.

    All that is in one call is written, or nothing. The last batch may be sent again: it gives its
    first answer again and changes nothing. The same holds for `finish`.
    """

    @abstractmethod
    async def record(self, lease: Lease, step: Step, batch: Document) -> Answer:
        """Write a batch and extend the lease; an empty batch only does the latter.

        Raises LeaseLost when somebody else holds the run, Refused when the batch number or the
        context version is not the next one, NotReachable when no answer came.
        """

    @abstractmethod
    async def use_fixtures(self, lease: Lease, usage: Sequence[FixtureUse]) -> None:
        """Note which tests have used which fixtures; said twice it is there once.

        Raises LeaseLost, Refused for a test or a fixture that the run does not have, or NotReachable.
        """

    @abstractmethod
    async def finish(self, lease: Lease, outcome: Document) -> Document:
        """End the run. Raises LeaseLost, Refused or NotReachable."""

    @abstractmethod
    async def release(self, lease: Lease) -> None:
        """Give the run back: another worker may take it up at once. Raises LeaseLost."""
