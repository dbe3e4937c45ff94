"""`baton run` as a process, against a real API: verdicts, codes, reports, Ctrl-C, secrets."""

import json
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.acceptance.commands import Done, baton, read_until, started, wait_until
from tests.gate import Gate, a_gate
from tests.targets import PASSWORD, TOKEN, Target, running_target
from worker.cli.interruption import ECHO_SECONDS
from worker.local.ports import a_held_port

SUITE = """\
suite: people
environments:
  local: { base_url: "http://127.0.0.1:1" }
tests:
  login:
    POST: /login
    json: { username: ada, password: "{{ secrets.password }}" }
    expect: { status: 200 }
    capture:
      tokens: { access_token: $.access_token }
      variables: { user_id: $.user.id }
  me:
    GET: /me
    auth: { bearer: "{{ tokens.access_token }}" }
  mirror:
    POST: /echo
    headers: { X-Token: "{{ tokens.access_token }}" }
    json: { who: "{{ user_id }}", password: "{{ secrets.password }}" }
  document:
    GET: /json
    expect: { json: { name: Ada } }
"""
WRONG = SUITE.replace("name: Ada", "name: Eve")
#: One expectation that holds, one that does not, with what the test after it would need.
FAILING = WRONG + "  after-document:\n    GET: /json\n    needs: [document]\n"


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A real API."""
    with running_target() as found:
        yield found


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A folder of its own, which is home, too."""
    return tmp_path


def _run(
    home: Path, target: Target, text: str, *options: str, password: str = PASSWORD, **settings: str
) -> Done:
    (home / "people.yaml").write_text(text)
    surroundings = {"BATON_SECRET_PASSWORD": password, **settings}
    return baton(
        "run", "people.yaml", "--base-url", target.base_url, *options, home=home, settings=surroundings
    )


# ── exit codes


