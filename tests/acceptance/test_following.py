"""Following a run over real Realtime: live, cut off, back again, with tokens that end."""

import asyncio
import json
from collections.abc import AsyncIterator
from contextlib import suppress
from dataclasses import dataclass, field, replace
from typing import Any

import pytest

from tests.acceptance.site import MEMBERS, Site
from tests.cuttable import Line, a_line
from tests.manual_clock import ManualClock
from tests.members import Member, a_member, signed_in
from tests.patience import FOR_EVER_SECONDS
from tests.stack import shared_stack
from tests.waiting_runs import forget_waiting_runs
from worker.database import Database, SessionFile, open_database
from worker.errors import Refused
from worker.models.run import ClaimedRun
from worker.project.trigger import RunRequest, cancel_run, request_runs
from worker.queue import SupabaseQueue
from worker.realtime import ProgressUpdate, subscribe_to_test_progress
from worker.recording import Step, SupabaseRecords

pytestmark = [
    pytest.mark.stack,
    # The Realtime client asks a closed connection for its code in an old way. As an error that would
    # end its listening task before it has noticed that the connection is gone.
    pytest.mark.filterwarnings("ignore:ConnectionClosed.(code|reason) is deprecated:DeprecationWarning"),
]

TESTS = [f"t{number}" for number in range(40)]


@dataclass(kw_only=True)
class Scene:
    """A run that the test records by hand, and a member who may follow it."""

    member: Member
    worker: Database
    run: ClaimedRun
    step: Step
    told: list[ProgressUpdate] = field(default_factory=list)

    async def record(self, *keys: str, **more: Any) -> None:
        """These tests passed."""
        batch = {
            "status": "running",
            "total": len(TESTS),
            "results": [{"test": f"s/{key}", "verdict": "passed"} for key in keys],
            "events": [{"type": "test_completed", "test": f"s/{key}", "verdict": "passed"} for key in keys],
            **more,
        }
        answer = await SupabaseRecords(self.worker).record(self.run.lease, self.step, batch)
        self.step = Step(batch_number=answer.batch_number + 1, context_version=answer.context_version)

    async def finish(self) -> None:
        """The run is over."""
        await SupabaseRecords(self.worker).finish(
            self.run.lease, {"status": "completed", "reason": None, "message": "done", "summary": {}}
        )

    async def until_live(self) -> None:
        """Wait until the topic is joined, of one for whom time stands still: what happens while he begins to
        follow is told to him then, and not before."""
        await self.record(TESTS[0])
        await self.until_told(TESTS[0])

    @property
    def results(self) -> list[str]:
        """The tests whose results were told, in that order."""
        return [update.result["test"] for update in self.told if update.result is not None]

    @property
    def is_over(self) -> bool:
        """Whether the subscriber knows of the end."""
        return any(update.stats is not None and update.stats.is_over for update in self.told)

    async def until_told(self, *keys: str) -> None:
        """Wait until the subscriber has heard of these."""
        async with asyncio.timeout(FOR_EVER_SECONDS):
            while not {f"s/{key}" for key in keys} <= set(self.results):
                await asyncio.sleep(0.01)

    async def until_over(self) -> None:
        """Wait until the subscriber has heard of the end."""
        async with asyncio.timeout(FOR_EVER_SECONDS):
            while not self.is_over:
                await asyncio.sleep(0.01)


@pytest.fixture
async def scene() -> AsyncIterator[Scene]:
    """A run that was claimed and has not begun."""
    stack = shared_stack()
    forget_waiting_runs(stack)
    worker = await open_database(stack.url, stack.secret_key)
    async with a_member(stack) as member:
        await member.environment()
        await member.push_names(*TESTS)
        [asked] = await request_runs(
            member.database, member.project_id, [RunRequest(suites=("s",), environment="local")]
        )
        run = await SupabaseQueue(worker).claim("test", lease_seconds=3600)
        assert run is not None
        assert run.id == asked.id
        yield Scene(
            member=member,
            worker=worker,
            run=run,
            step=Step(batch_number=1, context_version=run.context.version),
        )
        with suppress(Refused):
            await cancel_run(member.database, run.id)
        await worker.close()


@pytest.fixture
async def line() -> AsyncIterator[Line]:
    """A line to the stack that can be cut."""
    async with a_line(shared_stack().url) as line:
        yield line


async def test_a_batch_is_told_at_once(scene: Scene) -> None:
    """Live: no table is read in a loop, nobody waits for a poll; time stands still."""
    unsubscribe = await subscribe_to_test_progress(
        scene.run.id, scene.told.append, database=scene.member.database, clock=ManualClock()
    )
    await scene.until_live()
    await scene.record("t1", "t2")
    await scene.until_told("t1", "t2")
    await scene.finish()
    await scene.until_over()
    await unsubscribe()
    assert scene.results == ["s/t0", "s/t1", "s/t2"]


