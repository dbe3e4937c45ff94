"""What a run leaves behind when its worker leaves, and what the next one does about it."""

import asyncio

import pytest

from context.store.memory import MemoryStore
from tests.manual_clock import ManualClock
from tests.patience import FOR_EVER_SECONDS
from tests.runs import RUN_ID, a_run
from worker.http.memory_sender import ScriptedSender
from worker.models.environment import Environment
from worker.models.exchange import PreparedRequest, Response
from worker.queue import MemoryQueue
from worker.recording import MemoryRecords
from worker.recording.memory import MemoryRun
from worker.service import Worker, WorkerOptions
from worker.wiring import NoListener, WorkerParts

SUITE = """
suite: s
tests:
  login:
    POST: /login
    capture: { tokens: { access: $.token } }
    cleanup: { DELETE: /session, auth: { bearer: "{{ tokens.access }}" } }
  order:
    POST: /order
    auth: { bearer: "{{ tokens.access }}" }
    capture: { id: $.id }
    cleanup: { DELETE: "/order/{{ captured_data.order.id }}", auth: { bearer: "{{ tokens.access }}" } }
  broken-order:
    POST: /order
    auth: { bearer: "{{ tokens.access }}" }
    needs: [order]
    expect: { status: 201 }
    capture: { id: $.id }
    cleanup: { DELETE: "/order/{{ captured_data.broken-order.id }}", auth: { bearer: "{{ tokens.access }}" } }
  last:
    GET: /last
    auth: { bearer: "{{ tokens.access }}" }
    after: [broken-order]
"""

HERE = Environment(name="local", base_url="http://api.test")


class Shop:
    """An API that counts orders and refuses whoever has no good token."""

    def __init__(self) -> None:
        self.sent: list[str] = []
        self.orders = 0
        self.logins = 0
        self.good = ""
        self.holds = asyncio.Event()
        self.holds.set()
        self.at_last = asyncio.Event()

    async def answer(self, request: PreparedRequest) -> Response:
        """Answer; `/last` only when the door is open."""
        path = "/" + request.url.split("/", 3)[3]
        self.sent.append(f"{request.method} {path}")
        if path == "/login":
            self.logins += 1
            self.good = f"canary-token-{self.logins}"
            return Response(status_code=200, body=b'{"token": "%s"}' % self.good.encode())
        if dict(request.headers).get("Authorization") != f"Bearer {self.good}":
            return Response(status_code=401, body=b"{}")
        if path == "/last":
            self.at_last.set()
            await self.holds.wait()
        if path == "/order":
            self.orders += 1
            return Response(status_code=200, body=b'{"id": %d}' % self.orders)
        return Response(status_code=200, body=b"{}")


@pytest.fixture
def shop() -> Shop:
    """The API under test."""
    return Shop()


@pytest.fixture
def parts(shop: Shop) -> WorkerParts:
    """What workers work with."""
    clock = ManualClock()
    records = MemoryRecords(clock)

    async def close() -> None:
        """Nothing is open."""

    return WorkerParts(
        queue=MemoryQueue(records),
        records=records,
        contexts=MemoryStore(now=clock.now),
        listener=NoListener(),
        make_sender=lambda: ScriptedSender(shop.answer),
        clock=clock,
        close=close,
    )


def waiting(parts: WorkerParts) -> MemoryRun:
    """A run that waits to be claimed."""
    assert isinstance(parts.records, MemoryRecords)
    return parts.records.add(a_run(RUN_ID, source=SUITE, environment=HERE))


def a_worker(parts: WorkerParts) -> Worker:
    """One that takes what waits, and stops."""
    return Worker(parts, WorkerOptions(name="w", once=True, patience_seconds=0.0))


async def leave_at_the_last_test(parts: WorkerParts, shop: Shop) -> None:
    """A worker does all but the last test, and leaves."""
    shop.holds.clear()
    first = a_worker(parts)
    task = asyncio.create_task(first.work())
    await asyncio.wait_for(shop.at_last.wait(), timeout=FOR_EVER_SECONDS)
    first.hurry()
    await task
    shop.holds.set()


async def test_the_next_worker_undoes_what_the_first_one_made(parts: WorkerParts, shop: Shop) -> None:
    """Also what a test had made that failed: its id is in the recorded context, as its own data."""
    run = waiting(parts)
    await leave_at_the_last_test(parts, shop)
    assert (run.status, [sent for sent in shop.sent if sent.startswith("DELETE")]) == ("queued", [])
    await a_worker(parts).work()
    undone = [sent for sent in shop.sent if sent.startswith("DELETE")]
    assert undone == ["DELETE /order/2", "DELETE /order/1", "DELETE /session"]
    assert run.status == "failed"
    assert run.finished is not None
    assert run.finished["summary"]["cleanups"] == {"passed": 3, "failed": 0, "not_done": 0, "problems": []}  # type: ignore[index,call-overload] # JSON


async def test_what_a_failed_test_had_made_is_nobody_elses(parts: WorkerParts, shop: Shop) -> None:
    """It is data of that test, no token and no variable, and hidden if it was a token."""
    run = waiting(parts)
    await leave_at_the_last_test(parts, shop)
    assert run.context.captured_data["s/broken-order"] == {"id": 2}
    assert run.context.tokens == {"access": "canary-token-1"}


async def test_the_next_worker_renews_the_first_ones_token(parts: WorkerParts, shop: Shop) -> None:
    """The login has its verdict already, and runs again all the same; the record has the new token."""
    run = waiting(parts)
    await leave_at_the_last_test(parts, shop)
    shop.good = "nobody has this one"
    await a_worker(parts).work()
    assert shop.logins == 2
    assert run.context.tokens == {"access": "canary-token-2"}
    assert run.results["s/last"]["verdict"] == "passed"
    assert run.finished is not None
    assert run.finished["summary"]["renewals"] == {"access": 1}  # type: ignore[index,call-overload] # JSON


async def test_watchers_hear_of_renewals_and_undos(parts: WorkerParts, shop: Shop) -> None:
    """Without any secret."""
    run = waiting(parts)
    await leave_at_the_last_test(parts, shop)
    shop.good = "nobody has this one"
    await a_worker(parts).work()
    told = [event for message in run.messages for event in message.get("events", ())]
    [renewed] = [event for event in told if event["type"] == "token_renewed"]
    assert (renewed["test"], renewed["tokens"], renewed["worked"]) == ("s/login", ["access"], True)
    cleaned = [event["test"] for event in told if event["type"] == "cleanup_finished"]
    assert cleaned == ["s/broken-order", "s/order", "s/login"]
    assert "canary-token" not in repr(run.messages)


async def test_a_cancelled_run_is_cleaned_up_before_it_ends(parts: WorkerParts, shop: Shop) -> None:
    """Somebody cancels in the dashboard: the worker cuts what runs, and undoes what was made."""
    run = waiting(parts)
    shop.holds.clear()
    worker = a_worker(parts)
    task = asyncio.create_task(worker.work())
    await asyncio.wait_for(shop.at_last.wait(), timeout=FOR_EVER_SECONDS)
    assert isinstance(parts.records, MemoryRecords)
    parts.records.cancel(RUN_ID)
    assert isinstance(parts.clock, ManualClock)
    while not task.done():
        await parts.clock.advance(1)
    await task
    assert run.status == "cancelled"
    assert [sent for sent in shop.sent if sent.startswith("DELETE")][-1] == "DELETE /session"
