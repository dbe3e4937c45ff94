"""`baton trigger` as a command: requested, followed, told, reported."""

import json
import re
import signal
from xml.etree import ElementTree

import pytest

from tests.acceptance.site import BROKEN, MEMBERS, Site
from tests.gate import Gate, a_gate, until
from tests.members import a_member
from tests.targets import PASSWORD as TARGET_PASSWORD
from tests.targets import TOKEN

pytestmark = pytest.mark.stack


def slow(gate: Gate, *, suite: str = "slow") -> str:
    """A test that waits until the API lets it go on."""
    return f'suite: {suite}\ntests:\n  wait:\n    GET: "{gate.url}/held/wait"\n    timeout: 10m\n'


def runs_in(text: str) -> list[str]:
    """The ids that were printed."""
    return re.findall(r"Requested run (\S+):", text)


@pytest.mark.usefixtures("working")
async def test_a_run_that_passes_exits_with_zero(site: Site) -> None:
    """What is printed is what was recorded."""
    await site.push(members=MEMBERS)
    done = await site.baton("trigger", "--project", "shop", "-e", "local")
    assert done.returncode == 0, done.stdout + done.stderr
    assert [line.split()[1] for line in done.stdout.splitlines() if line.startswith(("✓", "ok"))] != []
    assert "3 passed" in done.stdout
    [run_id] = runs_in(done.stdout)
    assert (await site.runs.run(run_id))["status"] == "completed"
    assert TARGET_PASSWORD not in done.stdout
    assert TOKEN not in done.stdout


@pytest.mark.usefixtures("working")
async def test_each_suite_is_a_run_of_one_request_and_the_worst_decides(site: Site) -> None:
    """Exit 1, the failure with its evidence, what it blocked in one line."""
    await site.push(members=MEMBERS, broken=BROKEN)
    done = await site.baton("trigger", "--project", "shop", "-e", "local")
    assert done.returncode == 1, done.stdout + done.stderr
    runs = [await site.runs.run(run_id) for run_id in runs_in(done.stdout)]
    assert sorted(run["status"] for run in runs) == ["completed", "failed"]
    assert "expected status 200, got 500" in done.stdout
    assert "1 test blocked by broken/wrong: broken/after" in done.stdout
    assert "3 passed, 1 failed, 1 blocked by broken/wrong" in done.stdout
    batches = site.sql(
        "select distinct batch_id from test_runs where id = any(%s::uuid[])", runs_in(done.stdout)
    )
    assert len(batches) == 1


@pytest.mark.usefixtures("working")
async def test_reports_are_written_from_what_was_recorded(site: Site) -> None:
    """JUnit and JSON with evidence, without secrets."""
    await site.push(members=MEMBERS, broken=BROKEN)
    junit, document = site.home / "out" / "junit.xml", site.home / "out.json"
    done = await site.baton(
        "trigger",
        "--project",
        "shop",
        "-e",
        "local",
        "--report",
        f"junit={junit}",
        "--report",
        f"json={document}",
    )
    assert done.returncode == 1, done.stdout + done.stderr
    cases = {
        f"{case.get('classname')}/{case.get('name')}": [child.tag for child in case]
        for case in ElementTree.parse(junit).iter("testcase")
    }
    assert len(cases) == 5
    assert "failure" in cases["broken/wrong"]
    assert "skipped" in cases["broken/after"]
    text = document.read_text()
    assert "GET" in text
    # What the files say is there as in a report on a local run: who waited for whom, and the user's own line.
    edges = {(edge["dependent"], edge["required"]): edge["kind"] for edge in json.loads(text)["dependencies"]}
    assert edges[("members/me", "members/login")] == "token"
    assert edges[("broken/after", "broken/wrong")] == "data"
    assert re.search(r"broken.yaml:6:23\n.*expect: \{ status: 200 \}\n.*\^\^\^", done.stdout), done.stdout
    assert json.loads(text)
    assert TOKEN not in text + junit.read_text()


