"""Processes by number and start time, so that a number used again is never mistaken for the old one."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

_POLL_SECONDS = 0.02
#: Who is killed is gone as soon as the machine gets round to it, however little patience there was before.
_KILLED_SECONDS = 30.0
_PS_LIMIT_SECONDS = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class ProcessIdentity:
    """One process, now and never another: its number, and when it started (an opaque text)."""

    pid: int
    started: str


def identify(pid: int) -> ProcessIdentity | None:
    """The process of this number; None if there is none, or only its remains."""
    started = _started_linux(pid) if sys.platform == "linux" else _started_elsewhere(pid)
    return None if started is None else ProcessIdentity(pid=pid, started=started)


def is_running(process: ProcessIdentity) -> bool:
    """Whether that very process still runs."""
    return identify(process.pid) == process


def end(process: ProcessIdentity, *, stop_signal: signal.Signals, patience: float) -> None:
    """Ask it to stop, wait this many seconds, then insist. Fine if it is gone already."""
    _send(process, stop_signal)
    if not wait_for(lambda: not is_running(process), time_limit=patience):
        _send(process, signal.SIGKILL)
        wait_for(lambda: not is_running(process), time_limit=_KILLED_SECONDS)


def wait_for(condition: Callable[[], bool], *, time_limit: float) -> bool:
    """Whether the condition came true in this many seconds."""
    deadline = time.monotonic() + time_limit
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(_POLL_SECONDS)
    return True


def command_line(pid: int) -> str:
    """How the process was started; empty if it is gone."""
    if sys.platform != "linux":
        return _ps("command=", pid)
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace")
    except OSError:
        return ""


def _send(process: ProcessIdentity, number: signal.Signals) -> None:
    if is_running(process):
        try:
            os.kill(process.pid, number)
        except ProcessLookupError:
            return


def _started_linux(pid: int) -> str | None:
    try:
        # The name stands in brackets and may hold anything, so count from behind it.
        facts = Path(f"/proc/{pid}/stat").read_text(encoding="utf-8", errors="replace").rpartition(")")[2]
        boot = Path("/proc/sys/kernel/random/boot_id").read_text(encoding="ascii").strip()
    except OSError:
        return None
    state, *_ = fields = facts.split()
    return None if state in {"Z", "X"} else f"{boot}:{fields[19]}"


def _started_elsewhere(pid: int) -> str | None:
    state, started = _ps("stat=", pid), _ps("lstart=", pid)
    return started if started and not state.startswith("Z") else None


def _ps(field: str, pid: int) -> str:
    done = subprocess.run(
        ["ps", "-o", field, "-p", str(pid)],
        capture_output=True,
        text=True,
        timeout=_PS_LIMIT_SECONDS,
        check=False,
    )
    return done.stdout.strip()
