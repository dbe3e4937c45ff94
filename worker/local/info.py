"""What can be asked of a stack, and what is told of one."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path

from worker.local.files import supabase_folder
from worker.local.folders import StackFolder
from worker.local.keys import keys_of
from worker.local.ports import USUAL_GATEWAY_PORT
from worker.local.postgres import ADMIN, OWNER, DatabaseAddress
from worker.local.spec import ExtraCommand
from worker.local.state import Phase, Ports, StackState


@dataclass(frozen=True, slots=True, kw_only=True)
class StackOptions:
    """What may be different about a stack."""

    #: Where its data lies; by default a folder that belongs to the project, in the data home.
    folder: StackFolder | None = None
    #: Where the gateway listens, if that port is free. 0 means any.
    port: int = USUAL_GATEWAY_PORT
    #: For throw-away data: several times quicker to write, and lost in a power cut.
    fast: bool = False
    #: Programs to run beside it. None means: those it has.
    extras: Sequence[ExtraCommand] | None = None
    #: `config.toml` and `migrations/`.
    source: Path = field(default_factory=supabase_folder)
    #: The built dashboard, served at the gateway's `/`.
    static_folder: Path | None = None
    #: The number of a process with which the stack shall end, also if that is killed.
    ends_with: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StackInfo:
    """A running stack: where it is, and what opens it."""

    project: Path
    folder: Path
    url: str
    publishable_key: str
    secret_key: str = field(repr=False)
    #: Holds the secret that signs tokens (`jwt_secret`), beside the other keys; mode 0600.
    keys_file: Path
    #: Who applies migrations.
    owner: DatabaseAddress
    #: The superuser.
    admin: DatabaseAddress
    ports: Ports
    #: Whether the dashboard is at `url`.
    has_dashboard: bool = False
    #: Process numbers by name; the supervisor is among them.
    pids: dict[str, int]
    #: True if there was nothing to do.
    was_running: bool = False
    #: What a person should know, such as a port that was taken.
    notes: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class StackStatus:
    """How a stack is."""

    phase: Phase
    folder: Path
    #: None unless it is ready.
    info: StackInfo | None = None
    #: Whether it answers. A stack can be ready and not healthy for a moment, while a part restarts.
    healthy: bool = False


def stack_info(
    stack: StackFolder, state: StackState, *, was_running: bool = False, wanted_port: int | None = None
) -> StackInfo:
    """Everything about a running stack; `wanted_port` is what was asked for, to say if it was taken."""
    keys = keys_of(stack.keys)
    database = state.ports.database
    children = {name: process.pid for name, process in state.children.items()}
    return StackInfo(
        project=Path(state.project),
        folder=stack.path,
        url=state.ports.url,
        publishable_key=keys.publishable,
        secret_key=keys.secret,
        keys_file=stack.keys,
        owner=DatabaseAddress(port=database, user=OWNER, password=keys.owner_password),
        admin=DatabaseAddress(port=database, user=ADMIN, password=keys.admin_password),
        ports=state.ports,
        has_dashboard=state.static_folder is not None,
        pids={"supervisor": state.supervisor.pid, **children},
        was_running=was_running,
        notes=_notes(state.ports, wanted_port),
    )


def _notes(ports: Ports, wanted_port: int | None) -> tuple[str, ...]:
    if wanted_port is None or wanted_port in (0, ports.gateway):
        return ()
    return (f"listening on port {ports.gateway} instead of {wanted_port}",)
