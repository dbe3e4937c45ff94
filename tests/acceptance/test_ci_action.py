"""The GitHub Action: checked by others' tools, and executed step by step as a runner does."""

import asyncio
import re
import signal
from pathlib import Path

import pytest
import yaml

from tests.acceptance.site import BROKEN, MEMBERS, Site
from tests.ci_runners import ACTION, ROOT, Runner, github_problems, stubbed_python
from tests.targets import Target

FAILING = """suite: shop
environments:
  ci: { base_url: "%s", kind: ci }
tests:
  health: { GET: /echo }
  catalog: { GET: /status/500, expect: { status: 200 } }
  cart: { GET: /echo, needs: [catalog] }
"""
GITHUB = {
    "CI": "true",
    "GITHUB_ACTIONS": "true",
    "GITHUB_REPOSITORY": "acme/shop",
    "GITHUB_RUN_ID": "77",
    "GITHUB_RUN_ATTEMPT": "1",
    "GITHUB_JOB": "api",
    "GITHUB_ACTION": "__baton",
    "GITHUB_REF_NAME": "main",
    "GITHUB_SHA": "abc123",
}


def _runner(home: Path, **settings: str) -> Runner:
    checkout = home / "checkout"
    (checkout / "tests").mkdir(parents=True, exist_ok=True)
    surroundings = {
        **GITHUB,
        "GITHUB_WORKSPACE": str(checkout),
        "GITHUB_STEP_SUMMARY": str(home / "summary.md"),
        "GITHUB_PATH": str(home / "path"),
        "RUNNER_TEMP": str(home / "temp"),
    }
    return Runner(checkout=checkout, settings={**surroundings, **settings})


def test_others_find_nothing_wrong_with_it() -> None:
    """GitHub's own schema of actions."""
    assert github_problems("action", ACTION) == []


def test_the_tools_would_find_something(tmp_path: Path) -> None:
    """A check that never complains checks nothing."""
    broken = tmp_path / "it.yml"
    broken.write_text(
        "on: push\njobs:\n  a:\n    runs-on: ubuntu-latest\n    steps:\n      - run: echo ${{ nothing.x }}\n"
    )
    assert any("undefined variable" in problem for problem in github_problems("workflow", broken))
    broken.write_text("name: x\ndescription: y\nruns:\n  using: composite\n  steps: 1\n")
    assert github_problems("action", broken) != []


@pytest.mark.parametrize("install", ["", "https://example.com/baton.whl"])
def test_extras_are_added_to_what_was_installed(install: str, tmp_path: Path) -> None:
    """The action's own version, or what somebody has put in its place."""
    runner = _runner(tmp_path, **stubbed_python(tmp_path))
    [step] = [each for each in yaml.safe_load(ACTION.read_text("utf-8"))["runs"]["steps"]
              if each["name"] == "Install Baton"]  # fmt: skip
    settings = {"INSTALL": install, "EXTRAS": "supabase", "ACTION": "/the/action"}
    assert runner.execute(step["run"], settings).code == 0
    installed = [
        line.split()[-1] for line in (tmp_path / "said").read_text("utf-8").splitlines() if "pip" in line
    ]
    assert installed == [install or "/the/action", "baton[supabase]"]


WORKFLOWS = re.findall(
    r"^```yaml\n(# \.github/workflows.*?)^```$", (ROOT / "docs/ci.md").read_text("utf-8"), re.M | re.S
)


@pytest.mark.parametrize("text", WORKFLOWS, ids=lambda text: text.splitlines()[0])
def test_workflows_of_the_documentation_are_right(text: str, tmp_path: Path) -> None:
    """By actionlint and by GitHub's schema; and every input they name is one of the action."""
    path = tmp_path / "it.yml"
    path.write_text(text, encoding="utf-8")
    assert github_problems("workflow", path) == []
    inputs = set(re.findall(r"^ {2}([\w-]+):$", ACTION.read_text("utf-8").partition("outputs:")[0], re.M))
    used = re.findall(r"uses: \S*baton@\S+\n((?: {8,}.*\n)*)", text)
    assert used
    for block in used:
        assert set(re.findall(r"^ {10}([\w-]+):", block, re.M)) <= inputs


def test_a_local_run_is_red_with_its_reports_and_annotations(tmp_path: Path, target: Target) -> None:
    """Nothing else is needed: lines of the suite file, a summary beside the job, JUnit to keep."""
    runner = _runner(tmp_path)
    (runner.checkout / "tests" / "shop.yaml").write_text(FAILING % target.base_url)
    ran = runner.action(install="none")
    assert ran.code == 1, ran.log
    assert ran.steps == ("Check the files", "Run the tests")
    assert "::error file=tests/shop.yaml,line=6" in ran.log
    assert "1 failed, 1 blocked by catalog" in (tmp_path / "summary.md").read_text()
    reports = runner.checkout / "baton-reports"
    assert sorted(path.name for path in reports.iterdir()) == ["index.html", "junit.xml", "summary.md"]


def test_a_local_run_that_passes_is_green(tmp_path: Path, target: Target) -> None:
    """Only what was asked for, in the environment that was named, from paths with spaces in them."""
    runner = _runner(tmp_path, BATON_TOKEN="baton_not_for_local_runs")
    folder = runner.checkout / "api tests"
    folder.mkdir()
    (folder / "shop.yaml").write_text(FAILING % target.base_url)
    ran = runner.action(
        install="none",
        paths="\n  api tests/shop.yaml\n\n",
        environment="ci",
        only="shop/health\n",
        reports="out",
    )
    assert ran.code == 0, ran.log
    assert "1 passed" in ran.log
    assert (runner.checkout / "out" / "junit.xml").is_file()


