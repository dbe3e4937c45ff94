"""Runs recorded by a Supabase project."""

from collections.abc import Iterator, Sequence
from dataclasses import asdict
from typing import Any

from worker.database import Database
from worker.models.run import Lease
from worker.recording.base import Answer, Document, FixtureUse, RunRecords, Step
from worker.records.api.recording import FinishAnswer, RecordAnswer
from worker.records.base import read_answer

#: The database takes no more uses in one call.
MOST_AT_ONCE = 10_000


class SupabaseRecords(RunRecords):
    """Records through the functions record_run, finish_run and release_run."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def record(self, lease: Lease, step: Step, batch: Document) -> Answer:
        """Write a batch and extend the lease."""
        return _answer(
            await self._database.call(
                "record_run",
                p_run_id=lease.run_id,
                p_lease_number=lease.number,
                p_batch_number=step.batch_number,
                p_context_version=step.context_version,
                p_batch=batch,
            )
        )

    async def use_fixtures(self, lease: Lease, usage: Sequence[FixtureUse]) -> None:
        """Note which tests have used which fixtures."""
        for said in batched(usage, MOST_AT_ONCE):
            await self._database.call(
                "record_fixture_usage",
                p_run_id=lease.run_id,
                p_lease_number=lease.number,
                p_usage=[asdict(each) for each in said],
            )

    async def finish(self, lease: Lease, outcome: Document) -> Document:
        """End the run."""
        row = await self._database.call(
            "finish_run", p_run_id=lease.run_id, p_lease_number=lease.number, p_outcome=outcome
        )
        return read_answer(FinishAnswer, row, what="finish_run").model_dump(mode="json")

    async def release(self, lease: Lease) -> None:
        """Give the run back."""
        await self._database.call("release_run", p_run_id=lease.run_id, p_lease_number=lease.number)


def batched(usage: Sequence[FixtureUse], most: int) -> Iterator[Sequence[FixtureUse]]:
    """The same, in parts of at most so many."""
    return (usage[begin : begin + most] for begin in range(0, len(usage), most))


def _answer(row: Any) -> Answer:
    answer = read_answer(RecordAnswer, row, what="record_run")
    return Answer(
        go_on=answer.go_on,
        reason=answer.reason,
        batch_number=answer.batch_number,
        context_version=answer.context_version,
        sequence=answer.sequence or 0,
    )
