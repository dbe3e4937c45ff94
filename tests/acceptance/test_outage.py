"""Parts of the platform that go away in the middle of a run, and come back."""

import asyncio
import os
import signal

import pytest

from tests.acceptance.site import Site
from tests.gate import Gate, a_gate, until
from tests.patience import FOR_EVER_SECONDS
from worker.errors import NotReachable
from worker.local.folders import StackFolder
from worker.local.stack import StackStatus, status

pytestmark = pytest.mark.stack


def a_suite(gate: Gate) -> str:
    """Twenty tests, one after the other; the fourth waits until the API lets it go on."""
    paths = ["/echo", "/echo", "/echo", f'"{gate.url}/held/middle"\n    timeout: 10m', *16 * ["/delay/150"]]
    tests = (
        f"  t{number}:\n    GET: {path}\n" + (f"    needs: [t{number - 1}]\n" if number else "")
        for number, path in enumerate(paths)
    )
    return "suite: long\ntests:\n" + "".join(tests)


def end(site: Site, part: str, number: signal.Signals) -> None:
    """End a part of the stack; its supervisor starts it again."""
    info = _info(site).info
    assert info is not None
    os.kill(info.pids[part], number)


def _info(site: Site) -> StackStatus:
    return status(site.stack.project, folder=StackFolder(site.stack.folder))


@pytest.mark.parametrize(
    ("part", "number"),
    [("api", signal.SIGKILL), ("postgres", signal.SIGINT)],
    ids=["the API server is killed", "Postgres is restarted"],
)
async def test_an_outage_costs_nothing(site: Site, part: str, number: signal.Signals) -> None:
    """The worker goes on and keeps what it has until it is recorded: once, and all of it."""
    with a_gate() as gate:
        await site.push(long=a_suite(gate))
        run_id = await site.request("long")
        with site.worker() as worker:
            await until(lambda: gate.waiting["middle"])
            end(site, part, number)
            gate.open("middle")
            async with asyncio.timeout(FOR_EVER_SECONDS):
                while (state := await _status(site, run_id)) not in ("completed", "failed"):
                    await asyncio.sleep(0.1)
            assert worker.poll() is None, "the worker is still there"
    # The tests after this one find the stack as it was.
    await until(lambda: _info(site).healthy)
    row = await site.runs.run(run_id)
    assert (state, row["passed"]) == ("completed", 20)
    assert len(await site.runs.results(row)) == 20
    assert (site.times_sent("/echo"), gate.waiting["middle"], site.times_sent("/delay/150")) == (3, 1, 16)


async def _status(site: Site, run_id: str) -> str:
    """The run's state; empty while nobody can say."""
    try:
        return str((await site.runs.run(run_id))["status"])
    except NotReachable:
        return ""
