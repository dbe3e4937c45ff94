"""`baton run`: run suite files on this machine."""

import asyncio
import gc
import os
import shlex
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, TextIO, TypedDict, Unpack

import click

from worker.cli.exit_codes import ExitCode, code_for
from worker.cli.narrowing_options import Narrowed, narrowing_of, narrowing_options
from worker.cli.run_options import (
    FILE,
    Flow,
    Given,
    Reaching,
    ShufflingCommand,
    Values,
    choice_options,
    connection_options,
    flow_options,
    request_of,
    together,
    value_options,
)
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.cli.local_run import PreparedRun, RunRequest, Speaker
    from worker.cli.recording import Target
    from worker.models.events import Listener
    from worker.models.outcome import RunOutcome
    from worker.reports import ConsoleReport


class Output(TypedDict):
    """What is told and kept of a run."""

    no_history: bool
    reports: tuple[str, ...]
    as_json: bool
    verbose: bool
    dry_run: bool
    list_only: bool


class Recorded(TypedDict):
    """Whether and where the run is recorded."""

    record: bool
    project: str | None
    organization: str | None
    profile: str | None


class Asked(Given, Narrowed, Output, Recorded):
    """The options as click gives them."""


class Again(Values, Reaching, Flow, Output):
    """The options of a run that has its choice of tests already."""


output_options = together(
    click.option(
        "--report",
        "reports",
        multiple=True,
        metavar="KIND=PATH",
        help="Write a report: allure, ctrf, html, json, junit or markdown, such as html=run.html;"
        " - prints it.",
    ),
    click.option("--json", "as_json", is_flag=True, help="Print events as lines of JSON instead of text."),
    click.option("-v", "--verbose", is_flag=True, help="Show every request and response."),
    click.option("--dry-run", is_flag=True, help="Show what would run, in which order; send nothing."),
    click.option(
        "--list", "list_only", is_flag=True, help="Print the names of what would run; send nothing."
    ),
    click.option("--no-history", is_flag=True, help="Let this machine remember nothing of this run."),
)