def test_green_is_0(home: Path, target: Target) -> None:
    """Every test passed: the sum is the last line, standard error is empty."""
    done = _run(home, target, SUITE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert re.match(r"4 passed · ", done.stdout.splitlines()[-1])
    assert done.stderr == ""


def test_a_failed_test_is_1(home: Path, target: Target) -> None:
    """The block shows the user's own line with a caret, the request, the answer, and what was blocked."""
    done = _run(home, target, FAILING)
    assert done.returncode == 1
    assert "  people.yaml:21:29\n" in done.stdout
    assert "21 |     expect: { json: { name: Eve } }" in done.stdout
    assert re.search(r"\| {29}\^{3} .*Ada", done.stdout)
    assert f"curl {target.base_url}/json" in done.stdout
    assert "200 OK" in done.stdout
    assert "⊘ 1 test blocked by document: after-document" in done.stdout
    assert "3 passed, 1 failed, 1 blocked by document" in done.stdout
    assert done.stdout.rstrip().endswith("Run again what failed, and what it blocked: baton rerun --failed")


@pytest.mark.parametrize(
    ("text", "options", "words"),
    [
        (SUITE.replace("GET: /me", "GTE: /me"), [], "people.yaml:13:5"),
        (SUITE, ["--only", "nobody"], "there is no test 'nobody'"),
        (SUITE, ["-e", "moon"], "no suite has an environment 'moon'"),
        (SUITE, ["--report", "pdf=x"], "there is no report 'pdf'"),
        (SUITE, ["--report", "junit=."], "cannot be written"),
        (SUITE, ["--var", "x"], "is not a variable"),
        (SUITE, ["--base-url", "example.com"], "is not an address"),
        (SUITE, ["--frobnicate"], "No such option"),
        (SUITE, ["missing.yaml"], "missing.yaml"),
    ],
)
def test_bad_input_is_2_and_nothing_is_sent(
    text: str, options: list[str], words: str, home: Path, target: Target
) -> None:
    """Everything that can be known beforehand is known beforehand."""
    before = len(target.requests)
    done = _run(home, target, text, *options)
    assert done.returncode == 2
    assert words in done.stderr
    assert len(target.requests) == before


def test_a_missing_secret_is_2(home: Path, target: Target) -> None:
    """With the line that needs it, and how to give it."""
    (home / "people.yaml").write_text(SUITE)
    done = baton("run", "people.yaml", "--base-url", target.base_url, home=home)
    assert done.returncode == 2
    assert "BATON_SECRET_PASSWORD" in done.stderr


def test_an_api_that_is_down_is_3(home: Path, target: Target) -> None:
    """Told once, whatever number of tests noticed it."""
    with a_held_port() as port:
        done = _run(home, target, SUITE, "--base-url", f"http://127.0.0.1:{port}")
    assert done.returncode == 3
    assert f"Is http://127.0.0.1:{port} up?" in done.stdout


def test_a_report_that_cannot_be_written_in_the_end_is_3(home: Path, target: Target) -> None:
    """A folder that vanished meanwhile: the sum is still printed."""
    with a_gate() as gate, _held(home, target, gate, "--report", "junit=gone/out.xml") as run:
        (home / "gone").rmdir()
        gate.open("document")
        out, err = run.communicate()
    assert run.returncode == 3, out + err
    assert "junit report could not be written" in err
    assert "failed" in out


def test_a_report_that_cannot_be_written_loses_no_other(home: Path, target: Target) -> None:
    """Two of three cannot: both are named, the third is whole, and 3 is the code."""
    wanted = ("junit=gone/out.xml", "html=gone/run.html", "json=out.json")
    options = [word for each in wanted for word in ("--report", each)]
    with a_gate() as gate, _held(home, target, gate, *options) as run:
        (home / "gone").rmdir()
        gate.open("document")
        out, err = run.communicate()
    assert run.returncode == 3, out + err
    assert "junit report could not be written" in err
    assert "html report could not be written" in err
    assert json.loads((home / "out.json").read_text())["run"]["status"] in ("completed", "failed")


@contextmanager
def _held(home: Path, target: Target, gate: Gate, *options: str) -> Iterator["subprocess.Popen[str]"]:
    """A run whose `document` waits at the gate: all that comes before the first request is over."""
    text = SUITE.replace("GET: /json", f'GET: "{gate.url}/held/document"\n    timeout: 10m')
    with _started(home, target, text, *options) as run:
        wait_until(lambda: gate.waiting["document"])
        yield run


def test_a_printed_report_is_alone_on_the_standard_output(home: Path, target: Target) -> None:
    """A program that reads it gets the document; people read what happens on the other stream."""
    done = _run(home, target, SUITE, "--report", "ctrf=-", "--report", "junit=out.xml")
    document = json.loads(done.stdout)
    assert document["reportFormat"] == "CTRF"
    assert "passed" in done.stderr
    assert (home / "out.xml").exists()


def test_two_reports_cannot_be_printed(home: Path, target: Target) -> None:
    """Nobody could tell them apart."""
    done = _run(home, target, SUITE, "--report", "ctrf=-", "--report", "json=-")
    assert done.returncode == 2
    assert "two reports cannot be printed" in done.stderr


def test_a_kind_that_was_mistyped_is_guessed(home: Path, target: Target) -> None:
    """The refusal says what was meant."""
    done = _run(home, target, SUITE, "--report", "jnuit=out.xml")
    assert done.returncode == 2
    assert "there is no report 'jnuit'" in done.stderr
    assert "Did you mean junit?" in done.stderr


# ── Ctrl-C


@contextmanager
def _started(home: Path, target: Target, text: str, *options: str) -> Iterator["subprocess.Popen[str]"]:
    (home / "people.yaml").write_text(text)
    words = ("run", "people.yaml", "--base-url", target.base_url, *options)
    with started(*words, home=home, settings={"BATON_SECRET_PASSWORD": PASSWORD}) as run:
        yield run


#: The first test waits until the API lets it go on.
STOPPABLE = """\
suite: people
tests:
  slow: {{ GET: "{gate}/held/slow", timeout: 10m }}
  after: {{ GET: /json, needs: [slow] }}
"""


@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_ctrl_c_lets_tests_in_flight_finish(number: signal.Signals, home: Path, target: Target) -> None:
    """130; the test in flight has its verdict, the next never begins, and the report is whole."""
    with (
        a_gate() as gate,
        _started(home, target, STOPPABLE.format(gate=gate.url), "--report", "junit=out.xml") as run,
    ):
        wait_until(lambda: gate.waiting["slow"])
        run.send_signal(number)
        read_until(run.stdout, "Stopping")
        gate.open("slow")
        out, err = run.communicate()
    assert run.returncode == 130, out + err
    assert "1 passed, 1 not run" in out
    assert "Go on with what has not passed: baton rerun --failed" in out
    root = ElementTree.parse(home / "out.xml").getroot()
    assert len(root.findall(".//testcase")) == 2
    assert [case.get("name") for case in root.iter("testcase") if case.find("skipped") is not None] == [
        "after"
    ]


def test_a_second_ctrl_c_stops_at_once(home: Path, target: Target) -> None:
    """An API that never answers cannot hold anybody."""
    with (
        a_gate() as gate,
        _started(home, target, STOPPABLE.format(gate=gate.url), "--report", "json=out.json") as run,
    ):
        wait_until(lambda: gate.waiting["slow"])
        run.send_signal(signal.SIGINT)
        read_until(run.stdout, "Stopping")
        time.sleep(2 * ECHO_SECONDS)  # As a person, who is not quicker.
        run.send_signal(signal.SIGINT)
        out, err = run.communicate()
    assert run.returncode == 130, out + err
    assert "1 test stopped while running: slow" in out
    document = json.loads((home / "out.json").read_text())
    assert document["run"]["status"] == "cancelled"


# ── output


def test_a_log_has_no_escape_sequence(home: Path, target: Target) -> None:
    """Where there is no terminal, nothing is coloured or drawn over."""
    assert "\x1b" not in _run(home, target, FAILING).stdout


def test_colours_can_be_forced(home: Path, target: Target) -> None:
    """FORCE_COLOR is for CI that shows colours."""
    done = _run(home, target, SUITE, NO_COLOR="", FORCE_COLOR="1")
    assert "\x1b[32m✓\x1b[0m" in done.stdout


def test_a_terminal_without_unicode_gets_words(home: Path, target: Target) -> None:
    """A mark that cannot be written must not end the run."""
    done = _run(home, target, FAILING, PYTHONIOENCODING="ascii", PYTHONUTF8="0")
    assert done.returncode == 1, done.stderr
    assert "FAILED  document" in done.stdout


def test_events_are_lines_of_json(home: Path, target: Target) -> None:
    """`--json` prints nothing else on standard output."""
    done = _run(home, target, SUITE, "--json")
    events = [json.loads(line) for line in done.stdout.splitlines()]
    assert events[0]["event"] == "run_started"
    assert events[-1]["event"] == "run_finished"
    assert events[-1]["counters"]["passed"] == 4


def test_a_dry_run_sends_nothing(home: Path, target: Target) -> None:
    """It shows what would run, in which order, and why."""
    before = len(target.requests)
    done = _run(home, target, SUITE, "--dry-run")
    assert done.returncode == 0
    assert re.search(r"← login +token", done.stdout)
    assert len(target.requests) == before


def test_a_selection_brings_in_what_it_needs(home: Path, target: Target) -> None:
    """`--only me` signs in first, and says so."""
    done = _run(home, target, SUITE, "--only", "me")
    assert done.returncode == 0
    assert re.search(r"✓ login .*needed by others", done.stdout)
    assert "2 passed" in done.stdout


def test_whoever_stops_reading_gets_no_traceback(home: Path, target: Target) -> None:
    """`baton run … | head -1`."""
    with _started(home, target, SUITE) as run:
        assert run.stdout is not None
        run.stdout.close()
        assert run.stderr is not None
        err = run.stderr.read()
        run.wait()
    assert "Traceback" not in err
    assert "bug" not in err


# ── secrets


def test_no_secret_is_in_any_output(home: Path, target: Target) -> None:
    """A given password and a captured token: not on the screen, not in a report, not with -v, and not
    where the API sends them back."""
    kinds = {"junit": "out.xml", "json": "out.json", "html": "out.html", "ctrf": "out.ctrf", "allure": "out"}
    reports = [word for kind, path in kinds.items() for word in ("--report", f"{kind}={path}")]
    text = FAILING.replace("POST: /echo\n", "POST: /echo\n    expect: { json: { never: there } }\n")
    runs = [_run(home, target, text, "-v", *reports), _run(home, target, text, "--json")]
    everything = "".join(done.stdout + done.stderr for done in runs)
    files = [path for path in home.rglob("out*") if path.is_file()] + list((home / "out").iterdir())
    assert len(files) > len(kinds)
    everything += "".join(path.read_text(encoding="utf-8") for path in files)
    assert "***" in everything
    assert PASSWORD not in everything
    assert TOKEN not in everything


def test_a_refused_password_is_in_no_output(home: Path, target: Target) -> None:
    """A login that fails shows its request, without the password."""
    done = _run(home, target, SUITE, "-v", password="canary-7d1f")
    assert done.returncode == 1
    assert "canary-7d1f" not in done.stdout + done.stderr
