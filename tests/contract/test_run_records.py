"""What every queue with its record promises: runs are recorded once, by whoever holds them."""

from collections.abc import AsyncIterator
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

import pytest

from context.state import Provenance
from context.values import JsonValue
from tests.contract.record_benches import Bench, MemoryBench, a_supabase_bench
from tests.runs import MOMENT, an_outcome
from worker.errors import LeaseLost, Refused
from worker.models.events import CleanupFinished, ContextChange, Event, TestFinished, TokenRenewed
from worker.models.outcome import Cleanup, Renewal, Verdict
from worker.models.run import ClaimedRun, Lease
from worker.recording import Answer, FixtureUse, Step
from worker.recording.batch import batch_of, entry_of

LEASE = 60


@pytest.fixture(params=["memory", pytest.param("supabase", marks=pytest.mark.stack)])
async def bench(request: pytest.FixtureRequest) -> AsyncIterator[Bench]:
    """Each record in turn."""
    if request.param == "memory":
        yield MemoryBench()
    else:
        async with a_supabase_bench() as found:
            yield found


async def claim(bench: Bench) -> ClaimedRun:
    """The run that waits."""
    run = await bench.queue.claim("worker", lease_seconds=LEASE)
    assert run is not None
    return run


def first(run: ClaimedRun) -> Step:
    """Where the first batch of this lease belongs."""
    return Step(batch_number=run.next_batch_number, context_version=run.context.version)


def after(answer: Answer) -> Step:
    """Where the next batch belongs."""
    return Step(batch_number=answer.batch_number + 1, context_version=answer.context_version)


def a_batch(**verdicts: str) -> dict[str, Any]:
    """A batch with these results."""
    return {
        "status": "running",
        "total": 3,
        "started": [f"s/{key}" for key in verdicts],
        "results": [
            {"test": f"s/{key}", "verdict": verdict, "attempts": 1, "details": []}
            for key, verdict in verdicts.items()
        ],
        "context": {"token_names": [], "variables": {"seen": list(verdicts)}, "captured_data": {}},
    }


DONE: dict[str, JsonValue] = {"status": "completed", "reason": None, "message": "all passed", "summary": {}}


async def test_a_run_is_handed_out_once(bench: Bench) -> None:
    """While somebody holds it, nobody else gets it."""
    run_id = await bench.request()
    run = await claim(bench)
    assert run.id == run_id
    assert run.lease.number == 1
    assert await bench.queue.claim("other", lease_seconds=LEASE) is None


async def test_results_are_counted(bench: Bench) -> None:
    """The counters are those of the results, each verdict by itself."""
    run_id = await bench.request()
    run = await claim(bench)
    answer = await bench.records.record(run.lease, first(run), a_batch(a="passed", b="failed"))
    await bench.records.record(run.lease, after(answer), a_batch(c="blocked"))
    assert await bench.look(run_id) == {
        "status": "running",
        "reason": None,
        "total": 3,
        "passed": 1,
        "failed": 1,
        "broken": 0,
        "blocked": 1,
        "skipped": 0,
    }


async def test_a_batch_sent_again_gets_its_first_answer(bench: Bench) -> None:
    """A lost reply costs nothing: nothing is written twice, and the version does not move."""
    run_id = await bench.request()
    run = await claim(bench)
    batch = a_batch(a="passed")
    answer = await bench.records.record(run.lease, first(run), batch)
    again = await bench.records.record(run.lease, first(run), batch)
    assert again == answer
    assert (await bench.look(run_id))["passed"] == 1
    follows = await bench.records.record(run.lease, after(again), a_batch(b="passed"))
    assert follows.context_version == answer.context_version + 1
    assert (await bench.look(run_id))["passed"] == 2


async def test_a_batch_that_skips_a_number_is_refused(bench: Bench) -> None:
    """Batches come in order, or something was lost on the way."""
    await bench.request()
    run = await claim(bench)
    step = Step(batch_number=run.next_batch_number + 1, context_version=run.context.version)
    with pytest.raises(Refused) as refusal:
        await bench.records.record(run.lease, step, a_batch(a="passed"))
    assert refusal.value.code == "PT409"


async def test_an_older_batch_is_refused(bench: Bench) -> None:
    """Only the last one may be repeated."""
    run_id = await bench.request()
    run = await claim(bench)
    answer = await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    await bench.records.record(run.lease, after(answer), a_batch(b="passed"))
    with pytest.raises(Refused):
        await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    assert (await bench.look(run_id))["passed"] == 2


async def test_a_stale_context_version_is_refused_and_writes_nothing(bench: Bench) -> None:
    """Whoever knows an older context may not change it, nor anything with it."""
    run_id = await bench.request()
    run = await claim(bench)
    answer = await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    stale = Step(batch_number=answer.batch_number + 1, context_version=run.context.version)
    with pytest.raises(Refused) as refusal:
        await bench.records.record(run.lease, stale, a_batch(b="passed"))
    assert refusal.value.code == "PT409"
    assert await bench.results(run_id) == {"s/a": "passed"}


