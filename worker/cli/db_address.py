"""Which database the commands under `baton db` mean."""

from pathlib import Path

import click

from worker.cli.stack import stack_folder
from worker.errors import LocalStackError

db_url_option = click.option(
    "--db-url",
    envvar="BATON_DB_URL",
    metavar="URL",
    help="A database elsewhere, postgresql://…; BATON_DB_URL keeps its password out of the process list.",
)


def address_of(db_url: str | None, data: Path | None) -> str:
    """The address that was given, or the one of the stack of this folder. Raises LocalStackError."""
    if db_url:
        return db_url
    from worker.local import status as look

    info = look(Path.cwd(), folder=stack_folder(data)).info
    if info is None:
        raise LocalStackError("the stack of this folder is not up", hint="`baton up` starts it.")
    return info.owner.url
