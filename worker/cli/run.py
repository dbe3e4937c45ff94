"""`baton run`: run suite files on this machine."""

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from worker.cli.narrowing_options import Narrowed, narrowing_of, narrowing_options
from worker.cli.output_options import Output, Recorded, output_options, record_options
from worker.cli.run_options import (
    FILE,
    Flow,
    Given,
    Reaching,
    ShufflingCommand,
    Values,
    choice_options,
    connection_options,
    flow_options,
    request_of,
    value_options,
)
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.cli.recording import Target


class Asked(Given, Narrowed, Output, Recorded):
    """The options as click gives them."""


class Again(Values, Reaching, Flow, Output):
    """The options of a run that has its choice of tests already."""


@click.command(cls=ShufflingCommand)
@click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH…")
@value_options
@connection_options
@choice_options
@narrowing_options
@flow_options
@output_options
@record_options
def run(paths: Sequence[Path], **given: Unpack[Asked]) -> int:
    """Run the tests of suite files and folders.

    No server and no account is needed. Each test starts the moment everything it needs has passed;
    what needs a failed test is blocked, not failed. Tests that others need run too, whatever was
    selected.

    \b
      baton run tests/                        every suite below a folder
      baton run shop.yaml -e staging          in one of its environments
      baton run shop.yaml --only checkout     one test and what it needs
      baton run tests/ --failed               what failed last time, and what it needs
      baton run tests/ --changed=main         what is not as in another revision
      baton run tests/ --bail 3               stop once three did not pass
      baton run tests/ --shuffle              in an order that nobody has tried
      baton run tests/ --report junit=out.xml

    Variables come from the environment in the file, --env-file, BATON_VAR_NAME and --var, the later
    winning; secrets from --secrets-file and BATON_SECRET_NAME. Secrets are never printed.

    Exit codes: 0 all passed, 1 a test failed, 2 bad files or usage (nothing was sent), 3 it could
    not be carried out, 130 interrupted.
    """
    request = replace(
        request_of(paths, given), narrowing=narrowing_of(given), remember=not given["no_history"]
    )
    from worker.cli.carrying_out import carry_out

    return carry_out(request, given, target=_target(given))


def _target(given: Recorded) -> "Target | None":
    """Where the run is recorded; None if it is not."""
    if not given["record"]:
        if given["project"] or given["organization"] or given["profile"]:
            raise UsageError("--project, --organization and --profile say where", hint="add --record")
        return None
    if given["project"] is None:
        raise UsageError("--record needs to know where", hint="add --project SLUG")
    from worker.cli.recording import Target

    return Target(project=given["project"], organization=given["organization"], profile=given["profile"])
