"""Runs that somebody else executes, followed until they are over or this job is told to stop."""

import asyncio
import signal
from collections.abc import Iterator
from contextlib import contextmanager, suppress

from worker.cli.following import Followed
from worker.database import Database
from worker.errors import Refused
from worker.project.trigger import cancel_run

#: A cancelled run is given this long to end, so that what it did can be told. Seven seconds after a first
#: signal GitHub sends a second one, and by then the reports should be written.
CANCEL_SECONDS = 5.0

_SIGNALS = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP)


@contextmanager
def told_to_stop() -> Iterator[asyncio.Event]:
    """Set by Ctrl-C, by a CI that cancels the job, by a terminal that is closed. The second one means it."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    # `nohup` asks for what outlives its terminal.
    heard = [number for number in _SIGNALS if signal.getsignal(number) is not signal.SIG_IGN]

    def hear() -> None:
        stop.set()
        forget()

    def forget() -> None:
        for number in heard:
            loop.remove_signal_handler(number)

    for number in heard:
        loop.add_signal_handler(number, hear)
    try:
        yield stop
    finally:
        forget()


async def until_over(database: Database, followed: Followed, stop: asyncio.Event) -> bool:
    """Follow to the end; whether `stop` came first. Then the runs are asked to end, and followed for a
    moment longer."""
    following = asyncio.create_task(followed.until_over(), name="following the runs")
    stopping = asyncio.create_task(stop.wait(), name="waiting for a signal")
    try:
        await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not following.done():
            await _cancel_all(database, followed)
            await asyncio.wait({following}, timeout=CANCEL_SECONDS)
        if following.done():
            following.result()
        return stop.is_set()
    finally:
        for task in (following, stopping):
            task.cancel()
        await asyncio.gather(following, stopping, return_exceptions=True)


async def _cancel_all(database: Database, followed: Followed) -> None:
    followed.print("", "Asking the runs to end …")
    # All at once: there may be a hundred, and not much time.
    await asyncio.gather(*(_cancel(database, run_id) for run_id in followed.open_runs))


async def _cancel(database: Database, run_id: str) -> None:
    # It may have ended this moment.
    with suppress(Refused):
        await cancel_run(database, run_id)
