"""Where the parts of one stack listen: where they did last time, as far as that is possible."""

import socket

from worker.local.ports import first_free, free_port
from worker.local.spec import StackSpec
from worker.local.state import Ports, read_ports


def choose_addresses(spec: StackSpec) -> tuple[socket.socket, Ports]:
    """The gateway's socket, and everybody's port: that of last time, else the usual one, else any."""
    last = read_ports(spec.folder)
    listening = first_free(last.gateway if last else None, spec.port)
    gateway: int = listening.getsockname()[1]
    api, database = (last.api, last.database) if last else (None, None)
    return listening, Ports(gateway=gateway, api=free_port(api), database=free_port(database))
