"""The worker on a queue and a record in memory: what it claims, how it ends, how it leaves."""

import asyncio
from collections.abc import AsyncIterator, Callable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from context.state import ContextState
from context.store.memory import MemoryStore
from tests.manual_clock import ManualClock, settle
from tests.patience import FOR_EVER_SECONDS
from tests.runs import RUN_ID, a_run
from worker.errors import NotReachable, NotSignedIn, TransportError
from worker.http.memory_sender import ScriptedSender
from worker.http.transport import Trouble
from worker.models.environment import Environment
from worker.models.exchange import PreparedRequest, Response
from worker.models.run import ClaimedRun, ClaimedSuite
from worker.queue import MemoryQueue, RunQueue
from worker.recording import MemoryRecords
from worker.recording.memory import MemoryRun
from worker.service import Worker, WorkerOptions
from worker.wiring import WorkerParts

SUITE = """
suite: s
tests:
  login:
    POST: /login
    expect: { status: 200 }
    capture: { tokens: { access: $.token } }
  list:
    GET: /list
    auth: { bearer: "{{ tokens.access }}" }
  show:
    GET: /show
    needs: [list]
"""

HERE = Environment(name="local", base_url="http://api.test")


class Topic:
    """What the database would say to workers."""

    def __init__(self) -> None:
        self.say: Callable[[str, Mapping[str, Any]], None] = lambda event, payload: None

    async def start(
        self, on_message: Callable[[str, Mapping[str, Any]], None], on_live: Callable[[bool], None]
    ) -> None:
        """Whoever begins to listen hears what is said from now on."""
        self.say = on_message

    async def stop(self) -> None:
        """Nobody listens."""


class Api:
    """The API under test: gives a token, and may be told to wait or to fail."""

    def __init__(self) -> None:
        self.open = asyncio.Event()
        self.open.set()
        self.asked = asyncio.Event()
        self.sent: list[str] = []
        self.statuses: dict[str, int] = {}

    async def answer(self, request: PreparedRequest) -> Response:
        """Answer, when the door is open."""
        path = "/" + request.url.rsplit("/", 1)[-1]
        self.sent.append(path)
        self.asked.set()
        await self.open.wait()
        return Response(
            status_code=self.statuses.get(path, 200),
            headers=(("content-type", "application/json"),),
            body=b'{"token": "canary-token"}',
        )


@pytest.fixture
def clock() -> ManualClock:
    """Time in the test's hand."""
    return ManualClock()


@pytest.fixture
def records(clock: ManualClock) -> MemoryRecords:
    """The record."""
    return MemoryRecords(clock)


@pytest.fixture
def api() -> Api:
    """The API under test."""
    return Api()


@pytest.fixture
def topic() -> Topic:
    """What is said to workers."""
    return Topic()


@pytest.fixture
def parts(records: MemoryRecords, clock: ManualClock, api: Api, topic: Topic) -> WorkerParts:
    """What the worker works with."""

    async def close() -> None:
        """Nothing is open."""

    return WorkerParts(
        queue=MemoryQueue(records),
        records=records,
        contexts=MemoryStore(now=clock.now),
        listener=topic,
        make_sender=lambda: ScriptedSender(api.answer),
        clock=clock,
        close=close,
    )


def a_worker(parts: WorkerParts, *, once: bool = True, concurrency: int = 1) -> Worker:
    """A worker; unless told otherwise it takes what waits and stops."""
    return Worker(parts, WorkerOptions(name="w", once=once, concurrency=concurrency))


def waiting(records: MemoryRecords, source: str = SUITE, *, run_id: str = RUN_ID) -> MemoryRun:
    """A run of this suite that waits."""
    return records.add(a_run(run_id, source=source, environment=HERE))


@pytest.fixture
async def working() -> AsyncIterator[Callable[[Worker], asyncio.Task[None]]]:
    """Lets a worker work beside the test, and sees that it stops with it."""
    tasks: list[asyncio.Task[None]] = []

    def work(worker: Worker) -> asyncio.Task[None]:
        tasks.append(asyncio.create_task(worker.work()))
        return tasks[-1]

    yield work
    for task in tasks:
        task.cancel()
    await asyncio.gather(*tasks, return_exceptions=True)


Work = Callable[[Worker], "asyncio.Task[None]"]


async def until(condition: Callable[[], bool]) -> None:
    """Let other tasks (and threads) go on until this holds."""
    async with asyncio.timeout(FOR_EVER_SECONDS):
        while not condition():
            await asyncio.sleep(0)


