"""The `baton` command itself: help, errors, codes."""

import errno

import click
import pytest

from worker.cli.commands import COMMANDS, Entry, entries
from worker.cli.main import baton, run_command
from worker.errors import BatonError, SuiteError
from worker.models.problem import Location, Problem, ProblemKind

SECRET = "hunter2-hunter2"


@pytest.fixture
def broken(monkeypatch: pytest.MonkeyPatch) -> type["Broken"]:
    """A further command, `broken`, that raises what a test says."""
    group = {**COMMANDS["Test files, no server needed"], "broken": Entry(f"{__name__}:command", "Break.")}
    monkeypatch.setitem(COMMANDS, "Test files, no server needed", group)
    monkeypatch.setattr("worker.cli.commands.load", lambda entry: command)
    return Broken


class Broken:
    """What the command `broken` raises."""

    error: BaseException = ValueError()


@click.command()
def command() -> None:
    """Break."""
    raise Broken.error


def _run(error: BaseException, capsys: pytest.CaptureFixture[str]) -> tuple[int, str]:
    Broken.error = error
    code = run_command(["broken"])
    return code, capsys.readouterr().err


@pytest.mark.usefixtures("broken")
def test_an_error_is_what_where_and_hint(capsys: pytest.CaptureFixture[str]) -> None:
    """A person reads what happened, where, and what to do about it; never a traceback."""
    code, text = _run(BatonError("the stack is down", where="here", hint="Try `baton up`."), capsys)
    assert code == 3
    assert text == "Error: the stack is down\n  at here\n  Try `baton up`.\n"


@pytest.mark.usefixtures("broken")
def test_problems_are_shown_with_their_lines(capsys: pytest.CaptureFixture[str]) -> None:
    """Bad files are explained as `baton lint` explains them."""
    where = Location("a.yaml", 3, 2)
    problem = Problem(kind=ProblemKind.BAD_VALUE, what="no such thing", where=where, text="  x: y")
    code, text = _run(SuiteError([problem]), capsys)
    assert code == 2
    assert text.startswith("a.yaml:3:2  no such thing\n")


@pytest.mark.usefixtures("broken")
def test_a_bug_is_called_one_and_tells_no_value(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """The message of an unexpected exception may hold a secret: only its kind and place are shown."""
    monkeypatch.delenv("BATON_DEBUG", raising=False)
    code, text = _run(KeyError(SECRET), capsys)
    assert code == 3
    assert text.startswith("This is a bug in Baton: KeyError in test_main.py:")
    assert SECRET not in text
    assert "BATON_DEBUG=1" in text


@pytest.mark.usefixtures("broken")
def test_a_traceback_can_be_had(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    """Who reports a bug needs it."""
    monkeypatch.setenv("BATON_DEBUG", "1")
    assert "Traceback" in _run(KeyError("x"), capsys)[1]


@pytest.mark.usefixtures("broken")
def test_an_extra_that_is_not_installed_is_named(capsys: pytest.CaptureFixture[str]) -> None:
    """Where a package of an extra is missing, the extra is what to install."""
    code, text = _run(ModuleNotFoundError("no", name="psycopg.pool"), capsys)
    assert code == 3
    assert "pip install 'baton[local]'" in text


@pytest.mark.usefixtures("broken")
@pytest.mark.parametrize("error", [KeyboardInterrupt(), click.Abort()])
def test_an_interruption_is_130(error: BaseException, capsys: pytest.CaptureFixture[str]) -> None:
    """Ctrl-C outside of a run, or at a question."""
    code, text = _run(error, capsys)
    assert code == 130
    assert "Interrupted" in text


@pytest.mark.usefixtures("broken")
def test_a_reader_who_has_gone_is_told_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    """Nor does the code say that a test failed: click's own would."""
    assert _run(OSError(errno.EPIPE, "Broken pipe"), capfd) == (3, "")


@pytest.mark.usefixtures("broken")
def test_what_the_system_refuses_is_told_in_its_words(capsys: pytest.CaptureFixture[str]) -> None:
    """A full disk is no bug of ours."""
    refused = PermissionError(errno.EACCES, "Permission denied", "run.json")
    assert _run(refused, capsys) == (3, "Error: the system said: Permission denied\n  at run.json\n")


def test_a_wrong_command_gets_a_near_one(capsys: pytest.CaptureFixture[str]) -> None:
    """Did you mean."""
    assert run_command(["rnu"]) == 2
    assert "Did you mean `baton run`?" in capsys.readouterr().err


def test_a_command_unlike_any_gets_the_list(capsys: pytest.CaptureFixture[str]) -> None:
    """No guess is better than a wild one."""
    assert run_command(["xyzzy"]) == 2
    assert "`baton --help` lists all commands." in capsys.readouterr().err


@pytest.mark.parametrize("arguments", [["run"], ["run", "--nonsense", "x"], ["run", "-j", "0", "x"], []])
def test_bad_usage_is_2(arguments: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    """Whatever click refuses is bad usage."""
    assert run_command(arguments) == 2
    assert capsys.readouterr().err


@pytest.mark.parametrize("option", ["-h", "--help"])
def test_help_names_every_command(option: str, capsys: pytest.CaptureFixture[str]) -> None:
    """All of them, in groups, without importing any."""
    assert run_command([option]) == 0
    text = capsys.readouterr().out
    assert all(f"  {name}" in text and entry.help in text for name, entry in entries())


def test_the_version_is_told(capsys: pytest.CaptureFixture[str]) -> None:
    """The one of the distribution."""
    assert run_command(["--version"]) == 0
    assert capsys.readouterr().out.startswith("baton ")


def test_the_group_is_called_baton() -> None:
    """Usage lines say what people type."""
    assert baton.name == "baton"
