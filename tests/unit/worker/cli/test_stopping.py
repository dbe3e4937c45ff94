"""When a command that follows runs asks for their end."""

import asyncio
import os
import signal

import pytest

from tests.manual_clock import settle
from worker.cli.exit_codes import ExitCode
from worker.cli.interruption import ECHO_SECONDS
from worker.cli.stopping import told_to_stop


async def test_a_signal_stops() -> None:
    """As a person or a CI does it: 130."""
    with told_to_stop(after=60) as stop:
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(stop.wait(), 60)
        # Too late to be the reason.
        stop.time_is_over()
        assert stop.code is ExitCode.INTERRUPTED


async def test_the_echo_of_a_signal_ends_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    """`timeout` sends each of its signals twice; this process would be gone with the second. A later one
    means it."""
    # Time passes when the test says so, however long this process is held up.
    moment, before = 100.0, signal.getsignal(signal.SIGTERM)
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: moment)
    with told_to_stop() as stop:
        for _ in range(2):
            os.kill(os.getpid(), signal.SIGTERM)
            await stop.wait()
            await settle()
        assert signal.getsignal(signal.SIGTERM) is not before
        moment += 2 * ECHO_SECONDS
        await settle()
        assert signal.getsignal(signal.SIGTERM) is before


async def test_a_time_that_is_over_stops() -> None:
    """It could not be carried out in time: 3."""
    with told_to_stop(after=0) as stop:
        await asyncio.wait_for(stop.wait(), 60)
        assert stop.code is ExitCode.NOT_CARRIED_OUT


async def test_without_a_time_nothing_stops() -> None:
    """However long it takes; nor when the command has ended before its time."""
    with told_to_stop() as stop, told_to_stop(after=0) as ended:
        pass
    await asyncio.sleep(0)
    assert not stop.is_set()
    assert not ended.is_set()
