"""`baton run`: run suite files on this machine."""

import asyncio
import gc
import os
import shlex
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, Unpack

import click

from worker.cli.exit_codes import ExitCode, code_for
from worker.errors import UsageError
from worker.models.graph import Selection

if TYPE_CHECKING:
    from worker.cli.local_run import PreparedRun, RunRequest
    from worker.reports import ConsoleReport

_FILE = click.Path(path_type=Path)


class Given(TypedDict):
    """The options as click gives them."""

    environment: str | None
    base_url: str | None
    variables: tuple[str, ...]
    env_file: Path | None
    secrets_file: Path | None
    proxy: str | None
    ca: Path | None
    certificate: Path | None
    key: Path | None
    insecure: bool
    jobs: int | None
    tags: tuple[str, ...]
    only: tuple[str, ...]
    forbid_only: bool
    fail_fast: bool
    update_snapshots: bool
    reports: tuple[str, ...]
    as_json: bool
    verbose: bool
    dry_run: bool


@click.command()
@click.argument("paths", nargs=-1, required=True, type=_FILE, metavar="PATH…")
@click.option("-e", "--env", "environment", metavar="NAME", help="The environment, one that the suites name.")
@click.option("--base-url", metavar="URL", help="Run against this address, whatever the environment says.")
@click.option(
    "--var", "variables", multiple=True, metavar="NAME=VALUE",
    help="A variable: name=text, or name:=json for a value that is no text.",
)  # fmt: skip
@click.option("--env-file", type=_FILE, metavar="FILE", help="Variables: NAME=value lines, or YAML.")
@click.option("--secrets-file", type=_FILE, metavar="FILE", help="Secrets, in the same forms.")
@click.option("--proxy", metavar="URL", help="Send through this proxy; none goes directly.")
@click.option("--cacert", "ca", type=_FILE, metavar="FILE", help="Trust these authorities, too (PEM).")
@click.option("--cert", "certificate", type=_FILE, metavar="FILE", help="The client's certificate.")
@click.option("--key", type=_FILE, metavar="FILE", help="The key to the client's certificate.")
@click.option("--insecure", is_flag=True, help="Check no certificate of a server.")
@click.option("-j", "--jobs", type=click.IntRange(min=1), metavar="N", help="Tests at once; 25 if not given.")
@click.option(
    "--tag", "tags", multiple=True, metavar="TAG", help="Only tests with this tag, or another given one."
)
@click.option("--only", multiple=True, metavar="NAME", help="Only this test; * and ? stand for anything.")
@click.option("--forbid-only", is_flag=True, help="A test that says 'only: true' is a mistake: for CI.")
@click.option("--fail-fast", is_flag=True, help="Start no further test once one failed or broke.")
@click.option("--update-snapshots", is_flag=True, help="Write snapshots anew that are different.")
@click.option(
    "--report", "reports", multiple=True, metavar="KIND=PATH", help="Write a report: junit=… or json=…."
)
@click.option("--json", "as_json", is_flag=True, help="Print events as lines of JSON instead of text.")
@click.option("-v", "--verbose", is_flag=True, help="Show every request and response.")
@click.option("--dry-run", is_flag=True, help="Show what would run, in which order; send nothing.")
def run(paths: Sequence[Path], **given: Unpack[Given]) -> int:
    """Run the tests of suite files and folders.

    No server and no account is needed. Each test starts the moment everything it needs has passed;
    what needs a failed test is blocked, not failed. Tests that others need run too, whatever was
    selected.

    \b
      baton run tests/                        every suite below a folder
      baton run shop.yaml -e staging          in one of its environments
      baton run shop.yaml --only checkout     one test and what it needs
      baton run tests/ --report junit=out.xml

    Variables come from the environment in the file, --env-file, BATON_VAR_NAME and --var, the later
    winning; secrets from --secrets-file and BATON_SECRET_NAME. Secrets are never printed.

    Exit codes: 0 all passed, 1 a test failed, 2 bad files or usage (nothing was sent), 3 it could
    not be carried out, 130 interrupted.
    """
    from worker.cli.local_run import prepare

    request = _request(paths, given)
    prepared = prepare(request)
    if given["dry_run"]:
        return _show(prepared)
    return _carry_out(prepared, request, given)


def _request(paths: Sequence[Path], given: Given) -> "RunRequest":
    from worker.cli.connection import connection_of
    from worker.cli.local_run import RunRequest

    return RunRequest(
        paths=tuple(paths),
        environment=given["environment"],
        base_url=_checked(given["base_url"]),
        variables=given["variables"],
        env_file=given["env_file"],
        secrets_file=given["secrets_file"],
        selection=Selection(only=given["only"], tags=given["tags"]),
        forbid_only=given["forbid_only"],
        connection=connection_of(given),
        jobs=given["jobs"],
        bail=1 if given["fail_fast"] else None,
        update_snapshots=given["update_snapshots"],
        surroundings=os.environ,
    )


def _checked(base_url: str | None) -> str | None:
    if base_url is not None and not base_url.startswith(("http://", "https://")):
        raise UsageError(
            f"{base_url!r} is not an address", where="--base-url", hint="It begins with http:// or https://."
        )
    return base_url.rstrip("/") if base_url else None


def _show(prepared: "PreparedRun") -> int:
    from worker.graph import to_text

    where = prepared.environment.base_url or "no base URL"
    click.echo(f"Would run in {prepared.environment.name} ({where}), nothing is sent:\n")
    click.echo(to_text(prepared.plan))
    return ExitCode.OK


def _carry_out(prepared: "PreparedRun", request: "RunRequest", given: Given) -> int:
    from worker.cli.local_run import run_locally
    from worker.cli.reporting import open_reports
    from worker.reports import EventStream

    rest_garbage_collector()
    documents = open_reports(given["reports"], plan=prepared.plan)
    kept = [prepared.durations] if prepared.durations else []
    screen = EventStream(sys.stdout) if given["as_json"] else _console(prepared, request, given)
    try:
        outcome = asyncio.run(run_locally(prepared, [screen, *documents, *kept], speaker=screen))
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    return code_for(outcome) if outcome else ExitCode.INTERRUPTED


def _console(prepared: "PreparedRun", request: "RunRequest", given: Given) -> "ConsoleReport":
    from worker.reports import ConsoleReport

    return ConsoleReport(
        sys.stdout,
        verbose=given["verbose"],
        plan=prepared.plan,
        sources=prepared.sources,
        again=again(request),
    )


def rest_garbage_collector() -> None:
    """What was parsed stays to the end, and what a run keeps is no garbage: look for it less often.

    Without this a run of 10,000 tests spends an eighth of its time in walking over its own results.
    """
    gc.freeze()
    gc.set_threshold(100_000, 20, 100)


def again(request: "RunRequest") -> str:
    """The command that starts this run again, without its selection, and without any value that
    could be a secret."""
    from worker.cli.connection import connection_words

    words = ["baton", "run", *map(str, request.paths)]
    words += ["-e", request.environment] if request.environment else []
    words += ["--base-url", request.base_url] if request.base_url else []
    words += ["--env-file", str(request.env_file)] if request.env_file else []
    words += ["--secrets-file", str(request.secrets_file)] if request.secrets_file else []
    words += connection_words(request.connection)
    names = [variable.partition("=")[0] for variable in request.variables]
    return " ".join([shlex.join(words), *(f"--var {shlex.quote(name)}=…" for name in names)])
