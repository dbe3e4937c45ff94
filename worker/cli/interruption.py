"""Ctrl-C, SIGTERM and a closed terminal: the first asks politely, the second hurries, the third leaves."""

import asyncio
import math
import os
import signal
import sys
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from types import FrameType

from worker.clock import SystemClock
from worker.engine import StopSignal

FIRST = (
    "Stopping: tests in flight may finish, no new one starts, what was made is undone."
    " Ctrl-C again stops at once."
)
SECOND = "Stopping at once."
WRITING = "The run is over, and what it leaves is being written. Ctrl-C again leaves without it."

#: A signal that comes so soon after another one is no second wish. `timeout` sends it to its command, and
#: then to the group that the command is in, too; no person is so quick.
ECHO_SECONDS = 0.1

_CLOCK = SystemClock()
_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def interruptible(stop: StopSignal, *, say: Callable[[str], None]) -> Iterator[None]:
    """Let a person stop the run of the current task; `say` tells him what happens now."""
    loop = asyncio.get_running_loop()
    # `nohup` asks for a run that outlives its terminal.
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]
    answers = _answers(asyncio.current_task(), stop, say)

    hear = without_echo(answers)

    def come(number: int, frame: FrameType | None) -> None:
        # By the moment at which it comes: a slow terminal may hold up its turn.
        loop.call_soon_threadsafe(hear, loop.time())

    before = {number: signal.signal(number, come) for number in heard}
    try:
        yield
    finally:
        _give_back(before)


def without_echo(answers: Iterator[Callable[[], None]]) -> Callable[[float], None]:
    """Gives one answer after the other to signals, by the moments at which they came, and none to the echo of
    one that has its answer."""
    last = [-math.inf]

    def hear(moment: float) -> None:
        if moment - last[0] >= ECHO_SECONDS:
            last[0] = moment
            next(answers)()

    return hear


@contextmanager
def writing(*, now: Callable[[], float] = _CLOCK.monotonic) -> Iterator[None]:
    """Reports are being written, in one go: the first Ctrl-C is told so, the second leaves without them.

    Raises KeyboardInterrupt at the second.
    """
    hear = without_echo(_answers_while_writing())

    def answer(number: int, frame: FrameType | None) -> None:
        hear(now())

    # The loop stands still meanwhile, so that its own handlers would hear nothing.
    before = {
        number: signal.signal(number, answer)
        for number in _SIGNALS
        if signal.getsignal(number) is not signal.SIG_IGN
    }
    try:
        yield
    finally:
        _give_back(before)


_Handler = Callable[[int, FrameType | None], object] | int | None


def _give_back(before: Mapping[signal.Signals, _Handler]) -> None:
    for number, handler in before.items():
        # None is one that is not Python's, and cannot be had back.
        signal.signal(number, handler or signal.SIG_DFL)


def _answers_while_writing() -> Iterator[Callable[[], None]]:
    def tell() -> None:
        # Past the streams: one of them may be in the middle of a write.
        with suppress(OSError, ValueError):
            os.write(sys.stderr.fileno(), f"{WRITING}\n".encode())

    def leave() -> None:
        raise KeyboardInterrupt

    yield tell
    while True:
        yield leave


def _answers(
    task: "asyncio.Task[object] | None", stop: StopSignal, say: Callable[[str], None]
) -> Iterator[Callable[[], None]]:
    def tell(text: str) -> None:
        # The terminal may be what has gone.
        with suppress(OSError):
            say(text)

    def politely() -> None:
        stop.cancel()
        tell(FIRST)

    def at_once() -> None:
        stop.give_up()
        tell(SECOND)

    def away() -> None:
        if task is not None:
            task.cancel()

    yield politely
    yield at_once
    while True:
        yield away
