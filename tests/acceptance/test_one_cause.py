"""One wrong password reads "1 failed, 40 blocked by login", wherever one looks."""

import json
from collections.abc import Iterator
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.acceptance.commands import Done, baton
from tests.acceptance.site import a_site
from tests.targets import running_target

SENTENCE = "1 failed, 40 blocked by login"
LOGIN = """
  login:
    POST: /login
    json: { password: "not this one" }
    capture: { tokens: { access: $.access_token } }
"""
DEPENDENTS = "".join(
    f'  test-{number}: {{ GET: /me, auth: {{ bearer: "{{{{ tokens.access }}}}" }} }}\n'
    for number in range(40)
)
SUITE = f"suite: shop\ntests:{LOGIN}{DEPENDENTS}"
#: Every way in which a run is told, and where it is written.
REPORTS = {
    "json": "out.json",
    "junit": "out.xml",
    "html": "out.html",
    "ctrf": "ctrf.json",
    "allure": "allure",
    "codequality": "quality.json",
}


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where the run was, with all its reports."""
    return tmp_path_factory.mktemp("run")


@pytest.fixture(scope="module")
def url() -> Iterator[str]:
    """An API that knows another password."""
    with running_target() as target:
        yield target.base_url


def run(folder: Path, url: str, *options: str) -> Done:
    """The suite against the API, on a machine of GitHub's."""
    (folder / "shop.yaml").write_text(SUITE, encoding="utf-8")
    github = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_STEP_SUMMARY": str(folder / "summary.md")}
    return baton("run", "shop.yaml", "--base-url", url, *options, home=folder, settings=github)


@pytest.fixture(scope="module")
def done(folder: Path, url: str) -> Done:
    """The run, told in every way at once."""
    reports = [option for kind, path in REPORTS.items() for option in ("--report", f"{kind}={path}")]
    return run(folder, url, *reports)


def test_the_terminal_says_so(done: Done) -> None:
    """In its last lines; with one block of failure, and one line about all that was blocked."""
    assert done.returncode == 1, done.stderr
    assert SENTENCE in done.stdout
    assert "40 tests blocked by login" in done.stdout
    assert done.stdout.count("expected status 2xx, got 401") == 3  # live, in the block, for GitHub


def test_gitlab_gets_one_finding(done: Done, folder: Path) -> None:
    """Which says how many it blocked."""
    [issue] = json.loads((folder / "quality.json").read_text("utf-8"))
    assert "It blocked 40 tests." in issue["description"]


def test_github_gets_one_annotation(done: Done, folder: Path) -> None:
    """And a summary that begins with the sentence."""
    assert [line for line in done.stdout.splitlines() if line.startswith("::error")] != []
    assert done.stdout.count("::error") == 1
    assert SENTENCE in (folder / "summary.md").read_text("utf-8").splitlines()[0]


@pytest.mark.usefixtures("done")
def test_json_says_so(folder: Path) -> None:
    """As the run's message, and with the cause beside each blocked test."""
    content = json.loads((folder / "out.json").read_text("utf-8"))
    assert content["run"]["message"] == SENTENCE
    blocked = [test for test in content["tests"] if test["verdict"] == "blocked"]
    assert {test["blocked_by"] for test in blocked} == {"shop/login"}


@pytest.mark.usefixtures("done")
def test_junit_says_so(folder: Path) -> None:
    """One failure; the others are skipped, each with who blocked it."""
    root = ElementTree.parse(folder / "out.xml").getroot()
    [suite] = root.findall("testsuite")
    assert (suite.get("failures"), suite.get("errors"), suite.get("skipped")) == ("1", "0", "40")
    assert suite.find("properties/property[@name='baton.verdict']").get("value") == SENTENCE  # type: ignore[union-attr]  # it is there
    skipped = [found.get("message", "") for found in root.iter("skipped")]
    assert len(skipped) == 40
    assert all(message.startswith("blocked by login") for message in skipped)


@pytest.mark.usefixtures("done")
def test_html_allure_and_ctrf_say_so(folder: Path) -> None:
    """In the words that each of them has room for."""
    assert SENTENCE in (folder / "out.html").read_text("utf-8")
    assert SENTENCE in (folder / "allure" / "environment.properties").read_text("utf-8")
    results = [json.loads(path.read_text("utf-8")) for path in (folder / "allure").glob("*-result.json")]
    assert sorted({result["status"] for result in results}) == ["failed", "skipped"]
    summary = json.loads((folder / "ctrf.json").read_text("utf-8"))["results"]["summary"]
    assert summary["extra"]["verdict"] == SENTENCE
    assert (summary["failed"], summary["skipped"]) == (1, 40)


def test_lines_of_json_say_so(folder: Path, url: str) -> None:
    """The last event has the sentence."""
    done = run(folder, url, "--json")
    assert json.loads(done.stdout.splitlines()[-1])["message"] == SENTENCE


@pytest.mark.usefixtures("done")
def test_why_says_so(folder: Path) -> None:
    """Asked for one of the forty, it leads to the login."""
    told = baton("why", "test-7", home=folder)
    assert "login → test-7" in told.stdout, told.stdout + told.stderr


@pytest.mark.stack
async def test_the_database_says_so(tmp_path: Path) -> None:
    """What a worker records is what everybody reads."""
    async with a_site(tmp_path) as site:
        await site.push(shop=SUITE)
        run_id = await site.request("shop")
        with site.worker():
            row = await site.until(run_id, "failed")
        assert row["message"] == SENTENCE
