"""`baton schedule`: runs are requested by the clock, and a worker executes them."""

import json
from collections.abc import AsyncIterator
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tests.acceptance.site import BROKEN, MEMBERS, Site, a_site
from tests.members import a_member

NIGHTLY = ("set", "nightly", "--cron", "0 3 * * *", "--timezone", "Europe/Berlin", "-e", "local")


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A stack, an API and a signed-in administrator, with two suites."""
    async with a_site(tmp_path) as site:
        await site.push(members=MEMBERS, broken=BROKEN)
        yield site
        # The workers of other tests would ask for them one night.
        site.sql("delete from schedules where organization_id = %s", site.member.organization)


async def _schedule(site: Site, *words: str, code: int = 0) -> str:
    done = await site.baton("schedule", *words, "--project", "shop")
    assert done.returncode == code, done.stderr
    return done.stdout or done.stderr


@pytest.mark.stack
async def test_a_worker_runs_what_is_due(site: Site) -> None:
    """Requested by nobody, once, and told with the times of its zone."""
    # Once a year and half a year from now, so that it is due when this test says so, and at no other time.
    month = (datetime.now(UTC).month + 5) % 12 + 1
    yearly = ("set", "nightly", "--cron", f"0 3 1 {month} *", *NIGHTLY[4:])
    said = await _schedule(site, *yearly, "--suite", "members")
    assert said.splitlines()[0] == f"nightly  0 3 1 {month} * (Europe/Berlin)  members in local"
    assert " 03:00 CE" in said
    due = "update schedules set next_run_at = date_trunc('minute', now()) where organization_id = %s"
    site.sql(due, site.member.organization)
    with site.worker():
        await site.until_sent("/me")
        [(run_id,)] = site.sql(
            "select id::text from test_runs where organization_id = %s", site.member.organization
        )
        run = await site.until(run_id, "completed", "failed")
    assert run["status"] == "completed"
    how = "select trigger::text, suites, requested_by, source ->> 'schedule' from test_runs where id = %s"
    assert site.sql(how, run_id) == [("scheduled", ["members"], None, "nightly")]
    assert "; last " in await _schedule(site, "list")


@pytest.mark.stack
async def test_a_schedule_is_replaced_paused_resumed_and_removed(site: Site) -> None:
    """What was not said again is as it is by itself."""
    await _schedule(site, *NIGHTLY, "--suite", "members", "--only", "me", "--jobs", "2")
    said = await _schedule(site, "set", "nightly", "--cron", " */15  8-18 * * mon-fri ", "-e", "local")
    assert said.splitlines()[0] == "nightly  */15 8-18 * * mon-fri (UTC)  all suites in local"
    assert "paused" in await _schedule(site, "pause", "nightly")
    assert "next " in await _schedule(site, "resume", "nightly")
    assert await _schedule(site, "remove", "nightly") == "nightly is removed\n"
    assert await _schedule(site, "list") == "nothing is scheduled\n"
    assert "there is no schedule 'nightly'" in await _schedule(site, "remove", "nightly", code=3)


@pytest.mark.stack
async def test_times_that_are_none_are_refused_with_a_hint(site: Site) -> None:
    """By the project, which knows; nothing is written."""
    wrong = ("set", "x", "-e", "local", "--cron")
    assert '"61" is no minute' in await _schedule(site, *wrong, "61 * * * *", code=2)
    assert "five fields" in await _schedule(site, *wrong, "daily", code=2)
    assert "no time zone" in await _schedule(site, *wrong, "0 3 * * *", "--timezone", "Mars", code=2)
    assert await _schedule(site, "list") == "nothing is scheduled\n"


@pytest.mark.stack
async def test_what_the_project_does_not_have_is_refused_when_it_is_said(site: Site) -> None:
    """Nobody looks when the time has come. Tests are named as everywhere."""
    nightly = ("set", "nightly", "--cron", "0 3 * * *", "-e", "local")
    for wrong, said in (
        (("--suite", "membres"), "did you mean 'members'?"),
        (("--only", "members/mee"), "did you mean 'members/me'?"),
        (("--suite", "broken", "--only", "me"), "there is no test 'me'"),
        (("--tag", "smoke"), "no test has the tag 'smoke'"),
        (("-e", "staging"), "a schedule runs in one environment"),
    ):
        assert said in await _schedule(site, *nightly, *wrong, code=2)
    assert "no name of a schedule" in await _schedule(site, "set", " ", *nightly[2:], code=2)
    assert await _schedule(site, "list") == "nothing is scheduled\n"
    assert "members/me in local" in await _schedule(site, *nightly, "--only", "members/m*")


@pytest.mark.stack
async def test_only_administrators_make_schedules(site: Site) -> None:
    """An editor sees them."""
    await _schedule(site, *NIGHTLY)
    organization = site.member.organization
    async with a_member(site.stack) as other:
        owner = "insert into organization_members (organization_id, user_id, role) values (%s, %s, 'owner')"
        site.sql(owner, organization, other.session.user_id)
        lower = "update organization_members set role = 'editor' where organization_id = %s and user_id = %s"
        site.sql(lower, organization, site.member.session.user_id)
        assert "nightly" in await _schedule(site, "list")
        assert "you may not change" in await _schedule(site, "pause", "nightly", code=3)
        assert "you may not remove" in await _schedule(site, "remove", "nightly", code=3)
        assert "you may not write schedules" in await _schedule(site, "set", "other", *NIGHTLY[2:], code=3)


@pytest.mark.stack
async def test_programs_are_told_of_schedules(site: Site) -> None:
    """The same object, whatever was done with them."""
    made = json.loads(await _schedule(site, *NIGHTLY, "--suite", "members", "--json"))
    [nightly] = made["schedules"]
    assert (made["version"], nightly["name"], nightly["timezone"]) == (1, "nightly", "Europe/Berlin")
    assert (nightly["suites"], nightly["environment"], nightly["enabled"]) == (["members"], "local", True)
    assert datetime.fromisoformat(nightly["next_run_at"]).tzinfo is not None
    paused = json.loads(await _schedule(site, "pause", "nightly", "--json"))
    assert paused["schedules"] == [nightly | {"enabled": False, "next_run_at": None}]
    assert json.loads(await _schedule(site, "list", "--json")) == paused
    await _schedule(site, "remove", "nightly")
    assert json.loads(await _schedule(site, "list", "--json")) == {"version": 1, "schedules": []}
