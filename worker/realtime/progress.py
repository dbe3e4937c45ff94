"""What one subscriber knows of a run, and what is news to him.

Messages may be missed, cut, doubled or late. Each carries a sequence number; where one is missing,
the tables are read, which are right at any time. Nothing here sends or receives.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from worker.models.outcome import Counters, RunFailure, RunStatus
from worker.realtime.updates import ProgressUpdate, RunStats, UpdateType

Row = Mapping[str, Any]

#: What of a result a subscriber is told.
RESULT_FIELDS = (
    "test",
    "verdict",
    "reason",
    "error_category",
    "blocked_by",
    "required_only",
    "attempts",
    "started_at",
    "finished_at",
    "total_ms",
    "status_code",
)


class Progress:
    """The progress of one run as one subscriber has been told it."""

    def __init__(self, run_id: str) -> None:
        self._run_id = run_id
        self._sequence: int | None = None
        self._told: set[str] = set()
        self._stats: RunStats | None = None
        self._tokens: set[str] = set()
        self._variables: dict[str, Any] = {}
        self._captured: dict[str, dict[str, Any]] = {}
        self._context_version = 0

    @property
    def stats(self) -> RunStats | None:
        """The last state that was told."""
        return self._stats

    @property
    def told(self) -> frozenset[str]:
        """The tests whose results were told."""
        return frozenset(self._told)

    @property
    def context_version(self) -> int:
        """The version of the context that was told."""
        return self._context_version

    def is_old(self, message: Row) -> bool:
        """Whether all that this message says is known."""
        return self._sequence is not None and message["sequence"] <= self._sequence

    def leaves_a_gap(self, message: Row) -> bool:
        """Whether the tables must be read, because this message is not the whole news."""
        return (
            self._sequence is None
            or message["sequence"] > self._sequence + 1
            or bool(message.get("truncated"))
            or any(event.get("names_only") for event in message.get("events") or ())
            # The end is told from rows, which also have the words that belong to it.
            or _stats(message).is_over
        )

    def from_message(self, message: Row) -> list[ProgressUpdate]:
        """The news in a message that follows the last one."""
        self._sequence = message["sequence"]
        events = message.get("events") or ()
        return [
            *self._results(event for event in events if "verdict" in event),
            *self._context_changes(events, message.get("context_version")),
            *self._status(message),
        ]

    def from_tables(self, run: Row, results: Iterable[Row], context: Row | None) -> list[ProgressUpdate]:
        """The news in rows. The run's row must have been read before the others."""
        self._sequence = max(self._sequence or 0, run.get("sequence") or 0)
        return [*self._results(results), *self._whole_context(context), *self._status(run)]

    def _results(self, rows: Iterable[Row]) -> Iterator[ProgressUpdate]:
        for row in rows:
            if row["test"] not in self._told:
                self._told.add(row["test"])
                result = {name: row.get(name) for name in RESULT_FIELDS}
                yield self._update(UpdateType.TEST_RESULT, result=result)

    def _context_changes(self, events: Iterable[Row], version: int | None) -> Iterator[ProgressUpdate]:
        changes = [event for event in events if event["type"] == UpdateType.CONTEXT_UPDATED]
        for change in changes:
            self._tokens.update(change.get("tokens", ()))
            self._variables.update(change.get("variables", {}))
            self._captured.setdefault(change["test"], {}).update(change.get("captured_data", {}))
        self._context_version = max(self._context_version, version or 0)
        if changes:
            yield self._context()

    def _whole_context(self, row: Row | None) -> Iterator[ProgressUpdate]:
        if row is None or row["version"] <= self._context_version:
            return
        self._context_version = row["version"]
        self._tokens = set(row["tokens"])
        self._variables = dict(row["variables"])
        self._captured = {test: dict(values) for test, values in row["captured_data"].items()}
        yield self._context()

    def _context(self) -> ProgressUpdate:
        return self._update(
            UpdateType.CONTEXT_UPDATED,
            context={
                "tokens": sorted(self._tokens),
                "variables": dict(self._variables),
                "captured_data": {test: dict(values) for test, values in self._captured.items()},
            },
        )

    def _status(self, row: Row) -> Iterator[ProgressUpdate]:
        stats = _stats(row)
        if stats != self._stats:
            self._stats = stats
            yield self._update(UpdateType.RUN_STATUS, stats=stats)

    def _update(self, kind: UpdateType, **fields: Any) -> ProgressUpdate:
        return ProgressUpdate(type=kind, run_id=self._run_id, **fields)


def _stats(row: Row) -> RunStats:
    counted = row.get("counters") or row
    reason = row.get("reason")
    return RunStats(
        status=RunStatus(row["status"]),
        failure=RunFailure(reason) if reason else None,
        message=row.get("message") or "",
        counters=Counters(
            **{
                name: counted.get(name) or 0
                for name in ("total", "passed", "failed", "broken", "blocked", "skipped")
            }
        ),
    )
