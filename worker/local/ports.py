"""Ports of 127.0.0.1: the usual one if it is free, else any that is."""

import socket

HOST = "127.0.0.1"

#: Where the Supabase CLI has its gateway, so that people and tools expect it there.
USUAL_GATEWAY_PORT = 54321


def free_port(*wanted: int | None) -> int:
    """A port that nobody listens on at this moment: the first of these, or any."""
    with first_free(*wanted) as taken:
        port: int = taken.getsockname()[1]
    return port


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
