"""Ctrl-C while reports are written."""

import asyncio
import os
import signal

import pytest

from tests.manual_clock import ManualClock, settle
from worker.cli.interruption import ECHO_SECONDS, FIRST, SECOND, WRITING, interruptible, without_echo, writing
from worker.engine import StopSignal


def _press(times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)


def _press_with_echo_and_again(clock: ManualClock) -> None:
    _press(times=2)
    clock.seconds += 2 * ECHO_SECONDS
    _press()


def test_an_echo_is_no_second_wish() -> None:
    """`timeout` sends each of its signals twice, and what was made would not be undone."""
    heard: list[str] = []
    answers = (lambda said=said: heard.append(said) for said in ("politely", "at once"))
    hear = without_echo(answers)
    for moment, told in (
        (10.0, ["politely"]),
        (10.0 + ECHO_SECONDS / 2, ["politely"]),
        (10.0 + 2 * ECHO_SECONDS, ["politely", "at once"]),
    ):
        hear(moment)
        assert heard == told


async def test_a_slow_terminal_makes_no_wish_of_an_echo_and_no_echo_of_a_wish(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """It may take its time to print what happens now: what came meanwhile came when it did."""
    stop, said, clock = StopSignal(), list[str](), ManualClock()
    monkeypatch.setattr(asyncio.get_running_loop(), "time", clock.monotonic)

    def slowly(text: str) -> None:
        said.append(text)
        if text == FIRST:
            _press_with_echo_and_again(clock)
            clock.seconds += 5 * ECHO_SECONDS

    with interruptible(stop, say=slowly):
        os.kill(os.getpid(), signal.SIGTERM)
        while not stop.has_given_up:
            await asyncio.sleep(0)
        await settle()
    assert said == [FIRST, SECOND]


async def test_a_signal_that_comes_twice_asks_politely(monkeypatch: pytest.MonkeyPatch) -> None:
    """As a command under `timeout` gets it."""
    stop, said = StopSignal(), list[str]()
    # No time passes between the two, however long this process is held up.
    monkeypatch.setattr(asyncio.get_running_loop(), "time", lambda: 100.0)
    with interruptible(stop, say=said.append):
        _press()
        os.kill(os.getpid(), signal.SIGTERM)
        while stop.reason is None:
            await asyncio.sleep(0)
        await settle()
    assert said == [FIRST]


def test_ctrl_c_while_reports_are_written_is_told_what_happens(capfd: pytest.CaptureFixture[str]) -> None:
    """The run is over: the first changes nothing, and the second leaves without them."""
    with writing():
        _press()
    assert capfd.readouterr().err == f"{WRITING}\n"
    clock = ManualClock()
    with pytest.raises(KeyboardInterrupt), writing(now=clock.monotonic):
        _press_with_echo_and_again(clock)
    assert clock.seconds > 0, "not at the echo"
    assert capfd.readouterr().err == f"{WRITING}\n"


def test_afterwards_ctrl_c_is_what_it_was(capfd: pytest.CaptureFixture[str]) -> None:
    """Whoever listened before listens again."""
    heard: list[int] = []
    before = signal.signal(signal.SIGTERM, lambda number, _: heard.append(number))
    try:
        with writing():
            os.kill(os.getpid(), signal.SIGTERM)
        os.kill(os.getpid(), signal.SIGTERM)
    finally:
        signal.signal(signal.SIGTERM, before)
    assert heard == [signal.SIGTERM]
    assert capfd.readouterr().err == f"{WRITING}\n"


def test_a_run_that_shall_outlive_its_terminal_does(capfd: pytest.CaptureFixture[str]) -> None:
    """Under `nohup` a closed terminal says nothing to anybody."""
    before = signal.signal(signal.SIGHUP, signal.SIG_IGN)
    try:
        with writing():
            os.kill(os.getpid(), signal.SIGHUP)
    finally:
        signal.signal(signal.SIGHUP, before)
    assert capfd.readouterr().err == ""
