"""Start, stop and look at the local Supabase of a project. The commands are thin around this."""

import os
import shutil
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.commands import clean_environment, detached_arguments
from worker.local.files import local_folder
from worker.local.folders import StackFolder
from worker.local.health import is_healthy
from worker.local.info import StackInfo, StackOptions, StackStatus, stack_info
from worker.local.leftovers import clear_leftovers
from worker.local.locks import is_locked, locked
from worker.local.logs import open_log, see_log
from worker.local.migrate import is_current, refuse_other_schema
from worker.local.packages import install_packages
from worker.local.processes import end, identify, wait_for
from worker.local.reporting import follow
from worker.local.spec import StackSpec
from worker.local.state import Phase, StackState, read_state

__all__ = ["StackInfo", "StackOptions", "StackStatus", "down", "reset", "status", "up"]

#: Workers get half a minute, Postgres a minute; then the supervisor insists by itself.
_STOP_LIMIT_SECONDS = 120
_BEGIN_LIMIT_SECONDS = 60

_PROGRAM_FOLDER = Path(__file__).parents[2]

Report = Callable[[str], None]


def _say_nothing(_: str) -> None:
    """Report to nobody."""


def up(project: Path, *, options: StackOptions | None = None, report: Report = _say_nothing) -> StackInfo:
    """Start the project's stack and return when it answers; quick if it runs already.

    It goes on running when this process ends. `report` hears the steps. Everything that can go wrong
    is a `LocalStackError` (`MigrationFailed`, `OtherSchema`); then nothing new is left running.
    """
    wanted = options or StackOptions()
    stack = wanted.folder or StackFolder.of_project(project)
    stack.make()
    with locked(stack.command_lock, waiting=lambda: report("waiting for another command")):
        refuse_other_schema(stack, source=wanted.source)
        running = _running(stack)
        if running is not None and _is_as_wanted(running, stack, wanted):
            return stack_info(stack, running, was_running=True)
        _stop(stack, report=report)
        packages = install_packages(local_folder(), report=report)
        return _start(_spec(project, stack, wanted, packages, running), report=report)


def down(project: Path, *, folder: StackFolder | None = None, report: Report = _say_nothing) -> bool:
    """Stop the project's stack in order. False if nothing ran. Data and keys stay."""
    stack = folder or StackFolder.of_project(project)
    if not stack.path.is_dir():
        return False
    with locked(stack.command_lock, waiting=lambda: report("waiting for another command")):
        return _stop(stack, report=report)


def status(project: Path, *, folder: StackFolder | None = None) -> StackStatus:
    """How the project's stack is. Changes nothing."""
    stack = folder or StackFolder.of_project(project)
    state = read_state(stack)
    if state is None:
        return StackStatus(phase=Phase.STOPPED, folder=stack.path)
    if not is_locked(stack.supervisor_lock):
        return StackStatus(phase=Phase.CRASHED, folder=stack.path)
    if state.phase is not Phase.READY:
        return StackStatus(phase=state.phase, folder=stack.path)
    healthy = is_healthy(state.ports.gateway)
    return StackStatus(
        phase=state.phase, folder=stack.path, info=stack_info(stack, state, was_running=True), healthy=healthy
    )


def reset(project: Path, *, folder: StackFolder | None = None, report: Report = _say_nothing) -> None:
    """Stop the project's stack and delete its data and secrets. Keys and addresses stay."""
    stack = folder or StackFolder.of_project(project)
    if not stack.path.is_dir():
        return
    with locked(stack.command_lock, waiting=lambda: report("waiting for another command")):
        _stop(stack, report=report)
        report("deleting the data")
        # The record goes first: data without a record is refused, a record without data is not.
        for file in (stack.schema, stack.vault_key):
            file.unlink(missing_ok=True)
        shutil.rmtree(stack.data, ignore_errors=True)
        if stack.data.exists():
            raise LocalStackError("The data could not be deleted", where=str(stack.data))


def _running(stack: StackFolder) -> StackState | None:
    state = read_state(stack)
    if state is None or state.phase is not Phase.READY or not is_locked(stack.supervisor_lock):
        return None
    return state if is_healthy(state.ports.gateway) else None


def _is_as_wanted(state: StackState, stack: StackFolder, wanted: StackOptions) -> bool:
    same_extras = wanted.extras is None or state.extras == tuple(wanted.extras)
    same_front = wanted.static_folder is None or state.static_folder == str(wanted.static_folder)
    return same_extras and same_front and is_current(stack, source=wanted.source)


def _spec(
    project: Path, stack: StackFolder, wanted: StackOptions, packages: Path, running: StackState | None
) -> StackSpec:
    kept = running.extras if running is not None else ()
    front = running.static_folder if running is not None else None
    return StackSpec(
        project=project.resolve(),
        folder=stack,
        packages=packages,
        source=wanted.source.resolve(),
        port=wanted.port,
        fast=wanted.fast,
        extras=kept if wanted.extras is None else tuple(wanted.extras),
        static_folder=wanted.static_folder or (Path(front) if front else None),
        ends_with=identify(wanted.ends_with) if wanted.ends_with else None,
    )


def _start(spec: StackSpec, *, report: Report) -> StackInfo:
    read_end, write_end = os.pipe()
    with os.fdopen(read_end, encoding="utf-8") as lines:
        try:
            _launch(spec, write_end)
            ready = follow(lines, report=report)
        except KeyboardInterrupt:
            # First this: a supervisor that is too young to be found ends when nobody listens.
            lines.close()
            _stop(spec.folder, report=report)
            raise
    state = read_state(spec.folder)
    if not ready or state is None:
        _stop(spec.folder, report=report)
        log = spec.folder.log("supervisor")
        raise LocalStackError("The local Supabase ended while it started", where=str(log), hint=see_log(log))
    return stack_info(spec.folder, state, wanted_port=spec.port)


def _launch(spec: StackSpec, write_end: int) -> None:
    """Start a supervisor, and leave this end of the pipe to it alone."""
    program = [sys.executable, "-m", "worker.local.supervisor", str(write_end)]
    with os.fdopen(write_end, "wb"), open_log(spec.folder.log("supervisor")) as output:
        subprocess.run(
            detached_arguments(program),
            env=clean_environment(PYTHONPATH=str(_PROGRAM_FOLDER), PYTHONUNBUFFERED="1"),
            cwd=spec.folder.path,
            input=spec.to_json().encode(),
            stdout=output,
            stderr=output,
            pass_fds=(write_end,),
            check=True,
        )


def _stop(stack: StackFolder, *, report: Report) -> bool:
    """Stop what runs, also what a crash left running. False if nothing ran."""
    if read_state(stack) is None and not is_locked(stack.supervisor_lock):
        clear_leftovers(stack)
        return False
    report("stopping the stack")
    # A supervisor that has only just begun takes a moment to write down who it is.
    wait_for(
        lambda: read_state(stack) is not None or not is_locked(stack.supervisor_lock),
        time_limit=_BEGIN_LIMIT_SECONDS,
    )
    state = read_state(stack)
    if state is not None:
        end(state.supervisor, stop_signal=signal.SIGTERM, patience=_STOP_LIMIT_SECONDS)
    if not wait_for(lambda: not is_locked(stack.supervisor_lock), time_limit=_STOP_LIMIT_SECONDS):
        raise LocalStackError(
            "The stack does not stop", where=str(stack.path), hint=see_log(stack.log("supervisor"))
        )
    clear_leftovers(stack)
    return True
