"""Where the parts of one stack listen: where they did last time, as far as that is possible."""

import socket

from worker.local.ports import first_free, held_port
from worker.local.spec import StackSpec
from worker.local.state import Ports, read_ports


def choose_addresses(spec: StackSpec) -> tuple[socket.socket, Ports, tuple[socket.socket, ...]]:
    """The gateway's socket, and everybody's port: that of last time, else the usual one, else any. The other
    sockets keep the ports of those who listen later; the stack holds them as long as it is up."""
    last = read_ports(spec.folder)
    listening = first_free(last.gateway if last else None, spec.port)
    gateway: int = listening.getsockname()[1]
    api, database = (last.api, last.database) if last else (None, None)
    (api_port, for_api), (database_port, for_database) = held_port(api), held_port(database)
    ports = Ports(gateway=gateway, api=api_port, database=database_port)
    return listening, ports, (for_api, for_database)