async def test_a_run_is_executed_and_recorded(parts: WorkerParts, records: MemoryRecords, api: Api) -> None:
    """From the queue to the verdict: results, counters, context, end."""
    run = waiting(records)
    await a_worker(parts).work()
    assert run.status == "completed"
    assert (run.counters.total, run.counters.passed) == (3, 3)
    assert run.context.tokens == {"access": "canary-token"}
    assert sorted(api.sent) == ["/list", "/login", "/show"]
    assert run.finished is not None
    assert run.finished["message"] == "3 passed"


async def test_no_secret_is_in_what_is_announced(parts: WorkerParts, records: MemoryRecords) -> None:
    """Watchers and rows see that there is a token, not which."""
    run = waiting(records)
    await a_worker(parts).work()
    assert "canary-token" not in repr(run.messages) + repr(run.results)


async def test_all_runs_that_wait_are_taken(parts: WorkerParts, records: MemoryRecords) -> None:
    """`once` means: until nothing waits."""
    runs = [waiting(records, run_id=f"run-{number}") for number in range(3)]
    await a_worker(parts, concurrency=2).work()
    assert [run.status for run in runs] == ["completed"] * 3


async def test_a_failed_test_fails_the_run_and_blocks_what_needs_it(
    parts: WorkerParts, records: MemoryRecords, api: Api
) -> None:
    """One failure and its victims, told apart."""
    run = waiting(records)
    api.statuses["/login"] = 401
    await a_worker(parts).work()
    assert (run.status, run.reason) == ("failed", "tests")
    assert (run.counters.failed, run.counters.blocked) == (1, 2)
    assert run.results["s/show"]["blocked_by"] == "s/login"


async def test_a_run_whose_suite_cannot_be_read_ends_with_its_problems(
    parts: WorkerParts, records: MemoryRecords
) -> None:
    """It fails once, with line and column, and is not tried for ever."""
    run = waiting(records, "suite: s\ntests:\n  a:\n    GOT: /x\n")
    await a_worker(parts).work()
    assert (run.status, run.reason) == ("failed", "tests")
    assert run.finished is not None
    assert "s.yaml:4:" in str(run.finished["message"])
    assert run.deliveries == 1


async def test_a_run_whose_environment_lacks_a_secret_says_which(
    parts: WorkerParts, records: MemoryRecords, api: Api
) -> None:
    """Nothing is sent: it could only fail."""
    source = 'suite: s\ntests:\n  a:\n    GET: /x\n    headers: { k: "{{ secrets.api_key }}" }\n'
    run = waiting(records, source)
    await a_worker(parts).work()
    assert (run.status, run.reason) == ("failed", "environment")
    assert run.finished is not None
    assert "lacks the secret 'api_key'" in str(run.finished["message"])
    assert api.sent == []


async def test_a_variable_that_only_unselected_tests_use_may_be_missing(
    parts: WorkerParts, records: MemoryRecords
) -> None:
    """What is not run needs nothing."""
    source = 'suite: s\ntests:\n  a:\n    GET: /x\n  b:\n    GET: "/{{ nowhere }}"\n'
    run = records.add(replace(a_run(source=source, environment=HERE), only=("s/a",)))
    await a_worker(parts).work()
    assert run.status == "completed"


async def test_a_run_of_several_suites_runs_what_was_asked_for_and_what_that_needs(
    parts: WorkerParts, records: MemoryRecords
) -> None:
    """The other suite is there for its one test that is needed."""
    other = "suite: base\ntests:\n  login:\n    GET: /login\n  more:\n    GET: /more\n"
    mine = "suite: s\ntests:\n  a:\n    GET: /a\n    needs: [base/login]\n"
    run = records.add(
        replace(
            a_run(environment=HERE),
            suites=(
                ClaimedSuite(key="s", path="s.yaml", source=mine),
                ClaimedSuite(key="base", path="base.yaml", source=other, selected=False),
            ),
        )
    )
    await a_worker(parts).work()
    assert set(run.results) == {"base/login", "s/a"}
    assert run.results["base/login"]["required_only"] is True


