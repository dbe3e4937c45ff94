"""What this machine remembers of runs, as commands: why, rerun, --failed, --changed, or nothing at all."""

import json
import re
import signal
import subprocess
import sys
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.acceptance.commands import Done, baton, until_said
from tests.gate import a_gate, until
from tests.patience import FOR_EVER_SECONDS
from tests.repositories import Repository
from tests.targets import PASSWORD, TOKEN, Target, running_target

SUITE = """\
suite: people
environments:
  local: { base_url: "http://127.0.0.1:1" }
tests:
  login:
    POST: /login
    json: { username: ada, password: "{{ secrets.password }}" }
    capture:
      tokens: { access_token: $.access_token }
      variables: { user_id: $.user.id }
  me:
    GET: /me
    auth: { bearer: "{{ tokens.access_token }}" }
  document:
    GET: /json
    query: { user: "{{ user_id }}", for: "{{ env.whom }}" }
    expect: { json: { name: Eve } }
    capture: { number: $.id }
  after-document:
    GET: /json
    query: { number: "{{ captured_data.document.number }}" }
"""


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A real API."""
    with running_target() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of its own, which is home, too; its suite has a failure and what that blocks."""
    (tmp_path / "people.yaml").write_text(SUITE)
    return tmp_path


def _baton(
    home: Path, *words: str, folder: Path | None = None, settings: Mapping[str, str] | None = None
) -> Done:
    surroundings = {"BATON_SECRET_PASSWORD": PASSWORD, **(settings or {})}
    return baton(*words, home=home, folder=folder, settings=surroundings)


def _run(home: Path, target: Target, *words: str, settings: Mapping[str, str] | None = None) -> Done:
    given = ("--base-url", target.base_url, "--var", "whom=ada")
    return _baton(home, "run", "people.yaml", *given, *words, settings=settings)


def _paths(target: Target) -> list[str]:
    return [seen.path for seen in target.requests]


def _remembered(home: Path) -> list[Path]:
    return sorted((home / ".local" / "state" / "baton").rglob("*.jsonl"))


def test_why_tells_the_chain_from_the_latest_run(home: Path, target: Target) -> None:
    """No file is named: the run has remembered for whom it waits, where that is written, and what failed."""
    assert _run(home, target).returncode == 1
    done = _baton(home, "why", "after-document")
    assert done.returncode == 0, done.stderr
    assert "⊘ was blocked in local · just now · run" in done.stdout
    assert "uses captured_data.document.number in query.number  people.yaml:21:26" in done.stdout
    assert "document → after-document\n  document failed  people.yaml:14:3" in done.stdout
    assert '$.name: expected "Eve", got "Ada"  people.yaml:17:29' in done.stdout
    assert re.search(r"GET http://\S+/json\?user=7&for=ada → 200 in [\d.]+ m?s\b", done.stdout)


def test_why_tells_what_was_received_and_used(home: Path, target: Target) -> None:
    """From which capture, by whom; a token is never shown, a plain value is."""
    _run(home, target)
    me = _baton(home, "why", "me").stdout
    assert "tokens.access_token = ***  from login, whose capture $.access_token found it" in me
    login = _baton(home, "why", "people/login").stdout
    assert "user_id = 7  $.user.id  used by document" in login
    context = _baton(home, "why", "me", "--context").stdout
    assert '    env.whom = "ada"\n    secrets.password = ***' in context


def test_why_speaks_to_programs(home: Path, target: Target) -> None:
    """One document."""
    _run(home, target)
    found = json.loads(_baton(home, "why", "after-document", "--json").stdout)
    assert (found["test"], found["verdict"]) == ("people/after-document", "blocked")
    assert found["way"] == ["people/document", "people/after-document"]
    assert found["run"]["command"].startswith("baton run people.yaml --base-url")


def test_why_needs_no_run(home: Path) -> None:
    """The files alone say who waits for whom."""
    done = _baton(home, "why", "document", "people.yaml")
    assert done.returncode == 0, done.stderr
    assert "not run: this is what the files say" in done.stdout
    assert "user_id  from login, whose capture $.user.id finds it" in done.stdout


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("why", "documant", "people.yaml"), "did you mean 'document'?"),
        (("why", "login"), "or name the files: baton why login tests/"),
        (("why", "login", "--run", "zzz", "people.yaml"), "no run of this project is remembered"),
        (("rerun",), "no run of this project is remembered"),
        (("rerun", "--failed"), "the tests first"),
        (("rerun", "5b0c6a3e-0000-4000-8000-000000000001"), "add --failed"),
        (("run", "people.yaml", "--var", "whom=x", "--failed"), "run them once without it"),
    ],
)
def test_what_is_not_known_is_refused_with_a_way_on(home: Path, words: tuple[str, ...], said: str) -> None:
    """Exit 2."""
    done = _baton(home, *words)
    assert done.returncode == 2
    assert said in done.stderr


