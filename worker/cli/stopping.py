"""Runs that somebody else executes, followed until they are over or this job is told to stop."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager

from worker.cli.exit_codes import ExitCode
from worker.cli.following import Followed
from worker.cli.interruption import ECHO_SECONDS
from worker.cli.patience import patiently
from worker.clock import SystemClock
from worker.database import Database
from worker.errors import NotReachable, Refused
from worker.project.trigger import cancel_run

#: A cancelled run is given this long to end, so that what it did can be told. Seven seconds after a first
#: signal GitHub sends a second one, and by then the reports should be written.
CANCEL_SECONDS = 5.0

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


class Stop(asyncio.Event):
    """Set when the runs are to end. `code` is what the shell is told then."""

    code = ExitCode.INTERRUPTED

    def time_is_over(self) -> None:
        """Nobody waits any longer. Whoever was told to stop before that was told so by somebody."""
        if not self.is_set():
            self.code = ExitCode.NOT_CARRIED_OUT
            self.set()


@contextmanager
def told_to_stop(*, after: float | None = None) -> Iterator[Stop]:
    """Set by Ctrl-C, by a CI that cancels the job, by a terminal that is closed; the second one means it.
    And `after` so many seconds, where that is said."""
    stop = Stop()
    loop = asyncio.get_running_loop()
    # `nohup` asks for what outlives its terminal.
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]

    def hear() -> None:
        stop.set()
        # Not at once: the echo of this one must not end everything.
        later.append(loop.call_later(ECHO_SECONDS, forget))

    def forget() -> None:
        for number in heard:
            loop.remove_signal_handler(number)

    for number in heard:
        loop.add_signal_handler(number, hear)
    later = [] if after is None else [loop.call_later(after, stop.time_is_over)]
    try:
        yield stop
    finally:
        for call in later:
            call.cancel()
        forget()


async def until_over(database: Database, followed: Followed, stop: Stop) -> bool:
    """Follow to the end; whether `stop` came first. Then the runs are asked to end, and followed for a
    moment longer."""
    following = asyncio.create_task(followed.until_over(), name="following the runs")
    stopping = asyncio.create_task(stop.wait(), name="waiting for a signal")
    try:
        await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not following.done():
            await _cancel_all(database, followed, stop)
            await asyncio.wait({following}, timeout=CANCEL_SECONDS)
        if following.done():
            following.result()
        return stop.is_set()
    finally:
        for task in (following, stopping):
            task.cancel()
        await asyncio.gather(following, stopping, return_exceptions=True)


async def _cancel_all(database: Database, followed: Followed, stop: Stop) -> None:
    why = "The time is over. " if stop.code is ExitCode.NOT_CARRIED_OUT else ""
    followed.print("", f"{why}Asking the runs to end …")
    # All at once: there may be a hundred, and not much time.
    asked = await asyncio.gather(*(_cancel(database, run_id) for run_id in followed.open_runs))
    if not all(asked):
        followed.print("The project does not answer; runs that it was not asked about go on.")


async def _cancel(database: Database, run_id: str) -> bool:
    """Whether the project has answered."""
    try:
        await patiently(lambda: cancel_run(database, run_id), clock=SystemClock(), seconds=CANCEL_SECONDS)
    except Refused:
        return True  # it has ended this moment
    except NotReachable:
        return False
    return True
