"""`baton rerun`: do a run again, or what of it did not pass."""

import os
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, Unpack

import click

from worker.cli.exit_codes import ExitCode
from worker.cli.output_options import output_options
from worker.cli.run import Again
from worker.cli.run_options import (
    ShufflingCommand,
    bail_of,
    checked_address,
    connection_options,
    flow_options,
    value_options,
)
from worker.cli.why import is_uuid
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.cli.run_request import RunRequest
    from worker.history.head import Asked, Head
    from worker.models.request import Connection


@click.command(cls=ShufflingCommand)
@click.argument("run_id", required=False, default="last", metavar="[RUN]")
@click.option(
    "--failed", is_flag=True, help="Only tests that failed, broke or were blocked, with their needs."
)
@click.option("--no-wait", is_flag=True, help="For a project's run: request it and leave.")
@click.option("--profile", help="For a project's run: which sign-in; else BATON_PROFILE, or `default`.")
@value_options
@connection_options
@flow_options
@output_options
def rerun(run_id: str, failed: bool, no_wait: bool, profile: str | None, **given: Unpack[Again]) -> int:
    """Do a run again, or what of it did not pass.

    RUN is the latest run of this project on this machine, or one by its id or the end of it. It runs as it
    was asked for, in the folder it was started in; options that are given win. What its tests captured is
    not kept on disk, so what the failed ones need runs again, too.

    RUN can also be the id of a run that a worker recorded in a project: with --failed, a new one is
    requested of what did not pass, with what it needs, and followed to its verdict. What the first run
    captured is still there for a day, and is not asked for again.

    \b
      baton rerun --failed                what did not pass last time
      baton rerun 3f9a                    the whole run whose id ends in this
      baton rerun 3f9a1c2e-… --failed     of a project
    """
    if is_uuid(run_id):
        if not failed:
            raise UsageError(
                "a recorded run is not repeated as a whole",
                where=run_id,
                hint="add --failed for what did not pass, or request a new one with `baton trigger`",
            )
        from worker.cli.retrying import retry

        return retry(
            run_id,
            wait=not no_wait,
            reports=given["reports"],
            profile=profile,
            as_json=given["as_json"],
        )
    head = _remembered(run_id)
    if failed and not head.unsettled:
        click.echo(f"Nothing to run again: no test of run {head.id} failed, broke or was blocked.")
        return ExitCode.OK
    _return_to(head)
    from worker.cli.carrying_out import carry_out

    return carry_out(_request(head, failed=failed, given=given), given)


def _remembered(run_id: str) -> "Head":
    from worker.cli.remembered import shelf_of

    return shelf_of(os.environ, option="baton rerun").find(run_id)


def _return_to(head: "Head") -> None:
    """Go where the run was started: its paths begin there."""
    try:
        os.chdir(head.asked.folder)
    except OSError as error:
        raise UsageError(
            f"the folder of run {head.id} cannot be entered: {error.strerror}", where=head.asked.folder
        ) from None


def _request(head: "Head", *, failed: bool, given: Again) -> "RunRequest":
    from worker.cli.connection import connection_of
    from worker.cli.narrowing import Narrowing
    from worker.cli.run_request import RunRequest
    from worker.models.graph import Selection
    from worker.models.request import NOTHING_SAID

    asked = head.asked
    _need_values(asked, given)
    why = f"it did not pass in run {head.id}"
    tests = dict.fromkeys(head.unsettled, why) if failed else None
    connection = connection_of(given)
    return RunRequest(
        paths=tuple(map(Path, asked.paths)),
        environment=given["environment"] or asked.environment,
        base_url=checked_address(given["base_url"]) or asked.base_url,
        variables=given["variables"],
        env_file=given["env_file"] or _path(asked.env_file),
        secrets_file=given["secrets_file"] or _path(asked.secrets_file),
        # Picked tests were among those that were asked for.
        selection=Selection() if failed else Selection(only=asked.only, tags=asked.tags),
        narrowing=Narrowing(tests=tests),
        connection=_connection(asked) if connection == NOTHING_SAID else connection,
        jobs=given["jobs"] or asked.jobs,
        bail=bail_of(given) or asked.bail,
        timeout_seconds=given["timeout"] or asked.timeout_seconds,
        shuffle=given["shuffle"] or asked.shuffle,
        seed=given["seed"] or asked.seed,
        update_snapshots=given["update_snapshots"],
        remember=not given["no_history"],
        surroundings=os.environ,
    )


def _need_values(asked: "Asked", given: Again) -> None:
    """What was given by --var must be given again: it may have been anybody's, so it was not kept."""
    there = {variable.partition("=")[0].removesuffix(":").strip() for variable in given["variables"]}
    missing = [name for name in asked.variables if name not in there]
    if missing:
        words = " ".join(f"--var {name}=…" for name in missing)
        raise UsageError(
            f"the run was given {' and '.join(missing)}, whose values are not kept",
            where="--var",
            hint=f"give them again: baton rerun {words}",
        )


def _path(text: str | None) -> Path | None:
    return None if text is None else Path(text)


def _connection(asked: "Asked") -> "Connection":
    from worker.models.request import Connection

    said: Mapping[str, Any] = asked.connection
    return replace(Connection(), **said)