async def test_a_test_keeps_its_first_result(bench: Bench) -> None:
    """A result is what happened; a later one of the same test does not replace it."""
    run_id = await bench.request()
    run = await claim(bench)
    answer = await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    await bench.records.record(run.lease, after(answer), a_batch(a="failed", b="passed"))
    assert await bench.results(run_id) == {"s/a": "passed", "s/b": "passed"}
    found = await bench.look(run_id)
    assert (found["passed"], found["failed"]) == (2, 0)


async def test_a_heartbeat_keeps_the_lease_and_changes_nothing(bench: Bench) -> None:
    """An empty batch is a sign of life."""
    await bench.request()
    run = await claim(bench)
    answer = await bench.records.record(run.lease, first(run), {"lease_seconds": LEASE})
    assert answer.go_on
    assert answer.context_version == run.context.version
    assert await bench.queue.claim("other", lease_seconds=LEASE) is None


async def test_a_worker_that_lost_its_lease_can_write_nothing(bench: Bench) -> None:
    """Two workers that believe they hold one run: only the newer one does."""
    run_id = await bench.request()
    old = await claim(bench)
    await bench.expire(run_id)
    new = await claim(bench)
    assert new.lease.number == old.lease.number + 1
    with pytest.raises(LeaseLost):
        await bench.records.record(old.lease, first(old), a_batch(a="failed"))
    with pytest.raises(LeaseLost):
        await bench.records.finish(old.lease, DONE)
    with pytest.raises(LeaseLost):
        await bench.records.release(old.lease)
    await bench.records.record(new.lease, first(new), a_batch(a="passed"))
    assert await bench.results(run_id) == {"s/a": "passed"}


async def test_a_run_is_taken_up_where_it_stopped(bench: Bench) -> None:
    """What had finished is known, what was in flight is named, and what was captured is there."""
    run_id = await bench.request()
    run = await claim(bench)
    batch = {
        **a_batch(a="passed"),
        "started": ["s/a", "s/b"],
        "context": {
            "token_names": ["access"],
            "variables": {"plain": 1, "hidden": "***"},
            "captured_data": {"s/a": {"id": 7, "access": "***"}},
            "provenance": [{"name": "id", "kind": "data", "test": "s/a", "capture": "$.id"}],
            "test_order": ["s/a"],
        },
        "secrets": {
            "tokens": {"access": "canary"},
            "variables": {"hidden": "canary"},
            "captured_data": {"s/a": {"access": "canary"}},
        },
    }
    await bench.records.record(run.lease, first(run), batch)
    await bench.expire(run_id)
    again = await claim(bench)
    assert [(outcome.test, outcome.verdict) for outcome in again.finished] == [("s/a", "passed")]
    assert again.in_flight == {"s/b"}
    assert again.next_batch_number == 1
    assert again.context.version == run.context.version + 1
    assert again.context.tokens == {"access": "canary"}
    assert again.context.variables == {"plain": 1, "hidden": "canary"}
    assert again.context.captured_data == {"s/a": {"id": 7, "access": "canary"}}
    assert again.context.test_order == ("s/a",)
    assert "canary" not in repr(again)
    await bench.records.record(again.lease, first(again), a_batch(b="passed"))


async def test_a_released_run_can_be_taken_at_once(bench: Bench) -> None:
    """A worker that leaves in good order keeps nobody waiting, and nothing is lost."""
    run_id = await bench.request()
    run = await claim(bench)
    await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    await bench.records.release(run.lease)
    again = await claim(bench)
    assert again.id == run_id
    assert len(again.finished) == 1
    with pytest.raises(LeaseLost):
        await bench.records.record(run.lease, first(run), {})


async def test_a_run_that_is_released_often_is_not_given_up(bench: Bench) -> None:
    """Handing a run back is no failure of the run."""
    run_id = await bench.request()
    for _ in range(7):
        run = await claim(bench)
        assert run.id == run_id
        await bench.records.release(run.lease)


async def test_a_run_that_takes_its_workers_down_is_given_up(bench: Bench) -> None:
    """After five workers that were lost with it, nobody gets it again, and it says why."""
    run_id = await bench.request()
    for _ in range(5):
        await claim(bench)
        await bench.expire(run_id)
    assert await bench.queue.claim("worker", lease_seconds=LEASE) is None
    found = await bench.look(run_id)
    assert (found["status"], found["reason"]) == ("failed", "interrupted")


async def test_a_finished_run_is_over(bench: Bench) -> None:
    """Its verdict stands, and nobody gets it again."""
    run_id = await bench.request()
    run = await claim(bench)
    await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    await bench.records.finish(run.lease, DONE)
    assert (await bench.look(run_id))["status"] == "completed"
    await bench.expire(run_id)
    assert await bench.queue.claim("worker", lease_seconds=LEASE) is None


async def test_a_finish_sent_twice_gives_the_first_answer(bench: Bench) -> None:
    """A second verdict does not replace the first."""
    run_id = await bench.request()
    run = await claim(bench)
    answer = await bench.records.finish(run.lease, DONE)
    again = await bench.records.finish(
        run.lease, {"status": "failed", "reason": "tests", "message": "", "summary": {}}
    )
    assert again == answer
    assert (await bench.look(run_id))["status"] == "completed"


