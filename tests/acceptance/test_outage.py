"""Parts of the platform that go away in the middle of a run, and come back."""

import asyncio
import os
import signal

import pytest

from tests.acceptance.site import Site
from worker.errors import NotReachable
from worker.local.folders import StackFolder
from worker.local.stack import status

pytestmark = pytest.mark.stack

#: Long enough for an outage in the middle: twenty tests, one after the other.
SUITE = "suite: long\ntests:\n" + "".join(
    f"  t{number}:\n    GET: /delay/150\n" + (f"    needs: [t{number - 1}]\n" if number else "")
    for number in range(20)
)


def end(site: Site, part: str, number: signal.Signals) -> None:
    """End a part of the stack; its supervisor starts it again."""
    info = status(site.stack.project, folder=StackFolder(site.stack.folder)).info
    assert info is not None
    os.kill(info.pids[part], number)


@pytest.mark.parametrize(
    ("part", "number"),
    [("api", signal.SIGKILL), ("postgres", signal.SIGINT)],
    ids=["the API server is killed", "Postgres is restarted"],
)
async def test_an_outage_costs_nothing(site: Site, part: str, number: signal.Signals) -> None:
    """The worker goes on and keeps what it has until it is recorded: once, and all of it."""
    await site.push(long=SUITE)
    run_id = await site.request("long")
    with site.worker() as worker:
        await site.until_sent("/delay/150", 3)
        end(site, part, number)
        async with asyncio.timeout(60):
            while (status := await _status(site, run_id)) not in ("completed", "failed"):
                await asyncio.sleep(0.1)
        assert worker.poll() is None, "the worker is still there"
    row = await site.runs.run(run_id)
    assert (status, row["passed"]) == ("completed", 20)
    assert len(await site.runs.results(row)) == 20
    assert site.times_sent("/delay/150") == 20


async def _status(site: Site, run_id: str) -> str:
    """The run's state; empty while nobody can say."""
    try:
        return str((await site.runs.run(run_id))["status"])
    except NotReachable:
        return ""
