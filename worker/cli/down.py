"""`baton down`: stop what `baton up` started."""

from pathlib import Path

import click

from worker.cli.stack import data_option, say, stack_folder


@click.command()
@data_option
def down(data: Path | None) -> None:
    """Stop what `baton up` started.

    A worker gets to finish the tests in flight. Data and keys stay; `baton up` begins where this
    left off.
    """
    from worker.local import down as stop

    ran = stop(Path.cwd(), folder=stack_folder(data), report=say)
    click.echo("Stopped; the data stays." if ran else "Nothing was running.")