async def test_nothing_is_recorded_after_the_end(bench: Bench) -> None:
    """A batch that comes late is dropped by whoever sent it."""
    run_id = await bench.request()
    run = await claim(bench)
    await bench.records.finish(run.lease, DONE)
    with pytest.raises(LeaseLost):
        await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    assert await bench.results(run_id) == {}


async def test_a_cancelled_run_is_told_so_with_the_next_answer(bench: Bench) -> None:
    """Nothing is refused: what was in flight has happened."""
    run_id = await bench.request()
    run = await claim(bench)
    await bench.cancel(run_id)
    answer = await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    assert not answer.go_on
    assert answer.reason == "cancelled"
    await bench.records.finish(
        run.lease, {"status": "cancelled", "reason": None, "message": "", "summary": {}}
    )
    found = await bench.look(run_id)
    assert (found["status"], found["passed"]) == ("cancelled", 1)


async def test_a_run_cancelled_before_anybody_had_it_is_never_handed_out(bench: Bench) -> None:
    """It is over at once."""
    run_id = await bench.request()
    await bench.cancel(run_id)
    assert (await bench.look(run_id))["status"] == "cancelled"
    assert await bench.queue.claim("worker", lease_seconds=LEASE) is None


async def test_a_released_run_that_somebody_cancelled_is_cancelled(bench: Bench) -> None:
    """It need not be handed out again only to be told that it is over."""
    run_id = await bench.request()
    run = await claim(bench)
    await bench.cancel(run_id)
    await bench.records.release(run.lease)
    assert (await bench.look(run_id))["status"] == "cancelled"


async def test_a_lease_that_never_was_holds_nothing(bench: Bench) -> None:
    """A run that is not there, or a number from the future, is somebody else's."""
    run_id = await bench.request()
    run = await claim(bench)
    with pytest.raises(LeaseLost):
        await bench.records.record(Lease(run_id=run_id, number=run.lease.number + 1), first(run), {})


async def test_watchers_hear_of_each_batch_by_number(bench: Bench) -> None:
    """The sequence rises with every message, and not with a heartbeat."""
    await bench.request()
    run = await claim(bench)
    one = await bench.records.record(run.lease, first(run), a_batch(a="passed"))
    beat = await bench.records.record(run.lease, after(one), {"lease_seconds": LEASE})
    two = await bench.records.record(run.lease, after(beat), a_batch(b="passed"))
    assert beat.sequence == one.sequence
    assert two.sequence == one.sequence + 1


def a_token(value: str, ends: datetime) -> ContextChange:
    """What a login adds to the context."""
    origin = {"name": "access", "kind": "token", "test": "s/a", "capture": "$.access", "secret": "true"}
    return ContextChange(
        test="s/a",
        tokens=("access",),
        captured_data={"access": "***"},
        provenance=({**origin, "expires_at": ends.isoformat()},),
        secrets={"tokens": {"access": value}, "captured_data": {"access": value}},
    )


async def test_whoever_takes_a_run_up_has_the_renewed_token(bench: Bench) -> None:
    """With the moment at which it ends; the first one is gone."""
    run_id = await bench.request()
    run = await claim(bench)
    renewal = Renewal(
        test="s/a",
        tokens=("access",),
        cause="it had expired",
        wanted_by="s/b",
        started_at=MOMENT,
        finished_at=MOMENT,
    )
    later = MOMENT + timedelta(hours=1)
    told: list[Event] = [
        TestFinished(
            outcome=replace(
                an_outcome("s/a"), started_at=None, finished_at=None
            ),  # any other moment is not now
            change=a_token("canary-first", MOMENT),
        ),
        TokenRenewed(renewal=renewal, change=a_token("canary-second", later)),
        CleanupFinished(cleanup=Cleanup(test="s/a", verdict=Verdict.FAILED, reason="expected 2xx, got 500")),
    ]
    answer = await bench.records.record(run.lease, first(run), a_batch())
    for event in told:
        entry = entry_of(event)
        assert entry is not None
        answer = await bench.records.record(run.lease, after(answer), batch_of([entry], lease_seconds=LEASE))
    await bench.expire(run_id)
    again = await claim(bench)
    assert again.context.tokens == {"access": "canary-second"}
    assert again.context.captured_data == {"s/a": {"access": "canary-second"}}
    last = Provenance.from_record(again.context.provenance[-1])
    assert (last.name, last.expires_at) == ("access", later)


async def test_fixtures_are_used_by_whoever_holds_the_run(bench: Bench) -> None:
    """Said twice it is there once; without the lease nothing is said."""
    await bench.request()
    run = await claim(bench)
    used = [FixtureUse(test=f"s/{test}", fixture="users") for test in "ab"]
    await bench.records.use_fixtures(run.lease, used)
    await bench.records.use_fixtures(run.lease, used)
    with pytest.raises(LeaseLost):
        await bench.records.use_fixtures(replace(run.lease, number=run.lease.number + 1), used)
