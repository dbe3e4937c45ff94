"""`baton db seed`: a database full of made-up history."""

import json
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import UUID

import click

from worker.cli.db_address import address_of, db_url_option
from worker.cli.stack import data_option, say
from worker.errors import UsageError

if TYPE_CHECKING:
    import psycopg

    from worker.clock import Clock
    from worker.local.seed import SeedReport

#: Steps are told this often at most: there is one for every day.
_TELL_SECONDS = 2.0


@click.command()
@db_url_option
@data_option
@click.option(
    "--results", type=int, metavar="N", default=100_000, show_default=True, help="Results of tests, roughly."
)
@click.option(
    "--organizations", type=int, metavar="N", default=3, show_default=True, help="The first has the most."
)
@click.option("--projects", type=int, metavar="N", default=2, show_default=True, help="Of each organization.")
@click.option("--tests", type=int, metavar="N", default=50, show_default=True, help="Of each project.")
@click.option(
    "--days", type=int, metavar="N", default=90, show_default=True, help="How far back history goes."
)
@click.option(
    "--seed", type=int, metavar="N", default=1, show_default=True, help="Another number makes other rows."
)
@click.option("--member", metavar="EMAIL", help="Who has signed up, and is to own the first organization.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def seed(db_url: str | None, data: Path | None, member: str | None, as_json: bool, **numbers: Any) -> None:
    """Fill a database with organizations, suites and months of runs that look like life.

    For trying things out, and for measuring. The same numbers make the same rows; they lie beside what is
    there already. Rows of one seed are made once only.

    \b
      baton db seed --member me@example.com
      baton db seed --results 1000000 --organizations 20 --days 180
    """
    from worker.clock import SystemClock
    from worker.local import seed as seeding
    from worker.local.remote import connected

    size = seeding.SeedSize(**numbers)
    with connected(address_of(db_url, data), autocommit=True) as connection:
        if member:
            size = seeding.SeedSize(**numbers, member=_user(connection, member))
        report = seeding.seed(connection, size, report=_now_and_then(say, SystemClock()))
    click.echo(_document(report) if as_json else _text(report))


def _user(connection: "psycopg.Connection[Any]", email: str) -> UUID:
    found = connection.execute(
        "select id from auth.users where lower(email) = lower(%s)", (email,)
    ).fetchone()
    if found is None:
        raise UsageError(f"nobody has signed up as {email}", where="--member", hint="Sign up first.")
    return UUID(str(found[0]))


def _now_and_then(tell: Callable[[str], None], clock: "Clock") -> Callable[[str], None]:
    """Tells steps, but leaves out those that follow too soon."""
    told = -_TELL_SECONDS

    def step(text: str) -> None:
        nonlocal told
        if clock.monotonic() - told >= _TELL_SECONDS:
            told = clock.monotonic()
            tell(text)

    return step


def _document(report: "SeedReport") -> str:
    facts = {**asdict(report), "results_per_second": round(report.results_per_second)}
    return json.dumps({"version": 1, **facts}, indent=2)


def _text(report: "SeedReport") -> str:
    width = max(len(table) for table in report.rows)
    rows = [f"  {table:<{width}}  {count:>12,}" for table, count in report.rows.items()]
    speed = f"{report.results_per_second:,.0f} results a second"
    return "\n".join(["Made:", *rows, f"in {report.seconds:.1f} s, {speed}."])
