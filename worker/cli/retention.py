"""`baton retention`: what is too old goes into archives, and away."""

from typing import TYPE_CHECKING, Any

import click

from worker.cli.as_worker import storage_option, the_storage, who, with_records

if TYPE_CHECKING:
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
def plan() -> None:
    """Say what is too old; nothing is changed.

    \b
      baton retention plan
    """
    projects = with_records(lambda records: records.plan(counted=True))
    lines = [line for project in projects for line in _planned(project)]
    click.echo("\n".join(lines) if lines else "nothing is too old")


@retention.command()
@storage_option
@click.option("--dry-run", is_flag=True, help="Only say what is too old, as `baton retention plan` does.")
@click.pass_context
def run(context: click.Context, address: str | None, dry_run: bool) -> None:
    """Write what is too old into archives, read them back, and delete it.

    \b
      baton retention run --to /var/lib/baton/archives
      BATON_ARCHIVES=s3://archives baton retention run

    Nothing is deleted whose file was not read back. Interrupted, it goes on the next time; two never do
    it at once.
    """
    if dry_run:
        context.invoke(plan)
        return
    from worker.retention.clean_up import CleanUp

    storage = the_storage(address)

    async def work(records: "RetentionRecords") -> "CleanUpOutcome | None":
        tell = lambda line: click.echo(line, err=True)  # noqa: E731 # a name for one line
        return await CleanUp(records, storage, worker=who(), tell=tell).run(now=True)

    outcome = with_records(work)
    if outcome is None:
        click.echo(_somebody_else(with_records(lambda records: records.turn())))
        return
    for line in _done(outcome, storage.address):
        click.echo(line)


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
