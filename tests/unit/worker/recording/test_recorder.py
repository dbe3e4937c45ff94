"""The recorder: batches, order, heartbeats, patience."""

import asyncio
import json

import pytest

from tests.manual_clock import ManualClock, settle
from tests.runs import RUN_ID, a_finish, a_run, a_start, an_outcome, run_started
from worker.errors import LeaseLost, NotReachable, Refused
from worker.models.events import ContextChange, TestFinished
from worker.models.outcome import Verdict
from worker.models.run import Lease
from worker.recording import Answer, Limits, MemoryRecords, Recorder, Step, StopCause
from worker.recording.base import Document

LEASE = 60


class Line(MemoryRecords):
    """The record behind a line that can be cut. Keeps every batch that came through."""

    def __init__(self, clock: ManualClock) -> None:
        super().__init__(clock)
        self.batches: list[tuple[float, Step, Document]] = []
        self.lost_requests = 0
        self.lost_replies = 0
        self.refusal: Refused | None = None
        self.mistake: Exception | None = None
        self.held: asyncio.Event | None = None
        self._manual = clock

    async def record(self, lease: Lease, step: Step, batch: Document) -> Answer:
        """Write a batch, unless the test has other plans."""
        if self.held is not None:
            await self.held.wait()
        if self.lost_requests:
            self.lost_requests -= 1
            raise NotReachable("cut")
        if self.refusal is not None:
            raise self.refusal
        if self.mistake is not None:
            raise self.mistake
        answer = await super().record(lease, step, batch)
        self.batches.append((self._manual.seconds, step, batch))
        if self.lost_replies:
            self.lost_replies -= 1
            raise NotReachable("cut")
        return answer


@pytest.fixture
def clock() -> ManualClock:
    """Time in the test's hand."""
    return ManualClock()


@pytest.fixture
def line(clock: ManualClock) -> Line:
    """A record in memory with one run that waits."""
    line = Line(clock)
    line.add(a_run())
    return line


@pytest.fixture
def stops() -> list[StopCause]:
    """Why the recorder stopped the run."""
    return []


def a_recorder(
    line: Line, clock: ManualClock, stops: list[StopCause], limits: Limits | None = None
) -> Recorder:
    """A recorder at work on a run that was just claimed."""
    run = line.claim("worker", lease_seconds=LEASE)
    assert run is not None
    recorder = Recorder(line, run, clock=clock, lease_seconds=LEASE, on_stop=stops.append, limits=limits)
    recorder.start()
    return recorder


async def finish(recorder: Recorder, clock: ManualClock, seconds: float = 10.0) -> None:
    """Close the recorder while time goes on."""
    closing = asyncio.create_task(recorder.close())
    await clock.advance(seconds)
    await closing


