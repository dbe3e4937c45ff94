"""A line in a log in which nothing is said for a while."""

import asyncio

from tests.manual_clock import ManualClock
from worker.cli.silence import QUIET_SECONDS, how_far, speak_in_silence
from worker.models.outcome import Counters


async def test_only_silence_is_broken() -> None:
    """Once for each while without a line; a line of somebody else counts as one."""
    lines = ["a first one"]
    clock = ManualClock()
    task = asyncio.create_task(
        speak_in_silence(lambda: len(lines), lambda: lines.append("still here"), clock=clock)
    )
    await clock.advance(QUIET_SECONDS / 2)
    lines.append("a test")
    await clock.advance(QUIET_SECONDS / 2)
    assert lines == ["a first one", "a test"]
    await clock.advance(QUIET_SECONDS)
    await clock.advance(QUIET_SECONDS)
    assert lines[2:] == ["still here", "still here"]
    task.cancel()
    await asyncio.gather(task, return_exceptions=True)


def test_how_far_all_runs_are_together() -> None:
    """What has a verdict, and what somebody has to look at."""
    first = Counters(total=1000, passed=700, failed=2, blocked=5)
    second = Counters(total=1000, passed=300, broken=1)
    assert how_far([first, second]) == "1,008 of 2,000 tests done, 3 did not pass"
    assert how_far([Counters(total=1)]) == "0 of 1 test done"
