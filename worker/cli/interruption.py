"""Ctrl-C and SIGTERM during a run: the first asks politely, the second hurries, the third leaves."""

import asyncio
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

from worker.engine import StopSignal

FIRST = (
    "Stopping: tests in flight may finish, no new one starts, what was made is undone."
    " Ctrl-C again stops at once."
)
SECOND = "Stopping at once."

_SIGNALS = (signal.SIGINT, signal.SIGTERM)


@contextmanager
def interruptible(stop: StopSignal, *, say: Callable[[str], None]) -> Iterator[None]:
    """Let a person stop the run of the current task; `say` tells him what happens now."""
    loop = asyncio.get_running_loop()
    answers = _answers(asyncio.current_task(), stop, say)

    def answer() -> None:
        next(answers)()

    for number in _SIGNALS:
        loop.add_signal_handler(number, answer)
    try:
        yield
    finally:
        for number in _SIGNALS:
            loop.remove_signal_handler(number)


def _answers(
    task: "asyncio.Task[object] | None", stop: StopSignal, say: Callable[[str], None]
) -> Iterator[Callable[[], None]]:
    def politely() -> None:
        say(FIRST)
        stop.cancel()

    def at_once() -> None:
        say(SECOND)
        stop.give_up()

    def away() -> None:
        if task is not None:
            task.cancel()

    yield politely
    yield at_once
    while True:
        yield away
