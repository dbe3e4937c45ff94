"""`run --record`: an editor runs suites on his own machine, and the project has what came of it."""

import asyncio
import json
import re
import signal
from collections.abc import Iterator
from dataclasses import replace
from itertools import pairwise

import pytest

from tests.acceptance.commands import until_said
from tests.acceptance.site import MEMBERS, Site
from tests.cuttable import Line, a_line
from tests.gate import Gate, a_gate, until
from tests.patience import FOR_EVER_SECONDS
from tests.repositories import Repository
from tests.targets import PASSWORD

pytestmark = pytest.mark.stack


def _local(site: Site, text: str, *, url: str = "") -> str:
    head = f'environments: {{ local: {{ base_url: "{url or site.target.base_url}" }} }}\n'
    first, _, rest = text.strip().partition("\n")
    return f"{first}\n{head}{rest}\n"


def _run_id(said: str) -> str:
    found = re.search(r"Recorded in shop as run ([0-9a-f-]{36})", said)
    assert found, said
    return found.group(1)


async def test_a_local_run_is_recorded_like_a_workers(site: Site) -> None:
    """Results, counters and verdict. Its secret is the person's own, and nobody finds it in the project."""
    await site.push(members=_local(site, MEMBERS))
    done = await site.baton(
        "run",
        "members.yaml",
        "--record",
        "--project",
        "shop",
        settings={"BATON_SECRET_PASSWORD": PASSWORD, "BATON_SECRET_password": PASSWORD},
    )
    run_id = _run_id(done.stdout + done.stderr)
    row = await site.runs.run(run_id)
    assert (row["status"], done.returncode) == ("completed", 0), done.stdout
    assert site.sql("select executor::text from test_runs where id = %s", run_id) == [("local",)]
    results = {each["test"]: each["verdict"] for each in await site.runs.results(row)}
    assert set(results) == {"members/login", "members/me", "members/echo"}
    kept = site.sql("select content::text from test_result_details where run_id = %s", run_id)
    assert kept
    assert not any(PASSWORD in content for (content,) in kept)


async def test_what_was_not_pushed_cannot_be_recorded(site: Site) -> None:
    """Nothing is sent, and what to do is said."""
    site.write("new.yaml", _local(site, "suite: new\ntests: { a: { GET: /echo } }"))
    done = await site.baton("run", "new.yaml", "--record", "--project", "shop")
    assert done.returncode == 2
    assert 'there is no suite "new" in this project' in done.stderr
    assert site.target.requests == []


async def test_a_test_that_the_project_does_not_know_ends_the_recording_and_not_the_run(site: Site) -> None:
    """The local result stays; the run in the project says why it has none."""
    await site.push(members=_local(site, "suite: members\ntests: { a: { GET: /echo } }"))
    site.write(
        "members.yaml", _local(site, "suite: members\ntests: { a: { GET: /echo }, b: { GET: /echo } }")
    )
    done = await site.baton("run", "members.yaml", "--record", "--project", "shop")
    assert done.returncode == 0
    said = done.stdout + done.stderr
    assert '"members/b" is not a test of this run' in said
    row = await site.runs.run(_run_id(said))
    assert (row["status"], row["reason"]) == ("failed", "interrupted")


#: Ten tests, one after the other, each of which waits to be let through.
TESTS = [f"t{number}" for number in range(10)]
LONG = "suite: long\ndefaults: { timeout: 10m }\ntests:\n" + "".join(
    f"  {test}:\n    GET: /held/{test}\n" + (f"    needs: [{before}]\n" if before else "")
    for before, test in pairwise(["", *TESTS])
)


@pytest.fixture
def gate() -> Iterator[Gate]:
    """An API that answers when it is told to."""
    with a_gate() as found:
        yield found


async def test_an_interrupted_run_is_cancelled_in_the_project(site: Site, gate: Gate) -> None:
    """With what it had until then, and the test that was in flight."""
    await site.push(long=_local(site, LONG, url=gate.url))
    gate.open("t0")
    with site.process("run", "long.yaml", "--record", "--project", "shop") as process:
        await until(lambda: gate.waiting["t1"])
        process.send_signal(signal.SIGINT)
        said = await until_said(process.stdout, "Stopping")
        gate.open("t1")
        out, err = await asyncio.to_thread(process.communicate, None, FOR_EVER_SECONDS)
    assert process.returncode == 130, said + out + err
    row = await site.until(_run_id(said + out + err), "cancelled", "completed", "failed")
    assert (row["status"], row["passed"]) == ("cancelled", 2)


async def _cut_in_the_middle(gate: Gate, line: Line) -> None:
    """Lose the project while the fourth test is under way, which then comes to its end."""
    gate.open(*TESTS[:3])
    await until(lambda: gate.waiting["t3"])
    line.cut()
    gate.open("t3")


