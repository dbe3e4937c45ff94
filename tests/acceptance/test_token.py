"""`baton token`, and what a pipeline does with one: nothing but the token is given to it."""

import asyncio
import json
import re
import signal
from pathlib import Path
from typing import Any

import pytest
from realtime import RealtimeSubscribeStates

from tests.acceptance.commands import Done, until_said
from tests.acceptance.site import BROKEN, MEMBERS, Site
from tests.cuttable import a_line
from tests.gate import a_gate
from tests.patience import FOR_EVER_SECONDS
from tests.targets import PASSWORD as TARGET_PASSWORD
from worker.clock import SystemClock
from worker.database import Database
from worker.project.pipeline import open_caller
from worker.settings import read_settings

pytestmark = pytest.mark.stack


async def _make(site: Site, *more: str) -> str:
    done = await site.baton("token", "create", "--project", "shop", "--name", "main pipeline", *more)
    assert done.returncode == 0, done.stderr
    return done.stdout.strip()


async def _as_pipeline(site: Site, token: str, *arguments: str | Path) -> Done:
    """The command in an empty home: no sign-in, no secret key; and the token is never in what it prints."""
    home = site.home / "runner"
    home.mkdir(exist_ok=True)
    settings = {"BATON_TOKEN": token, "BATON_SECRET_KEY": "", "HOME": str(home), "XDG_CONFIG_HOME": str(home)}
    done = await site.baton(*arguments, settings=settings)
    assert token not in done.stdout + done.stderr
    assert not list(home.rglob("session.json"))
    return done


async def test_a_token_is_printed_once_and_alone(site: Site) -> None:
    """What is said about it goes elsewhere; the list shows how it begins, its scopes, its end."""
    done = await site.baton("token", "create", "--project", "shop", "--name", "main pipeline")
    assert re.fullmatch(r"baton_[0-9a-f]{64}\n", done.stdout)
    token = done.stdout.strip()
    assert "main pipeline: runs:request in shop, until" in done.stderr
    assert token not in done.stderr
    listed = await site.baton("token", "list", "--project", "shop")
    assert token not in listed.stdout
    assert re.search(
        rf"{token[:12]}…  main pipeline  runs:request  expires \d{{4}}-\d\d-\d\d  never used", listed.stdout
    )


@pytest.mark.usefixtures("working")
async def test_a_pipeline_triggers_a_run_with_nothing_but_its_token(site: Site) -> None:
    """Red for a failing suite, green for a passing one; the run says which token it was."""
    await site.push(members=MEMBERS, broken=BROKEN)
    token = await _make(site)
    done = await _as_pipeline(site, token, "trigger", "-e", "local", "--suite", "members")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "3 passed" in done.stdout
    assert TARGET_PASSWORD not in done.stdout
    done = await _as_pipeline(site, token, "trigger", "-e", "local", "--suite", "broken")
    assert done.returncode == 1, done.stdout + done.stderr
    assert "1 failed, 1 blocked by wrong" in done.stdout
    assert "expected status 200, got 500" in done.stdout
    rows = site.sql(
        "select distinct trigger::text, source -> 'token' ->> 'name' from test_runs where project_id = %s",
        site.member.project_id,
    )
    assert rows == [("ci", "main pipeline")]
    listed = await site.baton("token", "list", "--project", "shop")
    assert re.search(r"used \d{4}-\d\d-\d\d", listed.stdout)


async def test_a_pipeline_follows_its_runs_live(site: Site) -> None:
    """Its session joins the topic of a run of its project, and of no other; revoked, of none."""
    await site.push(members=MEMBERS)
    run_id = await site.request("members")
    token = await _make(site)
    settings = read_settings({**site.settings, "BATON_TOKEN": token, "HOME": str(site.home)})
    caller = await open_caller(settings, profile=None, clock=SystemClock())
    assert await _joins(caller.database, f"run:{run_id}")
    assert not await _joins(caller.database, f"project:{site.member.project_id}")
    await site.baton("token", "revoke", "main pipeline", "--project", "shop")
    assert not await _joins(caller.database, f"run:{run_id}")
    await caller.database.close()
    assert (await site.baton("worker", "--once")).returncode == 0


async def _joins(database: Database, topic: str) -> bool:
    await database.freshen()
    answered: asyncio.Future[bool] = asyncio.get_running_loop().create_future()

    def answer(state: RealtimeSubscribeStates, _: Exception | None) -> None:
        if not answered.done():
            answered.set_result(state is RealtimeSubscribeStates.SUBSCRIBED)

    channel = database.client.channel(
        topic,
        {
            "config": {
                "private": True,
                "broadcast": {"ack": False, "self": False},
                "presence": {"key": "", "enabled": False},
            }
        },
    )
    await channel.subscribe(answer)
    try:
        return await asyncio.wait_for(answered, 60)
    finally:
        await database.client.remove_channel(channel)


