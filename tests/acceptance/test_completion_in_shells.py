"""`baton completion` in zsh and fish as a person has them: a line is typed, and a tab."""

import os
import pty
import re
import select
import shutil
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from tests.acceptance.commands import baton, place_program
from tests.patience import FOR_EVER_SECONDS

SUITE = """
suite: s
environments: { local: { default: true }, staging: {} }
tests:
  who-am-i: { GET: /, tags: [smoke], title: "Asks: who am I" }
  wrong-password: { GET: /, tags: [slow, smoke] }
  many: { GET: "/{{ row.a }}", rows: [{ a: "x y" }, { a: "b:c" }] }
"""

LINES = [
    ("baton wat", ["watch"]),
    ("baton db sta", ["stats", "status"]),
    ("baton run s.y", ["s.yaml"]),
    ("baton run --upd", ["--update-snapshots"]),
    ("baton run s.yaml --only w", ["who-am-i", "wrong-password"]),
    ("baton run s.yaml --only man", ["many[b-c]", "many[x-y]"]),
    ("baton run s.yaml -e sta", ["staging"]),
    ("baton export curl s.yaml --only who", ["who-am-i"]),
]


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A suite, a `baton` on the PATH, and what each shell must know."""
    (tmp_path / "s.yaml").write_text(SUITE, encoding="utf-8")
    place_program(tmp_path / "bin")
    for shell in ("zsh", "fish"):
        (tmp_path / f"baton.{shell}").write_text(baton("completion", shell, home=tmp_path).stdout)
    return tmp_path


def _settings(folder: Path) -> dict[str, str]:
    return {
        "PATH": f"{folder / 'bin'}:/usr/bin:/bin",
        "HOME": str(folder),
        "TERM": "dumb",
        "LC_ALL": "C.UTF-8",
    }


@pytest.mark.skipif(shutil.which("fish") is None, reason="fish is not on this machine")
@pytest.mark.parametrize(("line", "offered"), LINES)
def test_fish_offers_words(line: str, offered: list[str], folder: Path) -> None:
    """It says itself what it would offer for a line."""
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"source baton.fish; complete -C '{line}'"],
        env=_settings(folder), cwd=folder, capture_output=True, text=True,
        timeout=FOR_EVER_SECONDS, check=True,
    )  # fmt: skip
    assert [text.partition("\t")[0] for text in done.stdout.splitlines()] == offered
    assert done.stderr == ""


class Terminal:
    """A zsh at a terminal, and what it has written there since the last line was typed."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        self._seen = ""

    def type(self, keys: str) -> None:
        """Press these keys."""
        self._seen = ""
        os.write(self._descriptor, keys.encode())

    def until(self, pattern: str, *, seconds: float = 120.0) -> str:
        """All that was written, once it has this in it."""
        end = time.monotonic() + seconds
        while not re.search(pattern, self._seen):
            left = end - time.monotonic()
            assert left > 0, f"{pattern!r} is not in {self._seen!r}"
            if select.select([self._descriptor], [], [], left)[0]:
                self._seen += os.read(self._descriptor, 65536).decode(errors="replace")
        return self._seen


@contextmanager
def zsh(folder: Path) -> Iterator[Terminal]:
    """A zsh without anybody's settings, which knows the completion."""
    descriptor, inside = pty.openpty()
    process = subprocess.Popen(
        ["zsh", "-f", "-i"], env={**_settings(folder), "PS1": "@@ "}, cwd=folder,
        stdin=inside, stdout=inside, stderr=inside, start_new_session=True,
    )  # fmt: skip
    os.close(inside)
    terminal = Terminal(descriptor)
    with process:
        try:
            terminal.until("@@ ")
            terminal.type("autoload -U compinit; compinit -u -D; source ./baton.zsh; print it is re''ady\n")
            terminal.until("it is ready\r\n(.|\n)*@@ ")
            yield terminal
        finally:
            process.kill()
            os.close(descriptor)


@pytest.mark.skipif(shutil.which("zsh") is None, reason="zsh is not on this machine")
def test_zsh_offers_words(folder: Path) -> None:
    """One word is written into the line, several are listed below it."""
    with zsh(folder) as terminal:
        for number, (line, offered) in enumerate(LINES):
            terminal.type(f"{line}\t" if len(offered) == 1 else f"{line}\t\t")
            for word in offered:
                # Quoted, because brackets would be a pattern.
                terminal.until(re.escape(re.sub(r"([\[\]])", r"\\\1", word)) + r"\s")
            # A list is followed by the prompt and the line, too: only what is printed says that all is done.
            terminal.type(f"\x15print done ''{number}\n")
            terminal.until(rf"done {number}\r\n(.|\n)*@@ ")