@pytest.mark.usefixtures("working")
async def test_events_are_lines_of_json(site: Site) -> None:
    """Live by run, then the end as a run on one's own machine tells it; people read the other stream."""
    await site.push(broken=BROKEN)
    refused = await site.baton("trigger", "--project", "shop", "-e", "local", "--json", "--report", "json=-")
    assert (refused.returncode, refused.stdout) == (2, "")
    done = await site.baton("trigger", "--project", "shop", "-e", "local", "--json")
    assert done.returncode == 1, done.stdout + done.stderr
    requested, *lines = [json.loads(line) for line in done.stdout.splitlines()]
    assert (requested["event"], requested["suites"]) == ("run_requested", ["broken"])
    begin = next(at for at, line in enumerate(lines) if line["event"] == "run_started")
    live, end = lines[:begin], lines[begin:]
    assert {line["run"] for line in live} == {requested["run"]} == set(runs_in(done.stderr))
    assert (live[-1]["event"], live[-1]["status"]) == ("run_status", "failed")
    verdicts = {"broken/wrong": "failed", "broken/after": "blocked"}
    for part, event in ((live, "test_result"), (end, "test_finished")):
        assert {line["test"]: line["verdict"] for line in part if line["event"] == event} == verdicts
    [wrong] = [line for line in end if line.get("test") == "broken/wrong"]
    assert wrong["attempts"][0]["exchange"]["response"]["status"] == 500
    assert (end[0]["environment"], end[-1]["event"]) == ("local", "run_finished")
    assert "1 failed, 1 blocked by wrong" in done.stderr
    # What somebody else follows, or nobody: the runs and nothing else.
    left = await site.baton("trigger", "--project", "shop", "-e", "local", "--json", "--no-wait")
    [line] = [json.loads(line) for line in left.stdout.splitlines()]
    assert await site.until(line["run"], "failed")


@pytest.mark.usefixtures("working")
async def test_one_test_runs_with_what_it_needs(site: Site) -> None:
    """`--only` brings the login along, and not the rest."""
    await site.push(members=MEMBERS, broken=BROKEN)
    done = await site.baton("trigger", "--project", "shop", "-e", "local", "--only", "members/me")
    assert done.returncode == 0, done.stdout + done.stderr
    [run_id] = runs_in(done.stdout)
    results = await site.runs.results(await site.runs.run(run_id))
    assert {each["test"]: each["required_only"] for each in results} == {
        "members/login": True,
        "members/me": False,
    }


@pytest.mark.usefixtures("working")
async def test_a_tag_asks_only_for_suites_that_have_it(site: Site) -> None:
    """A suite without such a test is not requested, instead of failing for it."""
    await site.push(
        members=MEMBERS,
        smoke="suite: smoke\ntests:\n  a:\n    GET: /echo\n    tags: [smoke]\n  b:\n    GET: /x\n",
    )
    done = await site.baton("trigger", "--project", "shop", "-e", "local", "--tag", "smoke")
    assert done.returncode == 0, done.stdout + done.stderr
    [run_id] = runs_in(done.stdout)
    results = await site.runs.results(await site.runs.run(run_id))
    assert [each["test"] for each in results] == ["smoke/a"]


async def test_no_wait_leaves_the_run_in_the_queue(site: Site) -> None:
    """Somebody will take it up."""
    await site.push(members=MEMBERS)
    done = await site.baton("trigger", "--project", "shop", "-e", "local", "--no-wait")
    assert done.returncode == 0
    [run_id] = runs_in(done.stdout)
    assert (await site.runs.run(run_id))["status"] == "queued"
    again = await site.baton("worker", "--once")
    assert again.returncode == 0
    assert (await site.runs.run(run_id))["status"] == "completed"


async def test_the_same_request_with_the_same_key_asks_once(site: Site) -> None:
    """A pipeline that is repeated makes no second run; another request may not use the key."""
    await site.push(members=MEMBERS)
    request = ("trigger", "--project", "shop", "--no-wait", "--idempotency-key", "build-1", "-e", "local")
    first, second = await site.baton(*request), await site.baton(*request)
    assert runs_in(first.stdout) == runs_in(second.stdout) != []
    other = await site.baton(*request, "--priority", "high")
    assert other.returncode == 3
    assert "idempotency key" in other.stderr
    assert (await site.baton("worker", "--once")).returncode == 0