async def test_a_pipeline_is_told_what_its_token_may(site: Site) -> None:
    """By `whoami`; and what it may not is refused with the scope that is missing."""
    await site.push(members=MEMBERS)
    token = await _make(site, "--scope", "results:read")
    done = await _as_pipeline(site, token, "whoami")
    assert done.returncode == 0, done.stderr
    assert "the project token 'main pipeline' at" in done.stdout
    assert "results:read in shop, until" in done.stdout
    for command in (("trigger", "-e", "local"), ("push", site.home / "members.yaml")):
        refused = await _as_pipeline(site, token, *command)
        assert refused.returncode == 3
        assert "this token has no scope" in refused.stderr
        assert "baton token create" in refused.stderr


async def test_a_pipeline_pushes_with_the_scope_for_it(site: Site) -> None:
    """The suites of its checkout."""
    token = await _make(site, "--scope", "suites:push")
    done = await _as_pipeline(site, token, "push", site.write("members.yaml", MEMBERS))
    assert done.returncode == 0, done.stderr
    assert "members: version 1" in done.stdout


async def test_a_revoked_token_is_refused_clearly(site: Site) -> None:
    """So is one that is unknown; exit 3, what is wrong, what to do."""
    await site.push(members=MEMBERS)
    token = await _make(site)
    done = await site.baton("token", "revoke", "main pipeline", "--project", "shop")
    assert done.returncode == 0, done.stderr
    for each, words in (
        (token, "this token was revoked on 2"),
        ("baton_" + "0" * 64, "this token is not valid"),
        ("nonsense", "this token is not valid"),
    ):
        refused = await _as_pipeline(site, each, "trigger", "-e", "local")
        assert refused.returncode == 3
        assert f"Error: {words}" in refused.stderr
        assert "baton token create" in refused.stderr
    again = await site.baton("token", "revoke", "main pipeline", "--project", "shop")
    assert again.returncode == 3
    assert "revoked already" in again.stderr
    listed = await site.baton("token", "list", "--project", "shop")
    assert re.search(r"main pipeline  runs:request  revoked \d{4}", listed.stdout)


async def test_the_doctor_looks_at_a_token(site: Site) -> None:
    """Valid, ending soon, or not valid: each with what to do."""
    for expires, state, said in (("90d", "ok", "runs:request in shop"), ("3d", "warn", "it ends on")):
        done = await _as_pipeline(site, await _make(site, "--expires", expires), "doctor")
        assert re.search(rf"^{state} +token +'main pipeline': .*{said}", done.stdout, re.MULTILINE), (
            done.stdout
        )
    done = await _as_pipeline(site, "baton_nonsense", "doctor")
    assert done.returncode == 3
    assert re.search(r"^fail +token +this token is not valid", done.stdout, re.MULTILINE)


async def test_a_token_is_not_for_what_a_person_does(site: Site) -> None:
    """Secrets, tokens, pulls: the hint says who can."""
    token = await _make(site)
    for command in (
        ("secret", "list", "-e", "local", "--project", "shop"),
        ("token", "list", "--project", "shop"),
        ("pull", "--project", "shop"),
    ):
        refused = await _as_pipeline(site, token, *command)
        assert refused.returncode == 3, refused.stdout
        assert "this needs a person: `baton login`" in refused.stderr


async def test_another_project_is_said_to_be_another(site: Site) -> None:
    """Exit 2, before anything is asked for."""
    token = await _make(site)
    done = await _as_pipeline(site, token, "trigger", "-e", "local", "--project", "other")
    assert done.returncode == 2
    assert "this token is of the project 'shop', not of 'other'" in done.stderr


async def test_what_cannot_be_is_refused_before_a_token_is_made(site: Site) -> None:
    """Moments that are none or over, scopes that are none."""
    for wrong, said in (
        (("--expires", "soon"), "'soon' is no moment"),
        (("--name", "  "), "this is no name of a token"),
        (("--expires", "2020-01-01"), "is over already"),
        (("--scope", "everything"), "everything"),
    ):
        done = await site.baton("token", "create", "--project", "shop", "--name", "x", *wrong)
        assert done.returncode == 2
        assert said in done.stderr
    assert site.sql("select count(*) from project_tokens where project_id = %s", site.member.project_id) == [
        (0,)
    ]


