"""Which database the commands under `baton db` mean."""

from pathlib import Path

import click

from worker.cli.stack import stack_folder
from worker.errors import LocalStackError, UsageError

db_url_option = click.option(
    "--db-url",
    envvar="BATON_DB_URL",
    metavar="URL",
    help="A database elsewhere, postgresql://…; BATON_DB_URL keeps its password out of the process list.",
)


def address_of(db_url: str | None, data: Path | None) -> str:
    """The address that was given, or the one of the stack of this folder. Raises LocalStackError."""
    refuse_two(db_url, data)
    if db_url:
        return db_url
    from worker.local import status as look

    info = look(Path.cwd(), folder=stack_folder(data)).info
    if info is None:
        raise LocalStackError("the stack of this folder is not up", hint="`baton up` starts it.")
    return info.owner.url


def refuse_two(db_url: str | None, data: Path | None) -> None:
    """A database elsewhere and a stack of this machine: which one was meant? Raises UsageError."""
    if db_url and data:
        raise UsageError(
            "two databases are named: an address, and the data of a stack",
            where="--db-url and --data",
            hint="Give one of them. BATON_DB_URL counts as --db-url.",
        )