async def test_ctrl_c_asks_for_the_end_and_tells_it(site: Site) -> None:
    """Exit 130; the run is cancelled, not left running."""
    with a_gate() as gate:
        await site.push(slow=slow(gate))
        with site.worker(), site.process("trigger", "--project", "shop", "-e", "local") as trigger:
            await until(lambda: gate.waiting["wait"])
            done = await site.stop(trigger, signal.SIGINT)
            assert done.returncode == 130, done.stdout + done.stderr
            assert "Asking the runs to end" in done.stdout
            [run_id] = runs_in(done.stdout)
            # A worker that is slow to hear of it is not waited for.
            await site.until(run_id, "cancelled")


async def test_nobody_waits_for_ever(site: Site) -> None:
    """When the time is over the runs are asked to end, also where no worker has come: exit 3."""
    await site.push(members=MEMBERS)
    words = ("trigger", "--project", "shop", "-e", "local", "--timeout", "3s")
    done = await site.baton(*words)
    assert done.returncode == 3, done.stdout + done.stderr
    rows = site.sql("select status::text from test_runs where project_id = %s", site.member.project_id)
    assert rows in ([], [("cancelled",)])
    refused = await site.baton(*words, "--no-wait")
    assert (refused.returncode, refused.stdout) == (2, "")
    assert "nothing is waited for" in refused.stderr


async def test_an_api_that_is_away_is_no_failure_of_tests(site: Site) -> None:
    """Exit 3: the run could not be carried out."""
    await site.member.environment("away", base_url="http://127.0.0.1:9")
    await site.push(plain="suite: plain\ntests:\n  a:\n    GET: /echo\n")
    with site.worker():
        done = await site.baton("trigger", "--project", "shop", "-e", "away")
    assert done.returncode == 3, done.stdout + done.stderr
    assert "cannot be reached" in done.stdout


async def test_what_is_not_there_is_said_and_nothing_is_requested(site: Site) -> None:
    """Environments, suites, tests: exit 2, for to try it again would not help, each with what there is."""
    await site.push(members=MEMBERS)
    for wrong, word in (
        (("-e", "moon"), "moon"),
        (("-e", "local", "--suite", "nothing"), "nothing"),
        (("-e", "local", "--only", "members/nobody"), "nobody"),
        (("-e", "local", "--only", "nobody*"), "nobody"),
        (("-e", "local", "--suite", "other", "--only", "members/me"), "there is no suite 'other'"),
    ):
        done = await site.baton("trigger", "--project", "shop", "--no-wait", *wrong)
        assert done.returncode == 2, done.stdout + done.stderr
        assert word in done.stderr
    assert site.sql("select count(*) from test_runs where project_id = %s", site.member.project_id) == [(0,)]


async def test_a_report_that_cannot_be_written_is_said_before_anything_is_requested(site: Site) -> None:
    """Exit 2."""
    await site.push(members=MEMBERS)
    (site.home / "taken").mkdir()
    done = await site.baton(
        "trigger", "--project", "shop", "-e", "local", "--report", f"junit={site.home / 'taken'}"
    )
    assert done.returncode == 2
    assert site.sql("select count(*) from test_runs where project_id = %s", site.member.project_id) == [(0,)]


async def test_a_stranger_can_neither_request_nor_follow(site: Site) -> None:
    """To him the project and the run do not exist."""
    from worker.errors import Refused
    from worker.project.trigger import RunRequest, request_runs
    from worker.realtime import subscribe_to_test_progress

    await site.push(members=MEMBERS)
    run_id = await site.request("members")
    async with a_member(site.stack) as stranger:
        with pytest.raises(Refused):
            await request_runs(
                stranger.database,
                site.member.project_id,
                [RunRequest(suites=("members",), environment="local")],
            )
        with pytest.raises(Refused):
            await subscribe_to_test_progress(run_id, print, database=stranger.database)
    assert (await site.baton("worker", "--once")).returncode == 0


async def test_a_tag_that_no_test_has_is_said_with_those_there_are(site: Site) -> None:
    """Exit 2: to run nothing would look like success."""
    done = await site.baton("trigger", "--project", "shop", "-e", "local", "--tag", "smoke")
    assert done.returncode == 2
    assert "has no tests" in done.stderr
    await site.push(tagged="suite: tagged\ntests:\n  a:\n    GET: /echo\n    tags: [smoke]\n")
    done = await site.baton("trigger", "--project", "shop", "-e", "local", "--tag", "smoek")
    assert done.returncode == 2
    assert "no test has the tag 'smoek'" in done.stderr
    assert "did you mean 'smoke'?" in done.stderr


