"""What runs now, written down so that the next command finds it, also after a crash."""

from collections.abc import Mapping
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum
from typing import Any

from worker.local.folders import StackFolder
from worker.local.private_files import read_json, write_private_json
from worker.local.processes import ProcessIdentity
from worker.local.spec import ExtraCommand


class Phase(StrEnum):
    """Where a stack is in its life."""

    STOPPED = "stopped"  # nothing runs
    STARTING = "starting"  # stopped -> starting: parts come up one by one
    READY = "ready"  # starting -> ready: every part answers
    STOPPING = "stopping"  # starting, ready -> stopping: parts go down one by one
    CRASHED = "crashed"  # the supervisor is gone, but did not say goodbye


@dataclass(frozen=True, slots=True, kw_only=True)
class Ports:
    """Where the parts listen, all on 127.0.0.1."""

    gateway: int
    api: int
    database: int

    @property
    def url(self) -> str:
        """What people and programs call: the gateway."""
        return f"http://127.0.0.1:{self.gateway}"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackState:
    """One stack as its supervisor sees it."""

    phase: Phase
    supervisor: ProcessIdentity
    ports: Ports
    project: str
    #: What runs beside it, so that a restart can bring it back.
    extras: tuple[ExtraCommand, ...] = ()
    #: The built dashboard that it serves, so that a restart can bring it back.
    static_folder: str | None = None
    children: Mapping[str, ProcessIdentity] = field(default_factory=dict)

    def with_child(self, name: str, process: ProcessIdentity | None) -> "StackState":
        """The same, with this part running as that process, or not running."""
        others = {other: found for other, found in self.children.items() if other != name}
        return replace(self, children={**others, name: process} if process else others)

    @classmethod
    def from_json(cls, content: Mapping[str, Any]) -> "StackState":
        """Read back what `write_state` wrote."""
        children = {name: ProcessIdentity(**found) for name, found in content["children"].items()}
        return cls(
            phase=Phase(content["phase"]),
            supervisor=ProcessIdentity(**content["supervisor"]),
            ports=Ports(**content["ports"]),
            project=content["project"],
            extras=tuple(ExtraCommand.from_json(extra) for extra in content["extras"]),
            static_folder=content.get("static_folder"),
            children=children,
        )


def read_state(folder: StackFolder) -> StackState | None:
    """The last state that was written; None if nothing runs, or the file is of no use."""
    content = read_json(folder.state)
    if content is None:
        return None
    try:
        return StackState.from_json(content)
    except (KeyError, TypeError, ValueError, AttributeError):
        return None


def write_state(folder: StackFolder, state: StackState) -> None:
    """Write it down, mode 0600."""
    write_private_json(folder.state, asdict(state))


def write_ports(folder: StackFolder, ports: Ports) -> None:
    """Remember the ports beyond the end of this run, so that addresses stay what they were."""
    write_private_json(folder.ports, asdict(ports))


def read_ports(folder: StackFolder) -> Ports | None:
    """The ports of the last run; None if there was none."""
    try:
        return Ports(**(read_json(folder.ports) or {}))
    except TypeError:
        return None
