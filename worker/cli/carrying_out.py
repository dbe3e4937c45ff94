"""A prepared run, shown or carried out as the options say."""

import asyncio
import gc
import os
from collections.abc import Sequence
from typing import TYPE_CHECKING, TextIO

import click

from worker.cli.again import again, rerun
from worker.cli.ci import folding
from worker.cli.exit_codes import ExitCode, code_for
from worker.cli.local_run import Speaker, run_locally
from worker.cli.output_options import Output
from worker.cli.prepared import PreparedRun, prepare
from worker.cli.remembering import keeper_of
from worker.cli.reporting import open_reports, stream_for_people
from worker.cli.run_request import RunRequest
from worker.errors import UsageError
from worker.models.events import Listener
from worker.models.outcome import RunOutcome
from worker.reports import ConsoleReport, EventStream
from worker.reports.style import in_ci

if TYPE_CHECKING:
    from worker.cli.recording import Target


def carry_out(request: RunRequest, given: Output, *, target: "Target | None" = None) -> int:
    """Prepare this run and do what the options say with it; with a `target` it is recorded there."""
    _refuse_what_tells_nothing(given, target)
    prepared = prepare(request)
    if given["list_only"]:
        return _list(prepared)
    if given["dry_run"]:
        return _show(prepared)
    return _carry_out(prepared, request, given, target)


def _refuse_what_tells_nothing(given: Output, target: "Target | None") -> None:
    """Where nothing runs there is nothing to tell of it: a file that is waited for would never come."""
    alone = "--list" if given["list_only"] else "--dry-run" if given["dry_run"] else ""
    wanted = {"--json": given["as_json"], "--report": given["reports"], "--record": target}
    in_vain = [option for option, value in wanted.items() if value]
    if alone and in_vain:
        hint = "Leave one of them out; `baton graph --json` prints what would run."
        raise UsageError(f"with {alone} nothing is run", where=in_vain[0], hint=hint)
    if given["as_json"] and any(option.endswith("=-") for option in given["reports"]):
        hint = "Give the report a path, or leave out --json."
        raise UsageError("a report and events cannot both be printed", where="--json", hint=hint)


def _list(prepared: PreparedRun) -> int:
    for name in prepared.plan.tests:
        click.echo(name)
    return ExitCode.OK


def _show(prepared: PreparedRun) -> int:
    from worker.graph import to_text

    where = prepared.environment.base_url or "no base URL"
    click.echo(f"Would run in {prepared.environment.name} ({where}), nothing is sent:\n")
    for said in prepared.plan.choice:
        click.echo(said)
    click.echo(to_text(prepared.plan))
    return ExitCode.OK


def _carry_out(prepared: PreparedRun, request: RunRequest, given: Output, target: "Target | None") -> int:
    rest_garbage_collector()
    documents = open_reports(given["reports"], plan=prepared.plan, sources=prepared.sources)
    stream = stream_for_people(documents)
    keeper = keeper_of(prepared, request, command=again(request))
    kept: list[Listener] = [each for each in (prepared.durations, keeper) if each is not None]
    if given["as_json"]:
        screen: ConsoleReport | EventStream = EventStream(stream)
    else:
        screen = _console(prepared, request, given, stream)
        # What a machine of a CI remembers is gone with it.
        screen.rerun = "" if keeper is None or in_ci(os.environ) else rerun(request)
    listeners = [screen, *documents, *kept, *_for_ci(prepared, stream, is_text=not given["as_json"])]
    try:
        outcome = asyncio.run(_run(prepared, listeners, screen, target))
    except asyncio.CancelledError:
        return ExitCode.INTERRUPTED
    except BrokenPipeError:
        click.echo("Nobody reads the output any more: the run was stopped in good order.", err=True)
        raise
    return code_for(outcome) if outcome else ExitCode.INTERRUPTED


async def _run(
    prepared: PreparedRun, listeners: Sequence[Listener], speaker: Speaker, target: "Target | None"
) -> RunOutcome | None:
    if target is not None:
        from worker.cli.recording import run_recorded

        return await run_recorded(prepared, listeners, speaker=speaker, target=target)
    return await run_locally(prepared, listeners, speaker=speaker)


def _for_ci(prepared: PreparedRun, stream: TextIO, *, is_text: bool) -> list[Listener]:
    """What tells the CI that this runs in, if it is one that listens."""
    if "CI" not in os.environ and "GITHUB_ACTIONS" not in os.environ:
        return []
    from worker.cli.ci import ci_listeners

    return ci_listeners(stream, os.environ, plan=prepared.plan, annotate=is_text)


def _console(prepared: PreparedRun, request: RunRequest, given: Output, stream: TextIO) -> ConsoleReport:
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