async def test_a_run_is_taken_up_where_it_stopped(
    parts: WorkerParts, records: MemoryRecords, api: Api, clock: ManualClock, working: Work
) -> None:
    """After a worker was lost: what had finished is not sent again, its token is still there."""
    run = waiting(records)
    first = working(a_worker(parts))
    await until(lambda: "s/login" in run.results and "s/list" in run.results)
    first.cancel()
    await asyncio.gather(first, return_exceptions=True)
    run.results.pop("s/show", None)
    run.status, run.finished = "running", None
    records.expire(RUN_ID)
    api.sent.clear()
    await a_worker(parts).work()
    assert api.sent == ["/show"]
    assert run.status == "completed"
    assert run.counters.passed == 3


async def test_a_message_wakes_a_worker(
    parts: WorkerParts, records: MemoryRecords, topic: Topic, working: Work
) -> None:
    """A run begins when it is requested, not at the next look."""
    worker = a_worker(parts, once=False)
    working(worker)
    await settle()
    run = waiting(records)
    topic.say("runs_waiting", {"count": 1})
    await until(lambda: run.status == "completed")


async def test_a_run_is_found_when_its_message_was_lost(
    parts: WorkerParts, records: MemoryRecords, clock: ManualClock, working: Work
) -> None:
    """The queue is the truth; messages only save time."""
    working(a_worker(parts, once=False))
    await settle()
    run = waiting(records)
    await clock.advance(5)
    await until(lambda: run.status == "completed")


async def test_a_draining_worker_finishes_what_is_in_flight_and_hands_the_rest_back(
    parts: WorkerParts, records: MemoryRecords, api: Api, working: Work
) -> None:
    """The login has its result; the others wait for another worker, who needs no new login."""
    run = waiting(records)
    api.open.clear()
    worker = a_worker(parts, once=False)
    task = working(worker)
    await until(api.asked.is_set)
    worker.drain()
    await settle()
    assert not task.done()
    api.open.set()
    await task
    assert run.status == "queued"
    assert set(run.results) == {"s/login"}
    await a_worker(parts).work()
    assert run.status == "completed"
    assert api.sent.count("/login") == 1


async def test_a_hurried_worker_waits_for_nothing(
    parts: WorkerParts, records: MemoryRecords, api: Api, working: Work
) -> None:
    """The test in flight is cut, has no result, and is somebody else's."""
    run = waiting(records)
    api.open.clear()
    worker = a_worker(parts, once=False)
    task = working(worker)
    await until(api.asked.is_set)
    worker.drain()
    worker.hurry()
    await task
    assert run.status == "queued"
    assert run.results == {}


async def test_a_draining_worker_takes_no_new_run(
    parts: WorkerParts, records: MemoryRecords, working: Work
) -> None:
    """What waits is left to others."""
    worker = a_worker(parts, once=False)
    task = working(worker)
    await settle()
    worker.drain()
    run = waiting(records)
    await task
    assert run.status == "queued"


async def test_patience_with_tests_in_flight_ends(
    parts: WorkerParts, records: MemoryRecords, api: Api, clock: ManualClock, working: Work
) -> None:
    """An API that never answers keeps no worker from leaving."""
    run = waiting(records)
    api.open.clear()
    worker = a_worker(parts, once=False)
    task = working(worker)
    await until(api.asked.is_set)
    worker.drain()
    await clock.advance(31)
    await task
    assert run.status == "queued"


async def test_a_cancelled_run_stops_by_message_and_is_recorded(
    parts: WorkerParts, records: MemoryRecords, api: Api, topic: Topic, clock: ManualClock, working: Work
) -> None:
    """Within a second or so: tests in flight are cut, the rest is skipped, and all of it is said."""
    run = waiting(records)
    api.open.clear()
    task = working(a_worker(parts))
    await until(api.asked.is_set)
    records.cancel(RUN_ID)
    topic.say("run_cancelled", {"run_id": RUN_ID})
    await clock.advance(1.5)
    await task
    assert run.status == "cancelled"
    assert run.counters.pending == 0
    assert api.sent == ["/login"]


async def test_a_cancel_whose_message_is_lost_comes_with_the_next_heartbeat(
    parts: WorkerParts, records: MemoryRecords, api: Api, clock: ManualClock, working: Work
) -> None:
    """Every answer of the record says whether to go on."""
    run = waiting(records)
    api.open.clear()
    task = working(a_worker(parts))
    await until(api.asked.is_set)
    records.cancel(RUN_ID)
    await clock.advance(22)
    await task
    assert run.status == "cancelled"


