"""Runs handed out by a Supabase project."""

from worker.database import Database
from worker.models.run import ClaimedRun
from worker.queue.base import RunQueue
from worker.queue.claim import claimed_run


class SupabaseQueue(RunQueue):
    """Claims through the function claim_run; request_due_schedules looks after the schedules, and
    delete_expired_artifacts and condense_expired after what grows old."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def claim(self, worker: str, *, lease_seconds: int) -> ClaimedRun | None:
        """Take a run, if one waits."""
        answer = await self._database.call("claim_run", p_worker=worker, p_lease_seconds=lease_seconds)
        return None if answer is None else claimed_run(answer)

    async def request_due(self) -> int:
        """Ask the database, which knows the schedules."""
        requested: int = await self._database.call("request_due_schedules")
        return requested

    async def tidy_up(self) -> int:
        """Files of tests in small steps, then the rest."""
        removed = 0
        while gone := sum(await self._files()):
            removed += gone
        counts: dict[str, int] = await self._database.call("condense_expired")
        return removed + sum(counts.values())

    async def _files(self) -> list[int]:
        gone: dict[str, int] = await self._database.call("delete_expired_artifacts")
        return [gone[kind] for kind in ("images", "videos", "logs")]
