"""A throw-away Postgres with everything a migration expects, for tests of the database alone."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.bootstrap import bootstrap
from worker.local.commands import Command
from worker.local.files import local_folder
from worker.local.folders import StackFolder
from worker.local.keys import StackKeys, keys_of
from worker.local.logs import see_log
from worker.local.owner import postgres_owner
from worker.local.packages import install_packages
from worker.local.ports import a_held_port
from worker.local.postgres import ADMIN, OWNER, START_LIMIT_SECONDS, DatabaseAddress, Postgres, can_connect
from worker.local.processes import wait_for

_STOP_LIMIT_SECONDS = 30


@dataclass(frozen=True, slots=True, kw_only=True)
class ScratchPostgres:
    """A running Postgres with the bootstrap applied and no migration."""

    #: The superuser.
    admin: DatabaseAddress
    #: Who applies migrations: no superuser, as on hosted projects.
    owner: DatabaseAddress
    keys: StackKeys
    packages: Path


@contextmanager
def scratch_postgres(
    *, report: Callable[[str], None] = lambda _: None, fast: bool = True
) -> Iterator[ScratchPostgres]:
    """Start one on a free port of 127.0.0.1, and leave nothing of it behind.

    Not `fast`, it writes to disk what it says it has written, as a real one does: for measuring.
    """
    packages = install_packages(local_folder(), report=report)
    with throw_away_folder() as folder:
        keys = keys_of(folder.keys)
        server = Postgres(folder=folder, packages=packages, keys=keys, owner=postgres_owner(), fast=fast)
        server.make_data()
        with a_held_port() as port, _running(server.server_command(port=port), log=folder.log("postgres")):
            admin = server.address(ADMIN, port=port)
            _require_ready(admin, log=folder.log("postgres"))
            bootstrap(admin, keys=keys, packages=packages)
            yield ScratchPostgres(
                admin=admin, owner=server.address(OWNER, port=port), keys=keys, packages=packages
            )


@contextmanager
def throw_away_folder() -> Iterator[StackFolder]:
    """A stack's folder that is deleted at the end, and that Postgres' user can reach."""
    path = Path(tempfile.mkdtemp(prefix="baton-scratch-"))
    if os.geteuid() == 0:
        path.chmod(0o711)  # Postgres' user passes through
    try:
        folder = StackFolder(path / "stacks" / "scratch")
        folder.make()
        yield folder
    finally:
        shutil.rmtree(path, ignore_errors=True)


@contextmanager
def _running(command: Command, *, log: Path) -> Iterator[None]:
    with (
        log.open("ab") as output,
        subprocess.Popen(
            command.launch_arguments(),
            env=dict(command.environment),
            cwd=command.folder,
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
        ) as process,
    ):
        try:
            yield
        finally:
            _stop(process, command)


def _stop(process: "subprocess.Popen[bytes]", command: Command) -> None:
    process.send_signal(command.stop_signal)
    try:
        process.wait(_STOP_LIMIT_SECONDS)
    except subprocess.TimeoutExpired:
        process.kill()


def _require_ready(address: DatabaseAddress, *, log: Path) -> None:
    if not wait_for(lambda: can_connect(address), time_limit=START_LIMIT_SECONDS):
        raise LocalStackError("Postgres did not start", where=str(log), hint=see_log(log))