@pytest.mark.usefixtures("working")
async def test_a_token_that_is_revoked_while_a_run_is_followed_says_so_at_the_end(site: Site) -> None:
    """What happens until then is still told; what came of it is for nobody who has no token."""
    with a_gate() as gate:
        second = f'{{ GET: "{gate.url}/held/t1", after: [t0], timeout: 10m }}'
        await site.push(long=f"suite: long\ntests:\n  t0: {{ GET: /echo }}\n  t1: {second}\n")
        token = await _make(site)
        settings = {"BATON_TOKEN": token, "BATON_SECRET_KEY": ""}
        with site.process("trigger", "-e", "local", settings=settings) as trigger:
            said = await until_said(trigger.stdout, "✓ t0")
            await site.baton("token", "revoke", "main pipeline", "--project", "shop")
            gate.open("t1")
            out, err = await asyncio.to_thread(trigger.communicate, None, FOR_EVER_SECONDS)
        [run_id] = re.findall(r"Requested run (\S+):", said)
        await site.until(run_id, "completed")
    assert trigger.returncode == 3, out + err
    assert "Error: this token was revoked on 2" in err
    assert token not in said + out + err


async def test_programs_are_told_of_tokens(site: Site) -> None:
    """One object each, with the token itself only where it is made; whoami says whose it is."""
    where = ("--project", "shop", "--json")

    async def told(*words: str) -> dict[str, Any]:
        done = await site.baton("token", *words, *where)
        assert done.returncode == 0, done.stderr
        answer: dict[str, Any] = json.loads(done.stdout)
        return answer

    made = await told("create", "--name", "main pipeline")
    token = made.pop("token")
    assert made["scopes"] == ["runs:request"]
    assert await told("list") == {
        "version": 1,
        "tokens": [{key: made[key] for key in made if key != "version"}],
    }
    done = await _as_pipeline(site, token, "whoami", "--json")
    identity = json.loads(done.stdout)
    assert (identity["kind"], identity["name"], identity["project"]) == ("token", "main pipeline", "shop")
    person = json.loads((await site.baton("whoami", "--json")).stdout)
    assert (person["kind"], person["memberships"][0]["role"]) == ("person", "owner")
    # One that has come to light is revoked as it was found, and not repeated.
    done = await site.baton("token", "revoke", token, *where)
    assert token not in done.stdout + done.stderr
    revoked = json.loads(done.stdout)
    assert revoked["revoked_at"]
    assert (await told("list"))["tokens"][0]["revoked_at"] == revoked["revoked_at"]


@pytest.mark.usefixtures("working")
async def test_a_network_that_goes_away_costs_a_pipeline_nothing(site: Site) -> None:
    """Between request and verdict: the runs go on, and are told with their reports when it is back."""
    token = await _make(site)
    with a_gate() as gate:
        await site.push(held=f'suite: held\ntests:\n  t: {{ GET: "{gate.url}/held/t", timeout: 10m }}\n')
        async with a_line(site.stack.url) as line:
            settings = {"BATON_TOKEN": token, "BATON_SECRET_KEY": "", "BATON_URL": line.url}
            words = ("trigger", "-e", "local", "--report", "junit=junit.xml")
            with site.process(*words, settings=settings) as trigger:
                said = await until_said(trigger.stdout, "Requested run")
                line.cut()
                gate.open("t")
                [run_id] = re.findall(r"Requested run (\S+):", said)
                await site.until(run_id, "completed")
                assert trigger.poll() is None
                line.mend()
                out, err = await asyncio.to_thread(trigger.communicate, None, FOR_EVER_SECONDS)
    assert trigger.returncode == 0, out + err
    assert "1 passed" in out
    assert (site.home / "junit.xml").exists()


async def test_a_job_that_is_cancelled_while_the_network_is_away_says_so(site: Site) -> None:
    """That the runs go on; and 130, because somebody has cancelled it."""
    await site.push(members=MEMBERS)
    token = await _make(site)
    async with a_line(site.stack.url) as line:
        settings = {"BATON_TOKEN": token, "BATON_SECRET_KEY": "", "BATON_URL": line.url}
        with site.process("trigger", "-e", "local", settings=settings) as trigger:
            # By now it follows.
            said = await until_said(trigger.stdout, "no worker has come yet")
            line.cut()
            done = await site.stop(trigger, signal.SIGTERM)
    [run_id] = re.findall(r"Requested run (\S+):", said)
    assert done.returncode == 130, done.stdout + done.stderr
    assert "The project does not answer; runs that it was not asked about go on." in done.stdout
    assert (await site.runs.run(run_id))["status"] == "queued"
