"""`baton db stats`: how full a database is."""

import json
import re
from collections.abc import Iterator, Sequence
from dataclasses import asdict
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.db_address import address_of, db_url_option
from worker.cli.stack import data_option

if TYPE_CHECKING:
    from worker.local.statistics import Statistics, TableSize

#: Columns that are read from their right end.
_NUMBERS = frozenset({"Rows", "Size", "Indexes", "Partitions", "Waiting", "Ever"})


@click.command()
@db_url_option
@data_option
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def stats(db_url: str | None, data: Path | None, as_json: bool) -> None:
    """Say how full a database is.

    Rows and sizes of each table, partitions, what waits in the queues, and the time that rows span. Up to
    100,000 rows are counted; of more, Postgres' own estimate is said, with a tilde.

    \b
      baton db stats
      baton db stats --json
    """
    from worker.local.statistics import read_statistics

    found = read_statistics(address_of(db_url, data))
    click.echo(_document(found) if as_json else "\n".join(_text(found)))


def _document(found: "Statistics") -> str:
    return json.dumps({"version": 1, **asdict(found)}, indent=2, default=datetime.isoformat)


def _text(found: "Statistics") -> Iterator[str]:
    yield from _columns(
        ("Table", "Rows", "Size", "Indexes", "Partitions", "Oldest", "Newest"),
        [_table(table) for table in found.tables],
    )
    yield ""
    yield from _columns(
        ("Partition", "Rows", "Size", "Holds"),
        [
            (part.name, f"~{part.rows:,}", _size(part.total_bytes), _bounds(part.bounds))
            for part in found.partitions
        ],
    )
    yield ""
    yield from _columns(
        ("Queue", "Waiting", "Oldest", "Ever"),
        [
            (queue.name, f"{queue.waiting:,}", _age(queue.oldest_seconds), f"{queue.total:,}")
            for queue in found.queues
        ],
    )
    yield ""
    yield f"The whole database takes {_size(found.database_bytes)}."


def _table(table: "TableSize") -> tuple[str, ...]:
    return (
        table.name.removeprefix("public."),
        f"{'' if table.exact else '~'}{table.rows:,}",
        _size(table.table_bytes),
        _size(table.index_bytes),
        str(table.partitions or ""),
        _day(table.oldest),
        _day(table.newest),
    )


def _columns(head: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterator[str]:
    """Lines of a table: the first column and words to the left, numbers to the right."""
    widths = [max(len(row[place]) for row in (head, *rows)) for place in range(len(head))]
    numbers = [title in _NUMBERS for title in head]
    for row in (head, *rows):
        cells = (
            text.rjust(width) if number else text.ljust(width)
            for text, width, number in zip(row, widths, numbers, strict=True)
        )
        yield "  ".join(cells).rstrip()


def _size(count: float) -> str:
    for unit in ("B", "kB", "MB", "GB"):
        if count < 1024:
            return f"{count:.0f} {unit}"
        count /= 1024
    return f"{count:.1f} TB"


def _day(moment: datetime | None) -> str:
    return moment.strftime("%Y-%m-%d %H:%M") if moment else ""


def _age(seconds: int | None) -> str:
    return "" if seconds is None else f"{seconds:,} s"


def _bounds(bounds: str) -> str:
    days = re.findall(r"\d{4}-\d\d-\d\d", bounds)
    return f"{days[0]} to {days[1]}" if len(days) == 2 else "all other months"
