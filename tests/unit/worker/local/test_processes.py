"""A process is its number and its start, so that nobody else is ever killed."""

import os
import signal
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import replace

import pytest

from worker.local.processes import command_line, end, identify, is_running

#: Ends when its standard input does, unless it is told to be deaf to signals.
WAIT = "import sys; print('here', flush=True); sys.stdin.read()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAIT


@pytest.fixture
def process(request: pytest.FixtureRequest) -> Iterator["subprocess.Popen[bytes]"]:
    """A program that does nothing."""
    program = getattr(request, "param", WAIT)
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe) as found:
        assert found.stdout is not None
        found.stdout.readline()
        yield found
        found.kill()


def test_a_process_is_itself(process: "subprocess.Popen[bytes]") -> None:
    """Asked twice, it is the same one."""
    identity = identify(process.pid)
    assert identity is not None
    assert identity == identify(process.pid)
    assert is_running(identity)
    assert "stdin.read" in command_line(process.pid)


def test_a_number_used_again_is_somebody_else(process: "subprocess.Popen[bytes]") -> None:
    """Another start is another process; it is not running and is not ended."""
    identity = identify(process.pid)
    assert identity is not None
    earlier = replace(identity, started="before")
    assert not is_running(earlier)
    end(earlier, stop_signal=signal.SIGKILL, patience=1)
    assert process.poll() is None


def test_the_remains_of_a_process_are_not_a_process() -> None:
    """One that ended and was not waited for keeps its number, but does nothing any more."""
    process = subprocess.Popen([sys.executable, "-c", ""])
    os.waitid(os.P_PID, process.pid, os.WEXITED | os.WNOWAIT)
    assert identify(process.pid) is None
    process.wait()


@pytest.mark.parametrize(
    ("process", "patience", "ended_by"),
    [(WAIT, 60, signal.SIGTERM), (DEAF, 0, signal.SIGKILL)],
    indirect=["process"],
    ids=["hears", "is deaf"],
)
def test_a_process_is_asked_and_then_made_to_end(
    process: "subprocess.Popen[bytes]", patience: float, ended_by: signal.Signals
) -> None:
    """One that does not hear is killed after its time, and is gone then, however short that was."""
    identity = identify(process.pid)
    assert identity is not None
    end(identity, stop_signal=signal.SIGTERM, patience=patience)
    assert not is_running(identity)
    assert process.wait() == -ended_by


def test_ending_who_is_gone_is_fine() -> None:
    """Whoever cleans up may come late."""
    with subprocess.Popen([sys.executable, "-c", ""]) as process:
        identity = identify(process.pid)
    if identity is not None:
        end(identity, stop_signal=signal.SIGTERM, patience=1)
    assert command_line(process.pid) == ""