async def test_what_the_run_knows_is_told_masked(scene: Scene) -> None:
    """Names of tokens, values of what is no secret."""
    unsubscribe = await subscribe_to_test_progress(
        scene.run.id, scene.told.append, database=scene.member.database, clock=ManualClock()
    )
    await scene.until_live()
    await scene.record(
        "t1",
        context={"token_names": ["access"], "variables": {"plain": 1}, "captured_data": {"s/t1": {"id": 7}}},
        secrets={"tokens": {"access": "canary"}},
        events=[
            {"type": "test_completed", "test": "s/t1", "verdict": "passed"},
            {
                "type": "context_updated",
                "test": "s/t1",
                "tokens": ["access"],
                "variables": {"plain": 1},
                "captured_data": {"id": 7},
            },
        ],
    )
    await scene.until_told("t1")
    await scene.finish()
    await scene.until_over()
    await unsubscribe()
    contexts = [update.context for update in scene.told if update.context is not None]
    assert contexts[-1] == {
        "tokens": ["access"],
        "variables": {"plain": 1},
        "captured_data": {"s/t1": {"id": 7}},
    }
    assert "canary" not in repr(scene.told)


async def test_a_line_that_is_cut_loses_nothing(scene: Scene, line: Line) -> None:
    """What was recorded while nobody could listen is told when the line is mended, once."""
    session = replace(scene.member.session, url=line.url)
    async with signed_in(session) as database:
        unsubscribe = await subscribe_to_test_progress(scene.run.id, scene.told.append, database=database)
        await scene.record("t0")
        await scene.until_told("t0")
        line.cut()
        await asyncio.sleep(0.1)
        await scene.record("t1", "t2")
        await asyncio.sleep(0.5)
        assert scene.results == ["s/t0"]
        line.mend()
        await scene.until_told("t1", "t2")
        await scene.record("t3")
        await scene.until_told("t3")
        await scene.finish()
        await scene.until_over()
        await unsubscribe()
    assert sorted(scene.results) == ["s/t0", "s/t1", "s/t2", "s/t3"]


async def test_a_message_that_was_cut_short_is_made_up_for(scene: Scene) -> None:
    """More events than a message can carry: the tables have them all."""
    unsubscribe = await subscribe_to_test_progress(
        scene.run.id, scene.told.append, database=scene.member.database, clock=ManualClock()
    )
    await scene.until_live()
    long, rest = "x" * 4000, TESTS[1:]
    await scene.record(
        *rest,
        events=[
            {"type": "test_completed", "test": f"s/{key}", "verdict": "passed", "reason": long}
            for key in rest
        ],
    )
    await scene.until_told(*TESTS)
    await scene.finish()
    await scene.until_over()
    await unsubscribe()
    assert len(scene.results) == len(TESTS)


async def test_following_ends_when_it_is_asked_to(scene: Scene) -> None:
    """After unsubscribing nothing more is told, and nothing is left running."""
    unsubscribe = await subscribe_to_test_progress(
        scene.run.id, scene.told.append, database=scene.member.database
    )
    await unsubscribe()
    before = {task.get_name() for task in asyncio.all_tasks()}
    assert not [name for name in before if "following" in name or "listening" in name]
    await scene.record("t0")
    await asyncio.sleep(0.3)
    assert scene.results == []


async def test_a_program_follows_as_the_member_who_signed_in(
    site: Site, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two arguments are enough: `baton login` has said the rest."""
    monkeypatch.setenv("XDG_CONFIG_HOME", str(site.home / ".config"))
    monkeypatch.delenv("BATON_URL", raising=False)
    await site.push(members=MEMBERS)
    run_id = await site.request("members")
    told: list[ProgressUpdate] = []
    unsubscribe = await subscribe_to_test_progress(run_id, told.append)
    assert (await site.baton("worker", "--once")).returncode == 0
    async with asyncio.timeout(FOR_EVER_SECONDS):
        while not any(update.stats is not None and update.stats.is_over for update in told):
            await asyncio.sleep(0.02)
    await unsubscribe()
    assert len([update for update in told if update.result is not None]) == 3


async def test_a_session_that_is_over_is_renewed_once_by_two_commands_at_once(site: Site) -> None:
    """Refresh tokens work once: both commands succeed, and the session stays."""
    path = site.home / ".config" / "baton" / "session.json"
    before = SessionFile(path).load("default")
    assert before is not None
    kept = json.loads(path.read_text())
    kept["profiles"]["default"]["expires_at"] = 0
    path.write_text(json.dumps(kept))
    both = await asyncio.gather(site.baton("whoami"), site.baton("whoami"))
    assert [done.returncode for done in both] == [0, 0], [done.stderr for done in both]
    after = SessionFile(path).load("default")
    assert after is not None
    assert after.refresh_token != before.refresh_token
    assert (await site.baton("whoami")).returncode == 0


async def test_a_session_that_the_project_does_not_know_must_be_made_anew(site: Site) -> None:
    """Exit 3, and how."""
    path = site.home / ".config" / "baton" / "session.json"
    kept = json.loads(path.read_text())
    kept["profiles"]["default"] |= {"expires_at": 0, "refresh_token": "canary-unknown"}
    path.write_text(json.dumps(kept))
    done = await site.baton("whoami")
    assert done.returncode == 3
    assert "baton login" in done.stderr
    assert "canary-unknown" not in done.stderr