record_options = together(
    click.option("--record", is_flag=True, help="Write the run into a project while it happens."),
    click.option("--project", metavar="SLUG", help="The project to record in."),
    click.option("--organization", metavar="SLUG", help="Its organization, where several have one."),
    click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`."),
)


@click.command(cls=ShufflingCommand)
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH…")
@value_options
@connection_options
@choice_options
@narrowing_options
@flow_options
@output_options
@record_options
def run(paths: Sequence[Path], **given: Unpack[Asked]) -> int:
    """Run the tests of suite files and folders.

    No server and no account is needed. Each test starts the moment everything it needs has passed;
    what needs a failed test is blocked, not failed. Tests that others need run too, whatever was
    selected.

    \b
      baton run tests/                        every suite below a folder
      baton run shop.yaml -e staging          in one of its environments
      baton run shop.yaml --only checkout     one test and what it needs
      baton run tests/ --failed               what failed last time, and what it needs
      baton run tests/ --changed=main         what is not as in another revision
      baton run tests/ --bail 3               stop once three did not pass
      baton run tests/ --shuffle              in an order that nobody has tried
      baton run tests/ --report junit=out.xml

    Variables come from the environment in the file, --env-file, BATON_VAR_NAME and --var, the later
    winning; secrets from --secrets-file and BATON_SECRET_NAME. Secrets are never printed.

    Exit codes: 0 all passed, 1 a test failed, 2 bad files or usage (nothing was sent), 3 it could
    not be carried out, 130 interrupted.
    """
    request = replace(
        request_of(paths, given), narrowing=narrowing_of(given), remember=not given["no_history"]
    )
    return carry_out(request, given, target=_target(given))


def _target(given: Recorded) -> "Target | None":
    """Where the run is recorded; None if it is not."""
    if not given["record"]:
        if given["project"] or given["organization"] or given["profile"]:
            raise UsageError("--project, --organization and --profile say where", hint="add --record")
        return None
    if given["project"] is None:
        raise UsageError("--record needs to know where", hint="add --project SLUG")
    from worker.cli.recording import Target

    return Target(project=given["project"], organization=given["organization"], profile=given["profile"])


def carry_out(request: "RunRequest", given: Output, *, target: "Target | None" = None) -> int:
    """Prepare this run and do what the options say with it; with a `target` it is recorded there."""
    from worker.cli.local_run import prepare

    prepared = prepare(request)
    if given["list_only"]:
        return _list(prepared)
    if given["dry_run"]:
        return _show(prepared)
    return _carry_out(prepared, request, given, target)


def _list(prepared: "PreparedRun") -> int:
    for name in prepared.plan.tests:
        click.echo(name)
    return ExitCode.OK


def _show(prepared: "PreparedRun") -> int:
    from worker.graph import to_text

    where = prepared.environment.base_url or "no base URL"
    click.echo(f"Would run in {prepared.environment.name} ({where}), nothing is sent:\n")
    for said in prepared.plan.choice:
        click.echo(said)
    click.echo(to_text(prepared.plan))
    return ExitCode.OK


def _carry_out(prepared: "PreparedRun", request: "RunRequest", given: Output, target: "Target | None") -> int:
    from worker.cli.remembering import keeper_of
    from worker.cli.reporting import open_reports, stream_for_people
    from worker.reports import EventStream

    rest_garbage_collector()
    documents = open_reports(given["reports"], plan=prepared.plan, sources=prepared.sources)
    stream = stream_for_people(documents)
    keeper = keeper_of(prepared, request, command=again(request))
    kept: list[Listener] = [each for each in (prepared.durations, keeper) if each is not None]
    screen = EventStream(stream) if given["as_json"] else _console(prepared, request, given, stream)
    listeners = [screen, *documents, *kept, *_for_ci(prepared, stream, is_text=not given["as_json"])]
    try:
        outcome = asyncio.run(_run(prepared, listeners, screen, target))
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    return code_for(outcome) if outcome else ExitCode.INTERRUPTED


async def _run(
    prepared: "PreparedRun", listeners: "Sequence[Listener]", speaker: "Speaker", target: "Target | None"
) -> "RunOutcome | None":
    if target is not None:
        from worker.cli.recording import run_recorded

        return await run_recorded(prepared, listeners, speaker=speaker, target=target)
    from worker.cli.local_run import run_locally

    return await run_locally(prepared, listeners, speaker=speaker)


def _for_ci(prepared: "PreparedRun", stream: TextIO, *, is_text: bool) -> "list[Listener]":
    """What tells the CI that this runs in, if it is one that listens."""
    if "CI" not in os.environ and "GITHUB_ACTIONS" not in os.environ:
        return []
    from worker.cli.ci import ci_listeners

    return ci_listeners(stream, os.environ, plan=prepared.plan, annotate=is_text)


def _console(
    prepared: "PreparedRun", request: "RunRequest", given: Output, stream: TextIO
) -> "ConsoleReport":
    from worker.cli.ci import folding
    from worker.reports import ConsoleReport

    console = ConsoleReport(
        stream,
        verbose=given["verbose"],
        plan=prepared.plan,
        sources=prepared.sources,
        again=again(request),
    )
    console.folding = folding(os.environ)
    return console


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
    from worker.engine.opening import without_credentials

    words = ["baton", "run", *map(str, request.paths)]
    words += ["-e", request.environment] if request.environment else []
    words += ["--base-url", without_credentials(request.base_url)] if request.base_url else []
    words += ["--env-file", str(request.env_file)] if request.env_file else []
    words += ["--secrets-file", str(request.secrets_file)] if request.secrets_file else []
    words += ["--seed", request.seed] if request.seed else []
    words += ["--shuffle", request.shuffle] if request.shuffle else []
    words += connection_words(request.connection)
    names = [variable.partition("=")[0] for variable in request.variables]
    return " ".join([shlex.join(words), *(f"--var {shlex.quote(name)}=…" for name in names)])
