"""The usual port if it is free, else any."""

import socket

import pytest

from tests.ports import held_port
from worker.local.ports import HOST, first_free, free_port, listening_socket


def test_the_first_free_port_is_taken() -> None:
    """In the order in which they are wanted; nothing is wanted of None."""
    with held_port() as wanted:
        with first_free(None, wanted) as found:
            assert found.getsockname() == (HOST, wanted)
        assert free_port(wanted) == wanted


def test_a_taken_port_is_passed_over() -> None:
    """The next one that is wanted, or any."""
    with listening_socket(0) as taken:
        taken.listen()
        with first_free(taken.getsockname()[1]) as found:
            assert found.getsockname()[1] != taken.getsockname()[1]


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