@pytest.mark.usefixtures("working")
async def test_several_environments_are_one_batch_with_one_verdict(site: Site) -> None:
    """All suites in each of them: its lines, its end, its reports; the worst decides."""
    await site.member.environment("away", base_url="http://127.0.0.1:9")
    await site.push(plain="suite: plain\ntests:\n  a:\n    GET: /echo\n", broken=BROKEN)
    words = ("trigger", "--project", "shop", "-e", "local", "-e", "away", "--report", "junit=junit.xml")
    done = await site.baton(*words, "--report", "markdown=out/page.md")
    assert done.returncode == 3, done.stdout + done.stderr
    runs = [await site.runs.run(run_id) for run_id in runs_in(done.stdout)]
    assert len(runs) == 4
    assert (
        len(
            site.sql(
                "select distinct batch_id from test_runs where id = any(%s::uuid[])", runs_in(done.stdout)
            )
        )
        == 1
    )
    assert re.search(r"^local  ✓ plain/a", done.stdout, re.MULTILINE)
    assert "In local:" in done.stdout
    assert "In away:" in done.stdout
    assert "2 environments: local failed, away could not be carried out" in done.stdout
    assert "failure" in (site.home / "junit-local.xml").read_text()
    assert (site.home / "junit-away.xml").is_file()
    page = (site.home / "out" / "page-local.md").read_text()
    assert "Baton in local" in page
    assert "blocked 1 test" in page


async def test_all_environments_are_requested_or_none(site: Site) -> None:
    """One that is not there keeps all runs from being made."""
    await site.push(members=MEMBERS)
    done = await site.baton("trigger", "--project", "shop", "-e", "local", "-e", "moon", "--no-wait")
    assert done.returncode == 2
    assert "moon" in done.stderr
    assert site.sql("select count(*) from test_runs where project_id = %s", site.member.project_id) == [(0,)]


async def test_a_job_of_a_ci_asks_once_and_says_which_it_is(site: Site) -> None:
    """A step that is tried again follows what it asked for; a job that is started again asks anew."""
    await site.push(members=MEMBERS)
    job = {
        "CI": "true",
        "GITLAB_CI": "true",
        "CI_JOB_ID": "5",
        "CI_JOB_URL": "https://gitlab.example.com/acme/shop/-/jobs/5",
        "CI_COMMIT_REF_NAME": "main",
        "CI_COMMIT_SHA": "abc",
    }
    request = ("trigger", "--project", "shop", "-e", "local", "--no-wait")
    first = await site.baton(*request, settings=job)
    again = await site.baton(*request, settings=job)
    other = await site.baton(*request, settings={**job, "CI_JOB_ID": "6"})
    assert runs_in(first.stdout) == runs_in(again.stdout) != []
    assert runs_in(other.stdout) != runs_in(first.stdout)
    rows = site.sql(
        "select trigger::text, source ->> 'url', git_branch, git_commit from test_runs where id = %s",
        runs_in(first.stdout)[0],
    )
    assert rows == [("ci", job["CI_JOB_URL"], "main", "abc")]
    assert (await site.baton("worker", "--once")).returncode == 0
    assert (await site.baton("worker", "--once")).returncode == 0


async def test_a_job_that_is_cancelled_cancels_its_batch(site: Site) -> None:
    """SIGTERM, as a CI sends it: all runs of it, those that wait, too; exit 130, and the end is told."""
    with a_gate() as gate:
        await site.push(slow=slow(gate), later=slow(gate, suite="later"))
        with site.worker(), site.process("trigger", "--project", "shop", "-e", "local") as trigger:
            await until(lambda: gate.waiting["wait"])
            done = await site.stop(trigger, signal.SIGTERM)
            assert done.returncode == 130, done.stdout + done.stderr
            assert "Asking the runs to end" in done.stdout
            first, second = runs_in(done.stdout)
            await site.until(first, "cancelled")
            await site.until(second, "cancelled")
