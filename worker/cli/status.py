"""`baton status`: what is running on this machine."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode
from worker.cli.stack import data_option, stack_folder

if TYPE_CHECKING:
    from worker.local import StackStatus


@click.command()
@data_option
@click.option("--show-secret", is_flag=True, help="Print the secret key, too. It opens everything.")
@click.option("--json", "as_json", is_flag=True, help="Print one JSON object, for programs.")
def status(data: Path | None, show_secret: bool, as_json: bool) -> int:
    """Say what is running on this machine, and where.

    The exit code is 0 when the stack of this folder is up and answers, else 3.

    \b
      baton status
      baton status --json --show-secret
    """
    from worker.local import status as look

    found = look(Path.cwd(), folder=stack_folder(data))
    click.echo(_document(found, show_secret) if as_json else _text(found, show_secret))
    return ExitCode.OK if found.healthy else ExitCode.NOT_CARRIED_OUT


def _text(found: "StackStatus", show_secret: bool) -> str:
    from worker.cli.up import addresses

    if found.info is None:
        return f"The stack is {found.phase}.\n\n  Data  {found.folder}\n\n`baton up` starts it."
    state = "is up" if found.healthy else "does not answer at the moment"
    return "\n".join([f"The stack {state}.", *addresses(found.info, show_secret=show_secret)[1:]])


def _document(found: "StackStatus", show_secret: bool) -> str:
    info = found.info
    facts: dict[str, object] = {
        "version": 1,
        "phase": found.phase,
        "healthy": found.healthy,
        "folder": str(found.folder),
    }
    if info is not None:
        facts.update(url=info.url, publishable_key=info.publishable_key, pids=info.pids)
        facts["ports"] = {"gateway": info.ports.gateway, "database": info.ports.database}
    if info is not None and show_secret:
        facts.update(secret_key=info.secret_key, database_url=info.owner.url)
    return json.dumps(facts, indent=2)
