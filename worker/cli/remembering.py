"""A local run and the memory of this machine: what is kept of it."""

import os
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING

from worker.history.head import Asked
from worker.history.place import memory_folder, project_of, runs_folder
from worker.history.shelf import Shelf

if TYPE_CHECKING:
    from worker.cli.prepared import PreparedRun
    from worker.cli.run_request import RunRequest
    from worker.history.keeper import Keeper


def keeper_of(prepared: "PreparedRun", request: "RunRequest", *, command: str) -> "Keeper | None":
    """What remembers this run; None where nothing is to be remembered."""
    memory = memory_folder(request.surroundings) if request.remember else None
    if memory is None:
        return None
    from worker.clock import SystemClock
    from worker.history.keeper import Keeper

    return Keeper(
        Shelf(runs_folder(memory, project_of(Path()))),
        plan=prepared.plan,
        suites=prepared.suites,
        context=prepared.context,
        asked=asked_of(request, command=command),
        new_id=SystemClock().new_id,
    )


def asked_of(request: "RunRequest", *, command: str) -> Asked:
    """How a run was asked for, without the values of variables and without passwords in addresses."""
    return Asked(
        folder=os.getcwd(),
        command=command,
        paths=tuple(map(str, request.paths)),
        environment=request.environment,
        base_url=_without_password(request.base_url),
        variables=tuple(dict.fromkeys(_name(variable) for variable in request.variables)),
        env_file=str(request.env_file) if request.env_file else None,
        secrets_file=str(request.secrets_file) if request.secrets_file else None,
        only=request.selection.only,
        tags=request.selection.tags,
        jobs=request.jobs,
        bail=request.bail,
        timeout_seconds=request.timeout_seconds,
        shuffle=request.shuffle,
        seed=request.seed,
        connection=_connection(request),
    )


def _name(variable: str) -> str:
    return variable.partition("=")[0].removesuffix(":").strip()


def _connection(request: "RunRequest") -> dict[str, object]:
    said = asdict(request.connection)
    said["proxy"] = _without_password(request.connection.proxy)
    return {name: value for name, value in said.items() if value is not None and name != "password"}


def _without_password(url: str | None) -> str | None:
    if not url:
        return url
    from worker.engine.opening import without_credentials

    return without_credentials(url)
