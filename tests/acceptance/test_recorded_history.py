"""Recorded runs of a project: what a member can ask of them, and how they are taken up again."""

import json
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest

from tests.acceptance.site import MEMBERS, Site, a_site
from tests.targets import PASSWORD, TOKEN

pytestmark = pytest.mark.stack

#: What comes after the login fails until somebody has been there once.
FRAIL = MEMBERS.replace("suite: members", "suite: frail").replace(
    "    POST: /echo\n", "    GET: /flaky/once/1\n    expect: { status: 200 }\n"
).replace('    json: { user: "{{ captured_data.login.user_id }}" }\n', (
    '    query: { user: "{{ captured_data.login.user_id }}" }\n'
    "  after:\n    GET: /echo\n    needs: [echo]\n"
))  # fmt: skip


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A stack, an API and a signed-in member, with a suite that fails the first time."""
    async with a_site(tmp_path) as site:
        await site.push(frail=FRAIL)
        yield site


async def test_why_reads_a_recorded_run_and_rerun_takes_it_up(site: Site) -> None:
    """The chain, what was received, the root cause; then what failed runs again with what the first run
    has captured, and nothing else. No secret is told."""
    with site.worker():
        run_id = await site.request("frail")
        await site.until(run_id, "failed")
        blocked = await site.baton("why", "after", "--run", run_id)
        assert blocked.returncode == 0, blocked.stderr
        assert "why it was blocked\n  echo → after\n  echo failed" in blocked.stdout
        assert "/flaky/once/1?user=7 → 503" in blocked.stdout
        me = (await site.baton("why", "me", "--run", run_id)).stdout
        assert "tokens.access = ***  from login, whose capture $.access_token found it" in me
        found = json.loads((await site.baton("why", "echo", "--run", run_id, "--json")).stdout)
        assert [(each["name"], each["value"]) for each in found["received"]] == [("user_id", 7)]
        assert [each["from"] for each in found["context"]] == ["frail/login"] * 2
        assert TOKEN not in blocked.stdout + me + json.dumps(found)
        assert PASSWORD not in blocked.stdout + me + json.dumps(found)
        site.target.requests.clear()
        done = await site.baton("rerun", run_id, "--failed", "--report", f"json={site.home / 'again.json'}")
    assert done.returncode == 0, done.stdout + done.stderr
    report = json.loads((site.home / "again.json").read_text())
    assert {(edge["dependent"], edge["required"]) for edge in report["dependencies"]} == {
        ("frail/echo", "frail/login"),
        ("frail/after", "frail/echo"),
    }
    assert report["tests"][0]["where"]["path"] == "frail.yaml"
    assert re.search(rf"Requested run \S+: what did not pass in {run_id}, in local", done.stdout)
    # What the login captured is still known.
    assert [seen.path for seen in site.target.requests] == ["/flaky/once/1", "/echo"]


async def test_why_tells_of_a_run_as_it_was_then(site: Site) -> None:
    """Suites change; who waited for whom in a run that is over does not."""
    run_id = await site.request("frail")
    assert (await site.baton("worker", "--once")).returncode == 0
    await site.push(frail=FRAIL.replace("    needs: [echo]\n", ""))
    blocked = await site.baton("why", "after", "--run", run_id)
    assert "why it was blocked\n  echo → after" in blocked.stdout


async def test_what_is_no_run_of_ours_is_refused(site: Site) -> None:
    """A run that is over well has nothing to be done again; one that nobody may see is not there."""
    gone = "5b0c6a3e-0000-4000-8000-000000000001"
    for words in (("why", "echo", "--run", gone), ("rerun", gone, "--failed")):
        done = await site.baton(*words)
        assert done.returncode == 3
        assert f"there is no run {gone}" in done.stderr
    await site.push(members=MEMBERS)
    run_id = await site.request("members")
    assert (await site.baton("worker", "--once")).returncode == 0
    done = await site.baton("rerun", run_id, "--failed")
    assert done.returncode == 3
    assert "this run has no test to retry" in done.stderr
