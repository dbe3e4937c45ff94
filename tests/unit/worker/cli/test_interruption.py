"""Ctrl-C while reports are written."""

import os
import signal

import pytest

from worker.cli.interruption import WRITING, writing


def _press(times: int = 1) -> None:
    for _ in range(times):
        os.kill(os.getpid(), signal.SIGINT)


def test_ctrl_c_while_reports_are_written_is_told_what_happens(capfd: pytest.CaptureFixture[str]) -> None:
    """The run is over: the first changes nothing, and the second leaves without them."""
    with writing():
        _press()
    assert capfd.readouterr().err == f"{WRITING}\n"
    with pytest.raises(KeyboardInterrupt), writing():
        _press(times=2)


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
