"""`baton watch`: what has changed runs again, with what depends on it."""

import os
import pty
import re
import select
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.patience import FOR_EVER_SECONDS
from tests.targets import Target

SUITE = """
suite: s
tests:
  a: { POST: /echo, json: { v: 1 }, capture: { data: { path: $.path } } }
  b: { POST: /echo, json: { from: "{{ captured_data.a.path }}" } }
  c: { GET: /status/200 }
"""


class Watching:
    """A `baton watch` on a terminal or on a pipe, and what it has written."""

    def __init__(self, process: "subprocess.Popen[bytes]", out: int) -> None:
        self.process = process
        self._out = out
        self.text = ""

    def until(self, wanted: str) -> str:
        """Read until this was written; gives what came since the last time, up to it."""
        end = time.monotonic() + FOR_EVER_SECONDS
        while not (found := re.search(wanted, self.text)):
            ready, _, _ = select.select([self._out], [], [], max(0.0, end - time.monotonic()))
            assert ready, f"{wanted!r} did not come:\n{self.text}"
            came = os.read(self._out, 65536)
            assert came, f"it has ended without {wanted!r}:\n{self.text}"
            self.text += came.decode(errors="replace")
        text, self.text = self.text[: found.end()], self.text[found.end() :]
        return text

    def press(self, key: str) -> None:
        """Press a key of the terminal."""
        os.write(self._out, key.encode())


@contextmanager
def watching(home: Path, target: Target, *, terminal: bool = False) -> Iterator[Watching]:
    """The command beside the test; killed at the end, if it is still there."""
    words = ["watch", "s.yaml", "--base-url", target.base_url]
    ours, theirs = pty.openpty() if terminal else os.pipe()
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli.main", *words],
        env={"PATH": os.environ["PATH"], "HOME": str(home), "TERM": "xterm", "COLUMNS": "120"},
        cwd=home,
        stdin=theirs if terminal else subprocess.DEVNULL,
        stdout=theirs,
        stderr=subprocess.STDOUT,
    )
    os.close(theirs)
    try:
        yield Watching(process, ours)
    finally:
        if process.poll() is None:
            process.kill()
        process.wait()
        os.close(ours)


@pytest.fixture
def suite(tmp_path: Path) -> Path:
    """The file that is watched."""
    path = tmp_path / "s.yaml"
    path.write_text(SUITE, encoding="utf-8")
    return path


def save(suite: Path, text: str) -> None:
    """As editors do: at no moment is there half a file, which would be a mistake to be shown."""
    beside = suite.with_name(f".{suite.name}.new")
    beside.write_text(text, encoding="utf-8")
    beside.replace(suite)


def test_what_changed_runs_with_what_depends_on_it(suite: Path, target: Target) -> None:
    """Not the whole file: c is what it was. Without a terminal there are no keys, and nothing is cleared."""
    with watching(suite.parent, target) as watch:
        first = watch.until("waiting for changes")
        assert "3 passed" in first
        save(suite, SUITE.replace("v: 1", "v: 2"))
        again = watch.until("waiting for changes")
        assert "2 passed" in again
        assert "Picked, because it has changed: a\n" in again
        assert "\x1b" not in first + again


def test_a_mistake_is_shown_and_mended(suite: Path, target: Target) -> None:
    """As `baton lint` shows it; once it is gone, tests run again."""
    with watching(suite.parent, target) as watch:
        watch.until("waiting for changes")
        save(suite, SUITE.replace("POST: /echo, json: { v: 1 }", "PSOT: /echo"))
        assert "did you mean" in watch.until("waiting for changes")
        save(suite, SUITE.replace("/status/200", "/status/204"))
        assert "1 passed" in watch.until("waiting for changes")


def test_a_failure_stays_red_until_it_passes(suite: Path, target: Target) -> None:
    """What is red is said after every run, also where others ran."""
    with watching(suite.parent, target) as watch:
        watch.until("waiting for changes")
        save(suite, SUITE.replace("/status/200", "/status/500, expect: { status: 200 }"))
        assert "1 test red: s/c" in watch.until("waiting for changes")
        text = suite.read_text()
        save(suite, text.replace("v: 1", "v: 3"))
        assert "1 test red: s/c" in watch.until("waiting for changes")
        save(suite, SUITE)
        assert "Nothing is red" in watch.until("waiting for changes")


def test_keys_of_a_terminal(suite: Path, target: Target) -> None:
    """a runs all again on a fresh screen, q leaves with 0 and gives the terminal back."""
    with watching(suite.parent, target, terminal=True) as watch:
        watch.until("q leave")
        watch.press("a")
        assert "\x1b[2J\x1b[H" in watch.until("3 passed")
        watch.until("q leave")
        watch.press("q")
        assert watch.process.wait(FOR_EVER_SECONDS) == 0


def test_ctrl_c_leaves(suite: Path, target: Target) -> None:
    """With the code of an interruption."""
    with watching(suite.parent, target) as watch:
        watch.until("waiting for changes")
        watch.process.send_signal(signal.SIGINT)
        assert watch.process.wait(FOR_EVER_SECONDS) == 130