async def test_the_first_event_after_quiet_goes_at_once(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """Who watches a quiet run sees its next step without delay."""
    recorder = a_recorder(line, clock, stops)
    await recorder.on(run_started("s/a"))
    await settle()
    assert [seconds for seconds, _, _ in line.batches] == [0.0]
    await finish(recorder, clock)


async def test_a_busy_run_sends_at_most_three_batches_a_second(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """However many tests finish: with the run's end, watchers get four messages a second."""
    recorder = a_recorder(line, clock, stops)
    for number in range(100):
        await recorder.on(a_finish(f"s/t{number}"))
        await clock.advance(0.02)
    await finish(recorder, clock)
    moments = [seconds for seconds, _, _ in line.batches]
    busiest = max(sum(1 for other in moments if moment <= other < moment + 1.0) for moment in moments)
    assert busiest <= 4
    assert line.runs[RUN_ID].counters.passed == 100


async def test_the_last_batch_of_a_short_run_does_not_wait_for_its_turn(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """A run that is over in a blink is recorded in a blink."""
    recorder = a_recorder(line, clock, stops)
    await recorder.on(run_started("s/a"))
    await settle()
    await recorder.on(a_finish("s/a"))
    await recorder.close()
    assert clock.seconds == 0.0
    assert line.runs[RUN_ID].counters.passed == 1


async def test_silence_is_broken_by_a_heartbeat_each_third_of_the_lease(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """A run in which nothing happens stays ours; watchers hear nothing of it."""
    recorder = a_recorder(line, clock, stops)
    await clock.advance(LEASE * 2)
    assert [seconds for seconds, _, _ in line.batches] == [20.0, 40.0, 60.0, 80.0, 100.0, 120.0]
    assert line.runs[RUN_ID].messages == []
    await finish(recorder, clock)


async def test_a_batch_whose_answer_was_lost_is_sent_again_and_counted_once(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """The same number with the same content: the record knows it already."""
    recorder = a_recorder(line, clock, stops)
    line.lost_replies = 2
    await recorder.on(a_finish("s/a", token_id=1))
    await clock.advance(5)
    await recorder.on(a_finish("s/b"))
    await finish(recorder, clock)
    assert [step.batch_number for _, step, _ in line.batches] == [1, 1, 1, 2]
    assert line.runs[RUN_ID].counters.passed == 2
    assert line.runs[RUN_ID].batches == 2
    assert stops == []


async def test_nothing_is_lost_while_the_database_is_away(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """What happens meanwhile is recorded when it is back, if the lease still holds."""
    recorder = a_recorder(line, clock, stops)
    line.lost_requests = 5
    for number in range(10):
        await recorder.on(a_finish(f"s/t{number}"))
    await clock.advance(30)
    await finish(recorder, clock)
    assert line.runs[RUN_ID].counters.passed == 10


async def test_a_run_stops_when_the_database_is_away_for_longer_than_the_lease(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """Another worker may have it by then: two must not go on with one run."""
    recorder = a_recorder(line, clock, stops)
    line.lost_requests = 1000
    await recorder.on(a_finish("s/a"))
    await clock.advance(LEASE + 10)
    assert stops == [StopCause.LEASE_LOST]
    assert not recorder.holds_the_run
    await recorder.close()


async def test_a_recorder_in_a_hurry_does_not_wait_for_a_database_that_is_away(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """A worker that must leave now leaves; what was not taken will be run again."""
    recorder = a_recorder(line, clock, stops)
    line.lost_requests = 1000
    await recorder.on(a_finish("s/a"))
    await clock.advance(1)
    recorder.hurry()
    await finish(recorder, clock, seconds=6)
    assert stops == [StopCause.LEASE_LOST]


async def test_a_worker_that_lost_its_lease_drops_what_it_has(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """The new holder runs those tests again; the old one writes nothing."""
    recorder = a_recorder(line, clock, stops)
    line.expire(RUN_ID)
    assert line.claim("other", lease_seconds=LEASE) is not None
    await recorder.on(a_finish("s/a"))
    await settle()
    await recorder.on(a_finish("s/b"))
    await recorder.close()
    assert stops == [StopCause.LEASE_LOST]
    assert isinstance(recorder.error, LeaseLost)
    assert line.runs[RUN_ID].results == {}


async def test_a_cancelled_run_is_stopped_once_and_still_recorded(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """What was in flight when somebody cancelled has happened, and is written down."""
    recorder = a_recorder(line, clock, stops)
    await recorder.on(run_started("s/a", "s/b"))
    await settle()
    line.cancel(RUN_ID)
    await recorder.on(a_finish("s/a"))
    await clock.advance(1)
    await recorder.on(a_finish("s/b"))
    await finish(recorder, clock)
    assert stops == [StopCause.CANCELLED]
    assert recorder.holds_the_run
    assert line.runs[RUN_ID].counters.passed == 2


async def test_a_record_that_refuses_ends_the_run_and_says_why(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """Sending the same refused batch for ever would help nobody."""
    recorder = a_recorder(line, clock, stops)
    line.refusal = Refused("no such test", code="PT422")
    await recorder.on(a_finish("s/a"))
    await settle()
    await recorder.close()
    assert stops == [StopCause.NOT_RECORDED]
    assert recorder.error is line.refusal


async def test_a_mistake_of_ours_ends_the_run_and_says_no_value(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """What an exception says may be the whole batch, secrets included; members read a run's message."""
    recorder = a_recorder(line, clock, stops)
    line.mistake = UnicodeEncodeError("utf-8", "canary", 0, 1, "surrogates not allowed")
    await recorder.on(a_finish("s/a"))
    await settle()
    await recorder.close()
    assert stops == [StopCause.NOT_RECORDED]
    assert recorder.error is not None
    assert "UnicodeEncodeError" in recorder.error.what
    assert "canary" not in str(recorder.error)


async def test_nothing_in_a_batch_is_refused_by_the_database(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """NUL and half a character may stand wherever an answer's words turn up: rows, events, context."""
    recorder = a_recorder(line, clock, stops)
    bad = "a\x00b\ud800"
    change = ContextChange(
        test="s/a",
        variables={"v": bad},
        captured_data={"d": [bad]},
        provenance=({"name": "d", "kind": "data", "test": "s/a", "capture": bad},),
        secrets={"captured_data": {"s": bad}},
    )
    outcome = an_outcome("s/a", Verdict.FAILED, reason=bad)
    await recorder.on(TestFinished(outcome=outcome, change=change))
    await finish(recorder, clock)
    text = json.dumps(line.batches[0][2])
    assert "\\u0000" not in text
    assert "\\ud800" not in text


async def test_a_run_waits_when_too_much_waits_to_be_recorded(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """The memory of a worker is bounded, however slow the database is."""
    line.held = asyncio.Event()
    recorder = a_recorder(line, clock, stops, Limits(waiting_entries=10))
    running = asyncio.create_task(_report(recorder, 50))
    await clock.advance(5)
    assert not running.done()
    line.held.set()
    await clock.advance(20)
    await running
    await finish(recorder, clock)
    assert line.runs[RUN_ID].counters.passed == 50


async def test_a_run_that_waits_for_room_goes_on_when_the_lease_is_lost(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """Nobody waits for ever for a record that will never be written."""
    line.held = asyncio.Event()
    recorder = a_recorder(line, clock, stops, Limits(waiting_entries=2))
    running = asyncio.create_task(_report(recorder, 20))
    await clock.advance(1)
    line.expire(RUN_ID)
    line.claim("other", lease_seconds=LEASE)
    line.held.set()
    await settle()
    assert running.done()
    await recorder.close()


async def test_batches_are_bounded_by_number_and_size(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """A thousand tests blocked in one moment do not make one huge statement."""
    recorder = a_recorder(line, clock, stops, Limits(batch_results=30, batch_bytes=40_000))
    await _report(recorder, 100)
    await finish(recorder, clock, 30)
    sizes = [len(batch.get("results", ())) for _, _, batch in line.batches]  # type: ignore[arg-type] # a list
    assert sum(sizes) == 100
    assert max(sizes) <= 30
    assert all(len(json.dumps(batch)) < 80_000 for _, _, batch in line.batches)


async def test_a_test_larger_than_a_batch_goes_alone(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """Nothing is too large to be recorded."""
    recorder = a_recorder(line, clock, stops, Limits(batch_bytes=10))
    await _report(recorder, 3)
    await finish(recorder, clock)
    assert line.runs[RUN_ID].counters.passed == 3


async def test_a_batch_is_in_the_order_of_events_and_keeps_versions(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """Starts, results and context travel together; each context part is one version step."""
    recorder = a_recorder(line, clock, stops)
    await recorder.on(run_started("s/a", "s/b"))
    await settle()
    await recorder.on(a_start("s/a"))
    await recorder.on(a_finish("s/a", product=7))
    await clock.advance(1)
    await recorder.on(a_start("s/b"))
    await recorder.on(a_finish("s/b", Verdict.FAILED))
    await finish(recorder, clock)
    run = line.runs[RUN_ID]
    assert run.context.captured_data == {"s/a": {"product": 7}}
    assert run.context.test_order == ("s/a", "s/b")
    assert [step.context_version for _, step, _ in line.batches] == [0, 0, 1]
    assert [event["type"] for message in run.messages for event in message["events"]] == [
        "test_started",
        "test_completed",
        "context_updated",
        "test_started",
        "test_failed",
    ]


async def test_secrets_travel_in_their_own_part_only(
    line: Line, clock: ManualClock, stops: list[StopCause]
) -> None:
    """A token is in `secrets` and nowhere else in a batch."""
    recorder = a_recorder(line, clock, stops)
    change = ContextChange(
        test="s/a",
        tokens=("access",),
        captured_data={"access": "***"},
        secrets={"tokens": {"access": "canary"}, "captured_data": {"access": "canary"}},
    )
    await recorder.on(TestFinished(outcome=a_finish("s/a").outcome, change=change))
    await finish(recorder, clock)
    [(_, _, batch)] = line.batches
    secrets = batch["secrets"]
    assert secrets == {
        "tokens": {"access": "canary"},
        "variables": {},
        "captured_data": {"s/a": {"access": "canary"}},
    }
    assert "canary" not in json.dumps({key: part for key, part in batch.items() if key != "secrets"})
    assert "canary" not in repr(change)
    assert line.runs[RUN_ID].context.tokens == {"access": "canary"}


async def _report(recorder: Recorder, count: int) -> None:
    for number in range(count):
        await recorder.on(a_finish(f"s/t{number}"))
