"""Baton as a person meets it: a command in a process of its own."""

import asyncio
import os
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO

from tests.patience import FOR_EVER_SECONDS

#: What a command inherits from the surroundings of the tests; settings of Baton are not among it.
_KEPT = ("PATH", "TMPDIR", "SSL_CERT_FILE", "NODE_EXTRA_CA_CERTS", "PIP_CERT")

Done = subprocess.CompletedProcess[str]


def baton(
    *arguments: str | Path,
    home: Path,
    folder: Path | None = None,
    settings: Mapping[str, str] | None = None,
    text: str = "",
) -> Done:
    """Run a command to its end: with a home of its own, these environment variables, this text to read."""
    return subprocess.run(
        [sys.executable, "-m", "worker.cli.main", *arguments],
        env=surroundings(home, **{"COLUMNS": "200", **(settings or {})}),
        cwd=folder or home,
        input=text,
        capture_output=True,
        encoding="utf-8",
        timeout=FOR_EVER_SECONDS,
        check=False,
    )


@contextmanager
def started(
    *arguments: str,
    home: Path,
    settings: Mapping[str, str] | None = None,
    stdout: int | IO[str] = subprocess.PIPE,
    stderr: int = subprocess.PIPE,
) -> Iterator["subprocess.Popen[str]"]:
    """A command that goes on beside the test; killed at the end, and when it takes for ever."""
    process = subprocess.Popen(
        [sys.executable, "-m", "worker.cli.main", *arguments],
        env=surroundings(home, **(settings or {})),
        cwd=home,
        stdout=stdout,
        stderr=stderr,
        encoding="utf-8",
    )
    end = threading.Timer(FOR_EVER_SECONDS, process.kill)
    end.start()
    with process:
        try:
            yield process
        finally:
            end.cancel()
            process.kill()


def surroundings(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a command: this home, these settings, and nothing that makes it think otherwise of
    where it runs. A build machine's own `CI`, for one, would."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1", **settings}


def read_until(stream: IO[str] | None, words: str) -> str:
    """What a command writes, up to the line with these words. What it has written after it by now is lost to
    `communicate`: the test knows that this is nothing it looks at."""
    assert stream is not None
    said = ""
    while words not in said:
        line = stream.readline()
        assert line, said
        said += line
    return said


async def until_said(stream: IO[str] | None, words: str) -> str:
    """The same, beside whatever else happens."""
    async with asyncio.timeout(FOR_EVER_SECONDS):
        return await asyncio.to_thread(read_until, stream, words)


def wait_until(holds: Callable[[], object]) -> None:
    """Wait for something outside of the test that nobody tells."""
    end = time.monotonic() + FOR_EVER_SECONDS
    while not holds():
        assert time.monotonic() < end, "it did not happen"
        time.sleep(0.02)


def place_program(folder: Path) -> None:
    """A `baton` for a shell's PATH, in this new folder."""
    folder.mkdir()
    program = folder / "baton"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m worker.cli.main "$@"\n', encoding="utf-8")
    program.chmod(0o755)
