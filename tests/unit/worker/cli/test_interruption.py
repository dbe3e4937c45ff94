"""Ctrl-C while reports are written."""

import asyncio
import os
import signal
from collections.abc import Callable

import pytest

from worker.cli.interruption import ECHO_SECONDS, FIRST, WRITING, interruptible, without_echo, writing
from worker.engine import StopSignal


def _press(times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)


def test_an_echo_is_no_second_wish() -> None:
    """`timeout` sends each of its signals twice, and what was made would not be undone."""
    heard: list[str] = []
    answers = (lambda said=said: heard.append(said) for said in ("politely", "at once"))
    times = iter([10.0, 10.0 + ECHO_SECONDS / 2, 10.0 + 2 * ECHO_SECONDS])
    hear = without_echo(answers, now=lambda: next(times))
    for told in (["politely"], ["politely"], ["politely", "at once"]):
        hear()
        assert heard == told


async def test_a_signal_that_comes_twice_asks_politely() -> None:
    """As a command under `timeout` gets it."""
    stop, said = StopSignal(), list[str]()
    with interruptible(stop, say=said.append):
        _press()
        os.kill(os.getpid(), signal.SIGTERM)
        await asyncio.wait_for(_until(lambda: stop.reason is not None), 10)
        await asyncio.sleep(0)
    assert said == [FIRST]


async def _until(holds: Callable[[], bool]) -> None:
    while not holds():
        await asyncio.sleep(0)


def test_ctrl_c_while_reports_are_written_is_told_what_happens(capfd: pytest.CaptureFixture[str]) -> None:
    """The run is over: the first changes nothing, and the second leaves without them."""
    with writing():
        _press()
    assert capfd.readouterr().err == f"{WRITING}\n"
    times = iter([10.0, 10.0, 10.0 + 2 * ECHO_SECONDS])
    with pytest.raises(KeyboardInterrupt), writing(now=lambda: next(times)):
        _press(times=3)
    assert not list(times)


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
