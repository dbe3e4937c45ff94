"""Two workers with one Redis: locks and limits hold over both. Two real processes, one real server."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.acceptance.site import Site
from tests.gate import Gate, a_gate, until
from tests.redis_server import RedisServer, running_redis

pytestmark = pytest.mark.stack

#: The first one waits at a gate, the others wait for it.
_SUITE = """
suite: {name}
defaults: {{ timeout: 10m }}
tests:
  first: {{ GET: "{gate}/held/first"{lock} }}
"""
_OTHER = "  t{number}: {{ GET: /delay/20, after: [first]{lock} }}\n"


def a_suite(name: str, gate: Gate, *, lock: str = "") -> str:
    """Ten tests, which may not meet, in whichever run, if they share a lock."""
    said = f", locks: [{lock}]" if lock else ""
    others = [_OTHER.format(number=number, lock=said) for number in range(1, 10)]
    return _SUITE.format(name=name, gate=gate.url, lock=said) + "".join(others)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    """A real server."""
    with running_redis() as server:
        yield server


async def let_leases_end(server: RedisServer) -> None:
    """As if the rest of half a minute had passed."""
    async with Redis.from_url(server.url, protocol=2, decode_responses=True) as client:
        for key in await client.keys("baton:locks:*:held"):
            held: dict[Any, Any] = await client.hgetall(key)
            for name, value in held.items():
                until, _, holder = value.partition(" ")
                await client.hset(key, name, f"{int(until) - 29_000} {holder}")


async def run_twice_at_once(
    site: Site, suite: str, settings: dict[str, str], *, gate: Gate, until_waiting: int
) -> str:
    """Two runs of the suite by two workers, both under way before the gate is opened, at which so many wait.

    Gives what the workers logged.
    """
    runs = [await site.request(suite) for _ in range(2)]
    with ExitStack() as stack:
        workers = [
            stack.enter_context(site.process("worker", "--poll", "0.5", settings=settings)) for _ in range(2)
        ]
        for run in runs:
            await site.until(run, "running")
        await until(lambda: gate.waiting["first"] >= until_waiting)
        gate.open("first")
        rows = [await site.until(run, "completed", "failed") for run in runs]
        logs = [await site.stop(worker, signal.SIGTERM) for worker in workers]
    assert [row["status"] for row in rows] == ["completed", "completed"], [log.stderr for log in logs]
    assert all("run.finished" in log.stderr for log in logs), "one worker had nothing to do"
    assert len(site.target.requests) == 18
    return "".join(log.stdout + log.stderr for log in logs)


async def test_a_lock_holds_over_two_workers(site: Site, redis_server: RedisServer) -> None:
    """The API never sees two requests at one time, though two runs of ten tests go on beside each other."""
    with a_gate() as gate:
        await site.push(locked=a_suite("locked", gate, lock="tenant-42"))
        settings = {"BATON_REDIS_URL": redis_server.url}
        log = await run_twice_at_once(site, "locked", settings, gate=gate, until_waiting=1)
    assert site.target.most_concurrent == 1
    assert redis_server.password not in log


async def test_max_parallel_holds_over_two_workers(site: Site, redis_server: RedisServer) -> None:
    """What the environment bears, it bears in all."""
    with a_gate() as gate:
        await site.push(free=a_suite("free", gate))
        site.sql("update environments set max_parallel = 1 where id = %s", site.environment_id)
        settings = {"BATON_REDIS_URL": redis_server.url}
        await run_twice_at_once(site, "free", settings, gate=gate, until_waiting=1)
    assert site.target.most_concurrent == 1


async def test_without_redis_limits_hold_for_each_worker_alone(site: Site) -> None:
    """This is why the two tests above say something: the gate would not have been opened for one alone."""
    with a_gate() as gate:
        await site.push(free=a_suite("free", gate))
        site.sql("update environments set max_parallel = 1 where id = %s", site.environment_id)
        await run_twice_at_once(site, "free", {}, gate=gate, until_waiting=2)


async def test_a_redis_that_is_not_there_is_said_at_once(site: Site) -> None:
    """The worker takes no run, and says where it has looked; the password is nowhere."""
    settings = {"BATON_REDIS_URL": "redis://:canary-5e8f@127.0.0.1:1/0"}
    done = await site.baton("worker", "--once", settings=settings)
    assert done.returncode == 3
    assert "redis://127.0.0.1:1/0" in done.stderr
    assert "canary-5e8f" not in done.stdout + done.stderr


async def test_locks_of_a_killed_worker_are_free_after_their_lease(
    site: Site, redis_server: RedisServer
) -> None:
    """The next worker waits for them, not for ever. Redis is told that the lease is nearly over."""
    with a_gate() as gate:
        held = f'GET: "{gate.url}/held/t", timeout: 10m, locks: [x]'
        await site.push(slow=f"suite: slow\ntests:\n  t: {{ {held} }}\n")
        run = await site.request("slow")
        settings = {"BATON_REDIS_URL": redis_server.url}
        with site.process("worker", "--poll", "0.5", settings=settings) as doomed:
            await until(lambda: gate.waiting["t"])
            await site.until_in_flight(run, "slow/t")
            doomed.kill()
            await asyncio.to_thread(doomed.wait)
        gate.open("t")
        site.expire(run)
        await let_leases_end(redis_server)
        with site.process("worker", "--poll", "0.5", settings=settings):
            row = await site.until(run, "completed", "failed")
    assert row["status"] == "completed"
    assert gate.waiting["t"] == 2
