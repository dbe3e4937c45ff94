"""`baton db`: look after the schema of a database."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.db_address import address_of, db_url_option, refuse_two
from worker.cli.db_check import check
from worker.cli.db_seed import seed
from worker.cli.db_stats import stats
from worker.cli.exit_codes import ExitCode
from worker.cli.stack import data_option, say, stack_folder
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.local.remote import SchemaStatus


@click.group()
def db() -> None:
    """Look after the schema of a database.

    Without an address it is the database of the stack of this folder. These are the only commands
    that take the address of a database: everything else goes through the project's API.

    \b
      baton db status
      BATON_DB_URL=postgresql://… baton db push
      baton db check
      baton db stats
      baton db seed
      baton db reset
    """


@db.command()
@db_url_option
@data_option
def push(db_url: str | None, data: Path | None) -> None:
    """Apply the migrations that the database lacks.

    The official Supabase CLI applies them. A migration that fails leaves the database as it was. The
    stack of this folder is started if it is down.
    """
    refuse_two(db_url, data)
    if db_url:
        from worker.local.remote import push_schema

        push_schema(db_url, report=say)
    else:
        from worker.local import StackOptions, up

        up(Path.cwd(), options=StackOptions(folder=stack_folder(data)), report=say)
    click.echo("The schema is up to date.")


@db.command()
@db_url_option
@data_option
def status(db_url: str | None, data: Path | None) -> int:
    """Say which migrations the database has, and which it lacks.

    The exit code is 0 when it lacks none and has the text of each, else 3.
    """
    from worker.local.remote import schema_status

    found = schema_status(address_of(db_url, data))
    for version in found.applied:
        click.echo(f"{version}  applied{', with another text' if version in found.different else ''}")
    for version in found.missing:
        click.echo(f"{version}  missing")
    click.echo(_advice(found))
    return ExitCode.OK if found.is_current else ExitCode.NOT_CARRIED_OUT


def _advice(found: "SchemaStatus") -> str:
    if found.different:
        return "It was made from another version of the schema: `baton db check` says where it differs."
    return "`baton db push` applies what is missing." if found.missing else "The schema is up to date."


@db.command()
@data_option
@click.option("--yes", is_flag=True, help="Do not ask.")
def reset(data: Path | None, yes: bool) -> None:
    """Delete all data of the stack of this folder.

    It is stopped, and its database, users and secrets are deleted; keys and addresses stay. The next
    `baton up` begins anew. There is no such command for databases elsewhere.
    """
    from worker.local import reset as delete

    if not yes and not _confirmed():
        raise UsageError("nothing was deleted", hint="Answer y, or give --yes.")
    delete(Path.cwd(), folder=stack_folder(data), report=say)
    click.echo("All data is deleted. `baton up` begins anew.")


def _confirmed() -> bool:
    return click.confirm("Delete all data of this folder's stack?", err=True)


for command in (seed, check, stats):
    db.add_command(command)