def test_files_with_mistakes_are_annotated_and_nothing_is_sent(tmp_path: Path, target: Target) -> None:
    """The job ends there, with 2."""
    runner = _runner(tmp_path)
    (runner.checkout / "tests" / "shop.yaml").write_text("suite: shop\ntests:\n  a: { GTE: /x }\n")
    ran = runner.action(install="none")
    assert (ran.code, ran.steps) == (2, ("Check the files",))
    assert "::error file=tests/shop.yaml,line=3" in ran.log
    assert target.requests == []


def test_an_input_gives_no_orders_to_the_shell(tmp_path: Path, target: Target) -> None:
    """Titles of pull requests and names of branches end up in inputs."""
    runner = _runner(tmp_path)
    (runner.checkout / "tests" / "shop.yaml").write_text(FAILING % target.base_url)
    evil = '"; touch hacked; echo "$(touch hacked) `touch hacked`'
    for name in ("environment", "only", "tags", "reports", "paths", "suites", "mode"):
        ran = runner.action(install="none", **{name: evil})
        assert not list(tmp_path.rglob("hacked")), (name, ran.log)


@pytest.mark.parametrize("name", ["environment", "only", "tags", "reports", "paths", "suites", "mode"])
def test_an_input_gives_no_orders_to_baton(tmp_path: Path, target: Target, name: str) -> None:
    """What looks like an option is a name that nothing has: with `--help` a job would be green."""
    runner = _runner(tmp_path)
    (runner.checkout / "tests" / "shop.yaml").write_text(FAILING % target.base_url)
    ran = runner.action(install="none", **{name: "--help"})
    assert ran.code != 0, ran.log
    assert "Usage:" not in ran.log


def test_an_input_gives_no_orders_to_github(tmp_path: Path) -> None:
    """Its lines are heard where they are repeated."""
    ran = _runner(tmp_path).action(install="none", mode="cloud\n::add-mask::e\r##[error]x")
    assert ran.code == 2
    assert [line for line in ran.log.splitlines() if line.startswith("::")] == [
        "::error title=Baton::the mode is local or remote, not cloud???add-mask??e????error?x"
    ]


def test_another_mode_is_refused(tmp_path: Path) -> None:
    """With an annotation that names both."""
    ran = _runner(tmp_path).action(install="none", mode="cloud")
    assert ran.code == 2
    assert "the mode is local or remote, not cloud" in ran.log


async def _token(site: Site, *scopes: str) -> str:
    words = [word for scope in scopes for word in ("--scope", scope)]
    done = await site.baton("token", "create", "--project", "shop", "--name", "ci", *words)
    return done.stdout.strip()


@pytest.mark.stack
async def test_a_remote_job_needs_nothing_but_a_token(site: Site) -> None:
    """It pushes its checkout, a worker runs it, the job goes red; the token is in nothing that is written."""
    token = await _token(site, "suites:push", "runs:request")
    runner = _runner(site.home)
    (runner.checkout / "tests" / "members.yaml").write_text(MEMBERS)
    (runner.checkout / "tests" / "broken.yaml").write_text(BROKEN)
    with site.worker():
        ran = await asyncio.to_thread(
            runner.action,
            install="none",
            mode="remote",
            environment="local",
            suites="members\nbroken",
            push="true",
            token=token,
            url=site.stack.url,
            key=site.stack.publishable_key,
        )
    assert ran.code == 1, ran.log
    assert ran.steps == ("Check the files", "Push the suites", "Run the tests")
    assert "3 passed, 1 failed, 1 blocked by broken/wrong" in ran.log
    assert "::error file=tests/broken.yaml,line=" in ran.log
    assert "broken/wrong" in (site.home / "summary.md").read_text()
    assert "failure" in (runner.checkout / "baton-reports" / "junit.xml").read_text()
    written = [path.read_text(errors="replace") for path in runner.checkout.rglob("*") if path.is_file()]
    assert not any(token in text for text in [ran.log, *written])
    rows = site.sql(
        "select distinct trigger::text, source ->> 'url', source -> 'token' ->> 'name', git_branch "
        "from test_runs where project_id = %s",
        site.member.project_id,
    )
    assert rows == [("ci", "https://github.com/acme/shop/actions/runs/77/attempts/1", "ci", "main")]


@pytest.mark.stack
async def test_a_job_that_is_cancelled_ends_its_runs(site: Site) -> None:
    """GitHub signals the shell of the step: the command has taken its place."""
    await site.push(slow="suite: slow\ntests:\n  wait: { GET: /silent, timeout: 10m }\n")
    token = await _token(site, "runs:request")
    given = {"token": token, "url": site.stack.url, "key": site.stack.publishable_key}
    runner = _runner(site.home)
    with (
        site.worker(),
        runner.running_action("Run the tests", mode="remote", environment="local", **given) as step,
    ):
        await site.until_sent("/silent")
        step.send_signal(signal.SIGINT)
        log, _ = await asyncio.to_thread(step.communicate, None, 60)
        assert step.returncode == 130, log
        [(run_id,)] = site.sql("select id::text from test_runs where project_id = %s", site.member.project_id)
        # The job waits for a moment only; the run ends, however busy its worker is.
        await site.until(run_id, "cancelled")
    assert (runner.checkout / "baton-reports" / "junit.xml").is_file()