async def test_a_cancel_of_somebody_elses_run_is_not_ours(
    parts: WorkerParts, records: MemoryRecords, topic: Topic, working: Work
) -> None:
    """All workers hear all cancels."""
    working(a_worker(parts, once=False))
    await settle()
    topic.say("run_cancelled", {"run_id": "another"})
    run = waiting(records)
    topic.say("runs_waiting", {"count": 1})
    await until(lambda: run.status == "completed")


async def test_a_worker_that_lost_its_run_says_nothing_of_it(
    parts: WorkerParts, records: MemoryRecords, api: Api, clock: ManualClock, working: Work
) -> None:
    """The new holder's verdict stands."""
    run = waiting(records)
    api.open.clear()
    task = working(a_worker(parts))
    await until(api.asked.is_set)
    records.expire(RUN_ID)
    other = records.claim("other", lease_seconds=60)
    assert other is not None
    await clock.advance(25)
    await task
    assert run.status == "preparing"
    assert run.lease_number == other.lease.number


class AwayQueue(RunQueue):
    """A queue that does not answer a few times."""

    def __init__(self, inner: RunQueue, error: Exception, *, times: int) -> None:
        self._inner = inner
        self._error = error
        self.times = times

    async def claim(self, worker: str, *, lease_seconds: int) -> ClaimedRun | None:
        """Raise, as long as it is away."""
        if self.times:
            self.times -= 1
            raise self._error
        return await self._inner.claim(worker, lease_seconds=lease_seconds)

    async def request_due(self) -> int:
        """Raise, whenever it is asked."""
        raise self._error

    async def tidy_up(self) -> int:
        """Raise, whenever it is asked."""
        raise self._error


async def test_a_worker_waits_for_a_database_that_is_away(
    parts: WorkerParts, records: MemoryRecords, clock: ManualClock, working: Work
) -> None:
    """An outage ends no worker."""
    run = waiting(records)
    away = AwayQueue(parts.queue, NotReachable("cut"), times=4)
    working(a_worker(replace(parts, queue=away), once=False))
    await clock.advance(60)
    await until(lambda: run.status == "completed")


async def test_a_single_go_says_that_the_database_is_away(parts: WorkerParts) -> None:
    """`--once` has nothing to wait for."""
    away = AwayQueue(parts.queue, NotReachable("cut"), times=1)
    with pytest.raises(NotReachable):
        await a_worker(replace(parts, queue=away)).work()


async def test_a_wrong_key_ends_the_worker(parts: WorkerParts) -> None:
    """It will not become right by waiting."""
    refused = AwayQueue(parts.queue, NotSignedIn("the key was refused"), times=1)
    with pytest.raises(NotSignedIn):
        await a_worker(replace(parts, queue=refused), once=False).work()


async def test_an_environment_that_is_down_fails_the_run_for_that_reason(
    parts: WorkerParts, records: MemoryRecords
) -> None:
    """People are told once that the API is away, not that every test is broken."""

    def refuse(request: PreparedRequest) -> Response:
        raise TransportError("connection refused", category=Trouble.CONNECT_REFUSED)

    run = waiting(records)
    await a_worker(replace(parts, make_sender=lambda: ScriptedSender(refuse))).work()
    assert (run.status, run.reason) == ("failed", "environment")


async def test_a_mistake_in_baton_ends_the_run_without_its_words(
    parts: WorkerParts, records: MemoryRecords
) -> None:
    """An exception's text may hold a secret; its class does not."""

    def explode() -> ScriptedSender:
        raise ZeroDivisionError("canary-token")

    run = waiting(records)
    await a_worker(replace(parts, make_sender=explode)).work()
    assert (run.status, run.reason) == ("failed", "interrupted")
    assert run.finished is not None
    assert run.finished["message"] == "a mistake in Baton: ZeroDivisionError"


async def test_contexts_whose_time_is_over_are_removed_every_hour(
    parts: WorkerParts,
    clock: ManualClock,
    working: Callable[[Worker], asyncio.Task[None]],
) -> None:
    """A run's context is forgotten a day after the run, by any worker that is up."""
    await parts.contexts.save(RUN_ID, ContextState(), expected_version=0)
    working(a_worker(parts, once=False))
    await clock.advance(23 * 3600)
    assert await parts.contexts.forget_expired() == 0
    assert await parts.contexts.load(RUN_ID) is not None
    await clock.advance(2 * 3600)
    assert await parts.contexts.forget_expired() == 0
    assert await parts.contexts.load(RUN_ID) is None