@pytest.mark.parametrize("when", ["in the middle", "only after the last test"])
async def test_a_project_that_was_out_of_reach_gets_everything(site: Site, gate: Gate, when: str) -> None:
    """The run goes on meanwhile; what waited is recorded when the line is there again, once and in order."""
    await site.push(long=_local(site, LONG, url=gate.url))
    async with a_line(site.stack.url) as line:
        there = replace(site, stack=replace(site.stack, url=line.url))
        assert (await there.log_in()).returncode == 0
        with there.process("run", "long.yaml", "--record", "--project", "shop") as process:
            await _cut_in_the_middle(gate, line)
            said = await until_said(process.stdout, "The project cannot be reached")
            await until(lambda: gate.waiting["t4"])
            if when == "in the middle":
                line.mend()
                said += await until_said(process.stdout, "The project can be reached again")
                gate.open(*TESTS)
            else:
                gate.open(*TESTS)
                said += await until_said(process.stdout, "Waiting for the project")
                line.mend()
            out, err = await asyncio.to_thread(process.communicate, None, 60)
    said += out + err
    assert process.returncode == 0, said
    row = await site.runs.run(_run_id(said))
    assert (row["status"], row["passed"]) == ("completed", 10), said
    assert len(await site.runs.results(row)) == 10
    assert gate.waiting == dict.fromkeys(TESTS, 1)
    assert said.count("The project cannot be reached") == 1
    assert "The project can be reached again: nothing is missing there." in said


async def test_who_does_not_want_to_wait_for_the_project_leaves(site: Site, gate: Gate) -> None:
    """The verdict is that of the tests; that the project lacks their last results is said, in words."""
    await site.push(long=_local(site, LONG, url=gate.url))
    async with a_line(site.stack.url) as line:
        there = replace(site, stack=replace(site.stack, url=line.url))
        assert (await there.log_in()).returncode == 0
        with there.process("run", "long.yaml", "--record", "--project", "shop", "--json") as process:
            await _cut_in_the_middle(gate, line)
            gate.open(*TESTS)
            said = await until_said(process.stderr, "Waiting for the project, which does not have the last")
            done = await site.stop(process, signal.SIGINT)
    said += done.stderr
    assert done.returncode == 0, done.stdout + said
    assert "The project cannot be reached (the Supabase project does not answer" in said
    assert "The recording ends here, what happened since is not in the project" in said
    # Programs read nothing but events.
    events = [json.loads(text)["event"] for text in done.stdout.splitlines()]
    assert events[-1] == "run_finished"


@pytest.mark.parametrize(
    ("words", "what"),
    [(("--record",), "--record needs to know where"), (("--project", "shop"), "say where")],
)
async def test_where_to_record_is_said_with_the_wish_to(
    site: Site, words: tuple[str, ...], what: str
) -> None:
    """One without the other is bad usage."""
    site.write("a.yaml", _local(site, "suite: a\ntests: { a: { GET: /echo } }"))
    done = await site.baton("run", "a.yaml", *words)
    assert done.returncode == 2
    assert what in done.stderr


async def test_the_project_knows_what_was_chosen_and_of_which_files(site: Site) -> None:
    """So that it can be found by its commit, and taken up again as it was."""
    await site.push(members=_local(site, MEMBERS))
    repository = Repository(site.home)
    repository.git("add", "members.yaml")
    repository.git("commit", "--quiet", "-m", "first")
    words = ("run", "members.yaml", "--record", "--project", "shop", "--bail", "3", "-j", "2")
    settings = {"BATON_SECRET_password": PASSWORD}
    whole = await site.baton(*words, settings=settings)
    part = await site.baton(*words, "--only", "echo", settings=settings)
    rows = [
        site.sql(
            "select selection, config, source, git_branch, git_commit from test_runs where id = %s",
            _run_id(done.stdout + done.stderr),
        )[0]
        for done in (whole, part)
    ]
    commit = repository.git("rev-parse", "HEAD")
    assert [selection for selection, *_ in rows] == [{}, {"only": ["members/echo"]}]
    for _, *told in rows:
        assert told == [{"jobs": 2, "bail": 3}, {"command": "baton run"}, "main", commit]


async def test_a_run_of_a_pipeline_says_of_which_branch_and_job(site: Site) -> None:
    """Runners check a commit out by itself; the job knows the branch, and where it can be looked at."""
    await site.push(members=_local(site, MEMBERS))
    repository = Repository(site.home)
    repository.git("add", "members.yaml")
    repository.git("commit", "--quiet", "-m", "first")
    repository.git("checkout", "--quiet", "--detach")
    commit = repository.git("rev-parse", "HEAD")
    url = "https://gitlab.example.com/acme/shop/-/jobs/5"
    job = {"CI_JOB_ID": "5", "CI_JOB_URL": url, "CI_COMMIT_REF_NAME": "feature", "CI_COMMIT_SHA": commit}
    settings = {"BATON_SECRET_password": PASSWORD, "CI": "true", "GITLAB_CI": "true", **job}
    done = await site.baton("run", "members.yaml", "--record", "--project", "shop", settings=settings)
    [row] = site.sql(
        "select trigger::text, git_branch, git_commit, source ->> 'url' from test_runs where id = %s",
        _run_id(done.stdout + done.stderr),
    )
    assert row == ("ci", "feature", commit, url)


async def test_a_pipelines_token_records_no_run_of_its_own(site: Site) -> None:
    """What it says of results nobody has executed for the project; a person may, and is told so."""
    site.write("a.yaml", _local(site, "suite: a\ntests: { a: { GET: /echo } }"))
    away = {"BATON_TOKEN": "baton_x", "XDG_CONFIG_HOME": str(site.home / "nobody")}
    done = await site.baton("run", "a.yaml", "--record", "--project", "shop", settings=away)
    assert done.returncode == 3
    assert "a project token is for trigger, rerun, push and whoami" in done.stderr
    assert site.target.requests == []
