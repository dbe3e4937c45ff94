"""Records of runs with their queues, each with what a test must do and see besides."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager, suppress
from typing import Any, Protocol

import psycopg

from tests.manual_clock import ManualClock
from tests.members import Member, a_member
from tests.runs import a_run
from tests.waiting_runs import forget_waiting_runs
from worker.database import RecordedRuns, open_database
from worker.errors import Refused
from worker.local.stack import StackInfo
from worker.project.trigger import RunRequest, cancel_run, request_runs
from worker.queue import MemoryQueue, RunQueue, SupabaseQueue
from worker.recording import MemoryRecords, RunRecords, SupabaseRecords

VERDICTS = ("passed", "failed", "broken", "blocked", "skipped")


class Bench(Protocol):
    """A record with its queue, and what a test must do and see besides."""

    @property
    def queue(self) -> RunQueue:
        """Hands runs out."""
        ...

    @property
    def records(self) -> RunRecords:
        """Writes them down."""
        ...

    async def request(self) -> str:
        """Let a run of the tests s/a, s/b and s/c wait; gives its id."""
        ...

    async def expire(self, run_id: str) -> None:
        """Let its lease be over, as if its worker were dead."""
        ...

    async def cancel(self, run_id: str) -> None:
        """Ask for its end."""
        ...

    async def look(self, run_id: str) -> dict[str, Any]:
        """Its status, reason and counters."""
        ...

    async def results(self, run_id: str) -> dict[str, str]:
        """Its verdicts by test."""
        ...


class MemoryBench:
    """The twin in memory."""

    def __init__(self) -> None:
        self.records = MemoryRecords(ManualClock())
        self.queue = MemoryQueue(self.records)
        self._clock = ManualClock()

    async def request(self) -> str:
        """Let a run wait."""
        run = a_run(self._clock.new_id())
        self.records.add(run)
        return run.id

    async def expire(self, run_id: str) -> None:
        """Let its lease be over."""
        self.records.expire(run_id)

    async def cancel(self, run_id: str) -> None:
        """Ask for its end."""
        self.records.cancel(run_id)

    async def look(self, run_id: str) -> dict[str, Any]:
        """Its status, reason and counters."""
        run = self.records.runs[run_id]
        counted = {verdict: getattr(run.counters, verdict) for verdict in VERDICTS}
        return {"status": run.status, "reason": run.reason, "total": run.total, **counted}

    async def results(self, run_id: str) -> dict[str, str]:
        """Its verdicts by test."""
        return {test: row["verdict"] for test, row in self.records.runs[run_id].results.items()}


class SupabaseBench:
    """A real stack."""

    def __init__(self, stack: StackInfo, member: Member, queue: RunQueue, records: RunRecords) -> None:
        self.queue = queue
        self.records = records
        self._stack = stack
        self._member = member
        self._asked: list[str] = []

    async def request(self) -> str:
        """Let a run wait."""
        [run] = await request_runs(
            self._member.database,
            self._member.project_id,
            [RunRequest(suites=("s",), environment="local")],
        )
        self._asked.append(run.id)
        return run.id

    async def expire(self, run_id: str) -> None:
        """Let its lease be over: the message is to be seen again."""
        with psycopg.connect(**self._stack.admin.parameters) as connection:
            connection.execute(
                "update pgmq.q_runs_medium set vt = now() where message ->> 'run_id' = %s", [run_id]
            )
            connection.execute("update test_runs set lease_expires_at = now() where id = %s", [run_id])

    async def cancel(self, run_id: str) -> None:
        """Ask for its end."""
        await cancel_run(self._member.database, run_id)

    async def look(self, run_id: str) -> dict[str, Any]:
        """Its status, reason and counters."""
        run = await RecordedRuns(self._member.database).run(run_id)
        return {name: run[name] for name in ("status", "reason", "total", *VERDICTS)}

    async def results(self, run_id: str) -> dict[str, str]:
        """Its verdicts by test."""
        runs = RecordedRuns(self._member.database)
        return {row["test"]: row["verdict"] for row in await runs.results(await runs.run(run_id))}

    async def leave_nothing(self) -> None:
        """No run of ours may be handed to the next test."""
        for run_id in self._asked:
            with suppress(Refused):
                await self.cancel(run_id)


@asynccontextmanager
async def a_supabase_bench() -> AsyncIterator[SupabaseBench]:
    """A new project on the stack of this session."""
    from tests.stack import shared_stack

    stack = shared_stack()
    # What another test left waiting would be handed to ours.
    forget_waiting_runs(stack)
    worker = await open_database(stack.url, stack.secret_key)
    async with a_member(stack) as member:
        await member.environment()
        await member.push_names("a", "b", "c")
        bench = SupabaseBench(stack, member, SupabaseQueue(worker), SupabaseRecords(worker))
        try:
            yield bench
        finally:
            await bench.leave_nothing()
            await worker.close()
