"""What the tables say of a run: right at any time, for whoever missed a message or came late."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any, Protocol

from worker.database import Database, RecordedRuns

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Snapshot:
    """A run's rows. The run's own was read first: its sequence number is not newer than the others."""

    run: Row
    results: list[Row]
    context: Row | None


class RunTables(Protocol):
    """Where a subscriber reads what he missed."""

    async def read(self, run_id: str, *, known: Collection[str], context_version: int) -> Snapshot:
        """The run, its results but those of the `known` tests, and its context if it is newer.

        Raises Refused when there is no such run, or when the caller may not see it.
        """
        ...


class SupabaseTables:
    """The tables of a Supabase project, as their reader may see them."""

    def __init__(self, database: Database) -> None:
        self._runs = RecordedRuns(database)

    async def read(self, run_id: str, *, known: Collection[str], context_version: int) -> Snapshot:
        """The run, its news, and its context if it is newer."""
        run = await self._runs.run(run_id)
        counted = sum(run[verdict] for verdict in ("passed", "failed", "broken", "blocked", "skipped"))
        # Who knows as many results as were counted need not read them again.
        results = await self._runs.results(run) if counted > len(known) else []
        return Snapshot(
            run=run,
            results=[row for row in results if row["test"] not in known],
            context=await self._runs.context(run_id, newer_than=context_version),
        )
