"""Baton as a person meets it: a command in a process of its own."""

import asyncio
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import IO

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
        timeout=180,
        check=False,
    )


def surroundings(home: Path, **settings: str) -> dict[str, str]:
    """The environment of a command: this home, these settings, and nothing that makes it think otherwise of
    where it runs. A build machine's own `CI`, for one, would."""
    kept = {name: os.environ[name] for name in _KEPT if name in os.environ}
    return {**kept, "HOME": str(home), "LANG": "C.UTF-8", "NO_COLOR": "1", **settings}


async def until_said(stream: IO[str] | None, words: str) -> str:
    """What a command writes, up to the line with these words."""
    assert stream is not None
    said = ""
    async with asyncio.timeout(60):
        while words not in said:
            line = await asyncio.to_thread(stream.readline)
            assert line, said
            said += line
    return said


def place_program(folder: Path) -> None:
    """A `baton` for a shell's PATH, in this new folder."""
    folder.mkdir()
    program = folder / "baton"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m worker.cli.main "$@"\n', encoding="utf-8")
    program.chmod(0o755)
