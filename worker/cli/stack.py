"""What the commands around the local stack share."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker.local import StackFolder


def stack_folder(data: Path | None) -> "StackFolder | None":
    """The stack's folder that `--data` names; None means the one of this project."""
    from worker.local import StackFolder

    return StackFolder(data.expanduser().resolve()) if data else None


def say(step: str) -> None:
    """Tell a step of something that takes a while. Not on standard output: that is for the answer."""
    click.echo(f"  {step} …", err=True)


def data_option(command: click.decorators.FC) -> click.decorators.FC:
    """The option `--data` of commands that find a stack."""
    return click.option(
        "--data",
        type=click.Path(path_type=Path, file_okay=False),
        metavar="DIR",
        help="The stack whose data is here, instead of the one of this project.",
    )(command)
