"""Ports of 127.0.0.1: the usual one if it is free, else any that is."""

import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"

#: Where the Supabase CLI has its gateway, so that people and tools expect it there.
USUAL_GATEWAY_PORT = 54321


def held_port(*wanted: int | None) -> tuple[int, socket.socket]:
    """A port that nobody listens on, the first of these or any, and what keeps it for a server that is to
    listen there: until that is closed nobody else gets the port, also while the server restarts.

    Linux lets both have it as long as only one listens, if both say SO_REUSEADDR, as Postgres and Node do.
    Elsewhere they would collide: there nothing is kept.
    """
    taken = first_free(*wanted)
    port: int = taken.getsockname()[1]
    if sys.platform != "linux":
        taken.close()
    return port, taken


@contextmanager
def a_held_port(*wanted: int | None) -> Iterator[int]:
    """The first of these ports that is free or any, kept for a `with` as `held_port` keeps it."""
    port, taken = held_port(*wanted)
    with taken:
        yield port


def listening_socket(port: int) -> socket.socket:
    """A socket bound to this port; 0 means any free one. OSError if the port is taken."""
    # The protocol is named because asyncio turns off Nagle's delay only for sockets that name it;
    # without it every answer of the gateway takes 40 ms.
    bound = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        bound.bind((HOST, port))
    except OSError:
        bound.close()
        raise
    return bound


def first_free(*wanted: int | None) -> socket.socket:
    """A socket on the first of these ports that is free, else on any free port."""
    for port in wanted:
        if port is not None:
            try:
                return listening_socket(port)
            except OSError:
                continue
    return listening_socket(0)
