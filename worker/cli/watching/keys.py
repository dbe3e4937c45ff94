"""Single keys of a terminal, without Enter."""

import asyncio
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Press = Callable[[str], None]


@contextmanager
def pressed(press: Press) -> Iterator[bool]:
    """Tell of every key while this lasts; whether there is a terminal with keys at all."""
    if not sys.stdin.isatty():
        yield False
        return
    import termios
    import tty

    handle = sys.stdin.fileno()
    before = termios.tcgetattr(handle)
    loop = asyncio.get_running_loop()

    def read() -> None:
        for key in os.read(handle, 64).decode(errors="ignore"):
            press(key)

    # Ctrl-C stays a signal: a run in flight knows what to do with it.
    tty.setcbreak(handle)
    loop.add_reader(handle, read)
    try:
        yield True
    finally:
        loop.remove_reader(handle)
        termios.tcsetattr(handle, termios.TCSADRAIN, before)
