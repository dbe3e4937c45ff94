"""Ports that are chosen before somebody listens there: nobody else gets them meanwhile."""

import random
import socket
import sys
from collections.abc import Iterator
from contextlib import contextmanager

HOST = "127.0.0.1"


@contextmanager
def held_port(*wanted: int) -> Iterator[int]:
    """A port at which nobody listens: the first of these that is free, else any. Held for a `with`.

    Linux gives a port that is bound to nobody else, and lets a server listen there all the same if both say
    SO_REUSEADDR, as servers do. Elsewhere the two would collide: there it is let go at once.
    """
    with _bound(*wanted) as holding:
        port: int = holding.getsockname()[1]
        if sys.platform != "linux":
            holding.close()
        yield port


def ports_of_four_digits() -> list[int]:
    """Some to choose from, where what is printed has to be as wide as with port 8900."""
    return random.sample(range(2000, 10000), 50)


def _bound(*wanted: int) -> socket.socket:
    for port in (*wanted, 0):
        bound = socket.socket()
        bound.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            bound.bind((HOST, port))
        except OSError:
            bound.close()
        else:
            return bound
    raise OSError("there is no free port")
