"""`baton archive`: what left the database, listed, asked, checked and taken back."""

import json
import sys
from collections.abc import Iterable, Sequence
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from worker.cli.as_worker import storage_option, the_storage, with_records
from worker.cli.json_output import json_option, print_document

if TYPE_CHECKING:
    from worker.retention.records import Archive, RetentionRecords

#: More are not lined up: they would have to be read to their end first.
_LINED_UP_ROWS = 1000

organization_option = click.option(
    "--organization", metavar="SLUG", help="Only archives of organizations with this slug; otherwise all."
)


@click.group()
def archive() -> None:
    """List, ask, check and take back what left the database.

    \b
      baton archive list
      baton archive query "select verdict, count(*) from test_results group by 1"
      baton archive verify
      baton archive restore 5f0c7a5e-0d2c-4d3b-9a54-2f6c3f3f0b7a

    For the operator: BATON_URL and BATON_SECRET_KEY say which project (without them it is the local stack),
    BATON_ARCHIVES where archives lie.
    """


@archive.command(name="list")
@organization_option
@click.option("--json", "as_json", is_flag=True, help="One object a line, for machines.")
def list_(organization: str | None, as_json: bool) -> None:
    """Name the archives, with their rows and sizes.

    \b
      baton archive list
    """
    archives = _sorted(_archives(organization))
    for each in archives:
        click.echo(json.dumps(each) if as_json else _line(each))
    if not archives and not as_json:
        click.echo("no archives yet: baton retention run")


@archive.command()
@click.argument("query", metavar="SQL")
@organization_option
@storage_option
@click.option("--json", "as_json", is_flag=True, help="One object a line, for machines.")
def query(query: str, organization: str | None, address: str | None, as_json: bool) -> None:
    """Ask the archives with SQL (DuckDB's).

    \b
      baton archive query "select verdict, count(*) from test_results group by 1"
      baton archive query "select content->>'url' from test_result_details where kind = 'request'" --json

    The tables are test_runs, test_results and test_result_details, with the columns of the database; those
    of JSON are text. `-` reads the query from standard input.
    """
    from worker.retention.querying import ask

    storage = the_storage(address)
    answer = ask(storage, _archives(organization), sys.stdin.read() if query == "-" else query)
    if as_json:
        for row in answer.rows:
            click.echo(json.dumps(dict(zip(answer.columns, row, strict=True)), default=str))
    else:
        _print_table(answer.columns, answer.rows)


@archive.command()
@organization_option
@storage_option
@json_option
def verify(organization: str | None, address: str | None, as_json: bool) -> int:
    """Read every archive, and compare it with what was written.

    \b
      baton archive verify
    """
    from worker.cli.exit_codes import ExitCode
    from worker.errors import ArchiveError
    from worker.retention.restoring import check_in_place

    storage = the_storage(address)
    wrong: list[dict[str, str | None]] = []

    async def work(records: "RetentionRecords") -> int:
        count = 0
        async for each in records.archives(organization=organization):
            count += 1
            try:
                await check_in_place(storage, each)
            except ArchiveError as error:
                wrong.append({"location": each["location"], "what": error.what})
                click.echo(f"{error.where}: {error.what}", err=True)
        return count

    count = with_records(work)
    if as_json:
        print_document({"archives": count, "wrong": wrong})
    else:
        click.echo(f"{count - len(wrong)} of {count} archives are as they were written")
    return ExitCode.NOT_CARRIED_OUT if wrong else ExitCode.OK


@archive.command()
@click.argument("run_id", metavar="RUN", type=click.UUID)
@storage_option
@json_option
def restore(run_id: UUID, address: str | None, as_json: bool) -> None:
    """Take a run back, with its results and evidence, for 30 days.

    \b
      baton archive restore 5f0c7a5e-0d2c-4d3b-9a54-2f6c3f3f0b7a

    Nothing is counted a second time. The archives stay as they are.
    """
    from worker.retention.restoring import restore_run

    storage = the_storage(address)
    put = with_records(lambda records: restore_run(records, storage, str(run_id)))
    if as_json:
        print_document({"run": run_id, "rows": put})
        return
    for table, rows in put.items():
        click.echo(f"{rows:>12,} rows of {table}")
    if not sum(put.values()):
        click.echo("all of it was there")


def _archives(organization: str | None) -> "list[Archive]":
    async def work(records: "RetentionRecords") -> "list[Archive]":
        return [each async for each in records.archives(organization=organization)]

    return with_records(work)


def _sorted(archives: "Iterable[Archive]") -> "list[Archive]":
    return sorted(archives, key=lambda each: (each["period_start"], each["location"]))


def _line(each: "Archive") -> str:
    period = f"{each['period_start'][:10]} to {each['period_end'][:10]}"
    state = "" if each["state"] == "done" else f"  ({each['state']}, its rows are not deleted yet)"
    return (
        f"{period}  {each['source_table']:<20}{each['row_count']:>10,} rows "
        f"{each['size_bytes'] / 1e6:>9,.2f} MB  {each['location']}{state}"
    )


def _print_table(columns: Sequence[str], rows: Iterable[tuple[Any, ...]]) -> None:
    """In columns, as wide as the first rows need; what APIs have answered is shown, and not obeyed."""
    lines = (tuple(map(_cell, row)) for row in rows)
    first = [tuple(map(_cell, columns)), *islice(lines, _LINED_UP_ROWS)]
    widths = [max(len(line[index]) for line in first) for index in range(len(columns))]
    first.insert(1, tuple("-" * width for width in widths))
    for line in chain(first, lines):
        click.echo("  ".join(map(str.ljust, line, widths)).rstrip())


def _cell(value: Any) -> str:
    from worker.reports.words import printable

    return "" if value is None else printable(str(value)).replace("\n", "\\n")
