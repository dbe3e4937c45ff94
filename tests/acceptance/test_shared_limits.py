"""Two workers with one Redis: locks and limits hold over both. Two real processes, one real server."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import ExitStack
from typing import Any

import pytest
from redis.asyncio import Redis

from tests.acceptance.site import Site
from tests.redis_server import RedisServer, running_redis

pytestmark = pytest.mark.stack

#: Tests that may not meet, in whichever run.
LOCKED = "suite: locked\ntests:\n" + "".join(
    f"  t{number}: {{ GET: /delay/40, locks: [tenant-42] }}\n" for number in range(10)
)

#: Tests that may meet, if the environment bears it.
FREE = "suite: free\ntests:\n" + "".join(f"  t{number}: {{ GET: /delay/40 }}\n" for number in range(10))


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


async def run_twice_at_once(site: Site, suite: str, settings: dict[str, str]) -> str:
    """Two runs of the suite by two workers, which overlap in time; gives what the workers logged."""
    runs = [await site.request(suite) for _ in range(2)]
    with ExitStack() as stack:
        workers = [
            stack.enter_context(site.process("worker", "--poll", "0.5", settings=settings)) for _ in range(2)
        ]
        rows = [await site.until(run, "completed", "failed") for run in runs]
        logs = [await site.stop(worker, signal.SIGTERM) for worker in workers]
    assert [row["status"] for row in rows] == ["completed", "completed"], [log.stderr for log in logs]
    assert all("run.finished" in log.stderr for log in logs), "one worker had nothing to do"
    assert max(row["started_at"] for row in rows) < min(row["finished_at"] for row in rows)
    return "".join(log.stdout + log.stderr for log in logs)


async def test_a_lock_holds_over_two_workers(site: Site, redis_server: RedisServer) -> None:
    """The API never sees two requests at one time, though two runs of ten tests go on beside each other."""
    await site.push(locked=LOCKED)
    log = await run_twice_at_once(site, "locked", {"BATON_REDIS_URL": redis_server.url})
    assert len(site.target.requests) == 20
    assert site.target.most_concurrent == 1
    assert redis_server.password not in log


async def test_max_parallel_holds_over_two_workers(site: Site, redis_server: RedisServer) -> None:
    """What the environment bears, it bears in all."""
    await site.push(free=FREE)
    site.sql("update environments set max_parallel = 1 where id = %s", site.environment_id)
    await run_twice_at_once(site, "free", {"BATON_REDIS_URL": redis_server.url})
    assert len(site.target.requests) == 20
    assert site.target.most_concurrent == 1


async def test_without_redis_limits_hold_for_each_worker_alone(site: Site) -> None:
    """This is why the two tests above say something."""
    await site.push(free=FREE)
    site.sql("update environments set max_parallel = 1 where id = %s", site.environment_id)
    await run_twice_at_once(site, "free", {})
    assert site.target.most_concurrent == 2


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
    await site.push(slow="suite: slow\ntests:\n  t: { GET: /delay/1500, locks: [x] }\n")
    run = await site.request("slow")
    settings = {"BATON_REDIS_URL": redis_server.url}
    with site.process("worker", "--poll", "0.5", settings=settings) as doomed:
        await site.until_sent("/delay/1500")
        doomed.kill()
        await asyncio.to_thread(doomed.wait)
    site.expire(run)
    await let_leases_end(redis_server)
    with site.process("worker", "--poll", "0.5", settings=settings):
        row = await site.until(run, "completed", "failed")
    assert row["status"] == "completed"
    assert site.times_sent("/delay/1500") == 2
