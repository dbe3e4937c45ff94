"""A log in which nothing is said for a while: silence looks like a hang, and some CIs end jobs for it."""

from collections.abc import Callable, Iterable

from worker.clock import Clock
from worker.models.outcome import Counters
from worker.reports.words import count

#: After so long without a line there is one with the counters.
QUIET_SECONDS = 15.0


async def speak_in_silence(spoken: Callable[[], int], speak: Callable[[], None], *, clock: Clock) -> None:
    """Call `speak` whenever the number of lines that were `spoken` has not risen for a while. Never ends."""
    while True:
        before = spoken()
        await clock.sleep(QUIET_SECONDS)
        if spoken() == before:
            speak()


def how_far(counters: Iterable[Counters]) -> str:
    """How many tests of these runs have their verdict, and how many of them somebody has to look at."""
    every = list(counters)
    done = sum(each.completed for each in every)
    bad = sum(each.failed + each.broken for each in every)
    total = count(sum(each.total for each in every), "test")
    return f"{done:,} of {total} done" + (f", {bad:,} did not pass" if bad else "")
