"""`baton watch`: tests run again while their files are written."""

import asyncio
from collections.abc import Sequence
from pathlib import Path
from typing import Unpack

import click

from worker.cli.run_options import (
    FILE,
    Given,
    ShufflingCommand,
    choice_options,
    connection_options,
    flow_options,
    request_of,
    value_options,
)


@click.command(cls=ShufflingCommand)
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH…")
@value_options
@connection_options
@choice_options
@flow_options
def watch(paths: Sequence[Path], **given: Unpack[Given]) -> int:
    """Run tests again while their files are written.

    All tests run once. Then, whenever a file is written, those that are not what they were, and what
    depends on them; what these need runs, too. Files that suites name count as well. A run in flight
    ends in good order first, its clean-up included.

    Keys: r the same again, f what is red, a all, q leave. Ctrl-C leaves as well.

    \b
      baton watch tests/
      baton watch shop.yaml -e staging --tag smoke
    """
    from worker.cli.watching.files import need_watchfiles

    need_watchfiles()
    from worker.cli.watching.session import Sitting

    return asyncio.run(Sitting(request_of(paths, given)).run())