def test_rerun_does_what_failed_again_with_what_it_needs(home: Path, target: Target) -> None:
    """From any folder of the project; what was given by --var has to be given again."""
    _run(home, target)
    (home / ".git").mkdir()
    for path in _remembered(home):
        # The project is the repository from now on, which has the same folder.
        assert path.exists()
    (home / "inner").mkdir()
    target.requests.clear()
    refused = _baton(home, "rerun", "--failed", folder=home / "inner")
    assert refused.returncode == 2
    assert "whom, whose values are not kept" in refused.stderr
    assert _paths(target) == []
    done = _baton(home, "rerun", "--failed", "--var", "whom=bob", folder=home / "inner")
    assert done.returncode == 1, done.stderr
    assert "Picked, because it did not pass in run" in done.stdout
    assert "With what they need: login" in done.stdout
    assert _paths(target) == ["/login", "/json"]
    assert ("for", "bob") in target.requests[-1].query


def test_a_run_is_done_again_as_a_whole(home: Path, target: Target) -> None:
    """With the same choice of tests."""
    _run(home, target, "--only", "me")
    target.requests.clear()
    assert _baton(home, "rerun", "--var", "whom=ada").returncode == 0
    assert _paths(target) == ["/login", "/me"]


def test_failed_is_what_failed_last_time(home: Path, target: Target) -> None:
    """Once all is well, there is nothing to run, which is no failure."""
    _run(home, target)
    (home / "people.yaml").write_text(SUITE.replace("name: Eve", "name: Ada"))
    again = _run(home, target, "--failed")
    assert again.returncode == 0
    assert "Picked, because it failed last time: document" in again.stdout
    target.requests.clear()
    none = _run(home, target, "--only-failed", "--report", "junit=out.xml")
    assert none.returncode == 0
    assert "No test was picked" in none.stdout
    assert _paths(target) == []
    assert (home / "out.xml").exists()
    nothing = _baton(home, "rerun", "--failed", "--var", "whom=ada")
    assert nothing.returncode == 0
    assert "Nothing to run again" in nothing.stdout


@pytest.mark.parametrize("how", ["--no-history", "BATON_HISTORY"])
def test_a_run_may_leave_nothing_behind(home: Path, target: Target, how: str) -> None:
    """Not even a folder."""
    if how == "BATON_HISTORY":
        _run(home, target, settings={"BATON_HISTORY": "off"})
    else:
        _run(home, target, how)
    assert not (home / ".local").exists()


def test_nothing_that_is_remembered_holds_a_secret(home: Path, target: Target) -> None:
    """Neither the password, nor the token, nor a secret that was given by --var or stood in an address."""
    address = target.base_url.replace("http://", "http://ada:hunter22@")
    _baton(home, "run", "people.yaml", "--base-url", address, "--var", "whom=ada")
    _run(home, target)
    text = "".join(path.read_text() for path in _remembered(home))
    assert len(_remembered(home)) == 2
    for secret in (PASSWORD, TOKEN, "hunter22"):
        assert secret not in text
    for path in (home / ".local" / "state" / "baton").rglob("*"):
        assert path.stat().st_mode & 0o077 == 0, path


async def test_a_run_that_was_stopped_is_remembered_and_taken_up(home: Path) -> None:
    """What it did not come to is not settled; the test in flight was still waited for."""
    words = [sys.executable, "-m", "worker.cli.main", "run", "slow.yaml"]
    with a_gate() as gate:
        (home / "slow.yaml").write_text(
            f"suite: slow\nenvironments: {{ local: {{ base_url: {gate.url} }} }}\n"
            "defaults: { timeout: 10m }\n"
            "tests:\n  slow: { GET: /held/slow }\n  after: { GET: /held/after, after: [slow] }\n"
        )
        with subprocess.Popen(
            words, cwd=home, env={"HOME": str(home), "NO_COLOR": "1"}, stdout=subprocess.PIPE, text=True
        ) as run:
            await until(lambda: gate.waiting["slow"])
            run.send_signal(signal.SIGINT)
            out = await until_said(run.stdout, "Stopping: tests in flight may finish")
            gate.open("slow", "after")
            out += run.communicate(timeout=FOR_EVER_SECONDS)[0]
        assert run.returncode == 130, out
        assert gate.waiting == {"slow": 1}
        done = _baton(home, "rerun", "--failed")
        assert done.returncode == 0, done.stdout + done.stderr
        assert gate.waiting == {"slow": 1, "after": 1}


def test_changed_runs_what_is_not_as_in_a_revision(home: Path, target: Target) -> None:
    """The test whose words are different, with the login that it needs."""
    repository = Repository(home / "repository")
    repository.put("people.yaml", SUITE)
    repository.put("api.yaml", "openapi: 3.1.0\npaths: { /me: { get: { responses: {} } } }\n")
    repository.commit()
    repository.put("people.yaml", f"# people\n{SUITE.replace('name: Eve', 'name: Ada')}")
    words = ("--base-url", target.base_url, "--var", "whom=ada")
    target.requests.clear()
    done = _baton(home, "run", "people.yaml", "--changed", *words, folder=repository.folder)
    assert done.returncode == 0, done.stderr
    assert "Picked, because its words are different since HEAD: document" in done.stdout
    assert _paths(target) == ["/login", "/json"]
    target.requests.clear()
    repository.put("api.yaml", "openapi: 3.1.0\npaths: { /me: { get: { responses: {'200': {}} } } }\n")
    options = ("--changed-openapi", "api.yaml@main", *words)
    done = _baton(home, "run", "people.yaml", *options, folder=repository.folder)
    assert "Picked, because it calls GET /me, which is different since main: me" in done.stdout
    assert _paths(target) == ["/login", "/me"]
