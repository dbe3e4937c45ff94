"""The usual port if it is free, else any."""

import socket
import sys

import pytest

from worker.local.ports import HOST, a_held_port, first_free, held_port, listening_socket


def test_the_first_free_port_is_taken() -> None:
    """In the order in which they are wanted; nothing is wanted of None."""
    with a_held_port() as wanted, first_free(None, wanted) as found:
        assert found.getsockname() == (HOST, wanted)


def test_a_taken_port_is_passed_over() -> None:
    """The next one that is wanted, or any."""
    with listening_socket(0) as taken:
        taken.listen()
        with first_free(taken.getsockname()[1]) as found:
            assert found.getsockname()[1] != taken.getsockname()[1]


def test_a_held_port_is_for_the_server_that_is_to_listen_there() -> None:
    """Whenever it does, and again; until then nobody listens."""
    port, holding = held_port()
    with holding:
        for _ in range(2):
            with pytest.raises(ConnectionRefusedError):
                socket.create_connection((HOST, port))
            with listening_socket(port) as server:
                server.listen()
                socket.create_connection((HOST, port)).close()


def test_a_held_port_is_nobody_elses() -> None:
    """Whoever does not share ports is refused; where two cannot share one, nothing is held."""
    port, holding = held_port()
    with holding, socket.socket() as stranger:
        if sys.platform == "linux":
            with pytest.raises(OSError, match="in use"):
                stranger.bind((HOST, port))


def test_a_taken_port_is_an_error_for_who_insists() -> None:
    """So that two never share one."""
    with listening_socket(0) as taken:
        taken.listen()
        with pytest.raises(OSError, match="in use"):
            listening_socket(taken.getsockname()[1])


def test_answers_are_not_held_back() -> None:
    """asyncio turns off Nagle's delay only for sockets that name their protocol."""
    with listening_socket(0) as found:
        assert found.proto == socket.IPPROTO_TCP
