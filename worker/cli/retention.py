"""`baton retention`: what is too old goes into archives, and away."""

import asyncio
import os
from dataclasses import asdict
from typing import TYPE_CHECKING, Any

import click

from worker.cli.as_worker import storage_option, the_storage, who, with_records
from worker.cli.exit_codes import ExitCode
from worker.cli.json_output import json_option, print_document

if TYPE_CHECKING:
    from worker.errors import BatonError
    from worker.retention.clean_up import CleanUpOutcome
    from worker.retention.records import RetentionRecords

_FILES = {"images": "images", "videos": "videos and sounds", "logs": "logs and other files"}
_BECOME = {"metrics": "days that become months", "history": "runs that become days"}
_WORDS = {
    "metrics": "days of metrics became months",
    "history": "runs of the history became days",
    "contexts": "contexts removed",
    "leftovers": "messages and keys of runs that are gone removed",
    "partitions": "empty partitions dropped",
}


@click.group()
def retention() -> None:
    """Let what is too old go into archives, and away.

    \b
      baton retention plan
      baton retention run --to /var/lib/baton/archives
      baton retention run --to s3://archives/baton

    For the operator: BATON_URL and BATON_SECRET_KEY say which project. Workers do the same every night,
    once BATON_ARCHIVES tells them where archives lie.
    """


@retention.command()
@storage_option
@json_option
def plan(address: str | None, as_json: bool) -> int:
    """Say what is too old, and whether archives could be written; nothing is changed.

    \b
      baton retention plan
      baton retention plan --json | jq '.projects[] | select(.runs.runs > 0) | .project'

    Where it is said where archives lie, a small file is written there, read back and removed. The exit code
    is 3 when that fails.
    """
    from worker.settings import read_settings

    projects = with_records(lambda records: records.plan(counted=True))
    place = address or read_settings(os.environ).archives
    trouble = _trouble(place)
    if as_json:
        print_document({"projects": projects, "archives": _told(place, trouble)})
    else:
        lines = [line for project in projects for line in _planned(project)]
        click.echo("\n".join(lines) if lines else "nothing is too old")
    if trouble is None:
        return ExitCode.OK
    for line in _trouble_lines(trouble):
        click.echo(line, err=True)
    return ExitCode.NOT_CARRIED_OUT


def _trouble(place: str | None) -> "BatonError | None":
    """What is wrong with where archives lie; nobody has to say where before something is to go there."""
    if place is None:
        return None
    from worker.retention.looking import trouble_with

    return asyncio.run(trouble_with(place, os.environ))


def _told(place: str | None, trouble: "BatonError | None") -> dict[str, Any] | None:
    if place is None:
        return None
    wrong = {"what": trouble.what, "where": trouble.where, "hint": trouble.hint} if trouble else None
    return {"address": place, "trouble": wrong}


def _trouble_lines(trouble: "BatonError") -> list[str]:
    lines = [f"Error: {trouble.what}", f"  at {trouble.where}" if trouble.where else ""]
    return [*filter(None, lines), f"  {trouble.hint}" if trouble.hint else "  Correct BATON_ARCHIVES."]


@retention.command()
@storage_option
@click.option("--dry-run", is_flag=True, help="Only say what is too old, as `baton retention plan` does.")
@json_option
@click.pass_context
def run(context: click.Context, address: str | None, dry_run: bool, as_json: bool) -> int:
    """Write what is too old into archives, read them back, and delete it.

    \b
      baton retention run --to /var/lib/baton/archives
      BATON_ARCHIVES=s3://archives baton retention run

    Nothing is deleted whose file was not read back. Interrupted, it goes on the next time; two never do
    it at once.
    """
    if dry_run:
        code: int = context.invoke(plan, address=address, as_json=as_json)
        return code
    from worker.retention.clean_up import CleanUp

    storage = the_storage(address)

    async def work(records: "RetentionRecords") -> "CleanUpOutcome | None":
        tell = lambda line: click.echo(line, err=True)  # noqa: E731 # a name for one line
        return await CleanUp(records, storage, worker=who(), tell=tell).run(now=True)

    outcome = with_records(work)
    turn = with_records(lambda records: records.turn()) if outcome is None else None
    if as_json:
        print_document({"archives": storage.address, "done": outcome and asdict(outcome), "turn": turn})
    elif outcome is None:
        click.echo(_somebody_else(turn or {}))
    else:
        click.echo("\n".join(_done(outcome, storage.address)))
    return ExitCode.OK


def _somebody_else(turn: dict[str, Any]) -> str:
    who, until = turn["worker"], turn["lease_until"]
    if who is None:
        return "somebody else has just cleaned up"
    return f"{who} cleans up at this moment; if it is gone, its turn ends at {until[11:16]} (UTC)"


def _planned(project: dict[str, Any]) -> list[str]:
    name = f"{project['organization']}/{project['project']}"
    rows = [
        f"{name:<32}{kind.replace('_', ' '):<16}{counts['rows']:>12,} rows of {counts['runs']:,} runs, "
        f"{_span(counts)}"
        for kind in ("passed_results", "failed_results", "runs")
        if (counts := project[kind])["runs"]
    ]
    if (counts := project["following_runs"])["runs"]:
        rows.append(
            f"{name:<32}{'runs':<16}{counts['runs']:>12,} more, once their results are gone, {_span(counts)}"
        )
    files = [
        f"{name:<32}{kind:<16}{counts['files']:>12,} files, {counts['bytes'] / 1e6:,.1f} MB, {_span(counts)}"
        for kind in _FILES
        if (counts := project["artifacts"][kind])["files"]
    ]
    condensable = [
        f"{name:<32}{kind:<16}{count:>12,} {_BECOME[kind]}"
        for kind, count in project["condensable"].items()
        if count
    ]
    return [*rows, *files, *condensable]


def _span(counts: dict[str, Any]) -> str:
    return f"{counts['from'][:10]} to {counts['to'][:10]}"


def _done(outcome: "CleanUpOutcome", address: str) -> list[str]:
    lines = [f"{rows:>12,} rows of {table} archived and deleted" for table, rows in outcome.archived.items()]
    if outcome.files:
        lines.append(f"{outcome.files:>12,} files, {outcome.size_bytes / 1e6:,.1f} MB, in {address}")
    deleted = outcome.files_deleted
    lines += [f"{deleted[kind]:>12,} {words} deleted" for kind, words in _FILES.items() if deleted.get(kind)]
    if outcome.restored_runs:
        lines.append(f"{outcome.restored_runs:>12,} runs that had been taken back are gone again")
    counts = {_WORDS[name]: count for name, count in outcome.condensed.items() if count}
    lines += [f"{count:>12,} {words}" for words, count in counts.items()]
    return lines or ["nothing is too old"]
