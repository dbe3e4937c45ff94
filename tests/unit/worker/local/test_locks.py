"""Locks that a dying process lets go of by itself."""

import fcntl
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from tests.patience import FOR_EVER_SECONDS
from worker.local.locks import hold, is_locked, locked


def test_a_lock_is_held_by_one(tmp_path: Path) -> None:
    """As long as the file that stands for it stays open."""
    path = tmp_path / "lock"
    first = hold(path)
    assert first is not None
    assert is_locked(path)
    assert hold(path) is None
    first.close()
    assert not is_locked(path)


def test_a_lock_that_never_was_is_free(tmp_path: Path) -> None:
    """Asking does not make one."""
    assert not is_locked(tmp_path / "lock")
    assert list(tmp_path.iterdir()) == []


def test_who_only_asks_is_no_owner(tmp_path: Path) -> None:
    """Neither for others who ask, nor for who takes it: he gets it, however long the question takes."""
    path = tmp_path / "lock"
    with ThreadPoolExecutor() as other:
        with path.open("a") as asking:
            fcntl.flock(asking, fcntl.LOCK_SH)
            assert not is_locked(path)
            taken = other.submit(hold, path)
        held = taken.result(timeout=FOR_EVER_SECONDS)
    assert held is not None
    with held:
        assert is_locked(path)


def test_who_waits_says_so_and_then_goes_on(tmp_path: Path) -> None:
    """A second command waits for the first; if that is killed, it waits no longer."""
    path = tmp_path / "lock"
    program = (
        f"import fcntl; f = open({str(path)!r}, 'a'); fcntl.flock(f, 2); print('held', flush=True); input()"
    )
    pipe = subprocess.PIPE
    with subprocess.Popen([sys.executable, "-c", program], stdin=pipe, stdout=pipe) as other:
        assert other.stdout is not None
        other.stdout.readline()
        with locked(path, waiting=other.kill):
            assert is_locked(path)
    assert not is_locked(path)
