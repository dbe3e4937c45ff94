"""Pages of the documentation as programs: their files are written, their commands run, outputs compared.

What a page shows is found by its looks, as a reader finds it:

* a block whose first line is `# name.yaml` is that file, and one below a line that ends in "`name.csv`:";
  with `# name.yaml, continued` it is added to what the file holds already;
* in a block of `console`, lines that begin with `$ ` are commands, the others what they print.
  A line `...` stands for any lines. A command that fails is followed by `$ echo $?`;
* `python examples/shop/server.py …` opens the shop, with these options.

Times, dates and the width of columns may differ. `python -m tests.pages PAGE…` writes what commands print
today into pages whose own words no longer fit.
"""

import os
import re
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from itertools import groupby
from pathlib import Path
from tempfile import TemporaryDirectory

from tests.patience import FOR_EVER_SECONDS
from tests.ports import ports_of_four_digits
from worker.local.ports import a_held_port

ROOT = Path(__file__).parents[1]
#: Where pages say that the shop is.
ADDRESS = "127.0.0.1:8900"
#: Languages whose blocks are files of the reader; others are only to look at.
FILES = {"yaml", "json", "csv", "python", "graphql", "text"}

_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)
_FIRST_LINE = re.compile(r"# ([\w./-]+\.\w+)(, continued)?\n")
_LINE_BEFORE = re.compile(r"`([\w./-]+\.\w+)`:\n+$")
_SERVER = re.compile(r"python examples/shop/server\.py(.*?) &$")
_EXPORT = re.compile(r"export (\w+)=(\S+)$")
_VARYING = (
    (re.compile(r"\b\d+(\.\d+)?(?: ?(?:ms|µs|s|min)\b)(?: \d+ s\b)?"), "<time>"),
    (re.compile(r"\b20\d\d-\d\d-\d\d(?:[T ][\d:.]+Z?)?"), "<date>"),
    (re.compile(r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} 20\d\d [\d:]{8} GMT"), "<date>"),
    (re.compile(r"(?:just now|\d+ \w+ ago) · run [\d-]+\w+"), "<run>"),
    (re.compile(r"\b\d+ bytes|(?<=content-length: )\d+"), "<bytes>"),
    (re.compile(r" \((?:critical path|at best) [^)]*\)"), ""),
    (re.compile(r"[ ─]+"), " "),
)
#: Lines that tell of tests as they end; which of two that run side by side ends first is chance.
_TOLD = ("✓ ", "✗ ", "⊘ ", "– ", "! ")


@dataclass(frozen=True, slots=True, kw_only=True)
class Block:
    """A fenced block of a page. `file` is the file it shows, if it shows one."""

    language: str
    text: str
    line: int
    file: str = ""
    continued: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """A command of a page, what the page says it prints, and what it printed."""

    command: str
    shown: str
    printed: str
    code: int
    line: int

    @property
    def as_shown(self) -> bool:
        """Whether a reader sees what the page shows."""
        wanted, got = (_plain(text) for text in (self.shown, self.printed))
        lines = [".*" if line.strip() == "..." else re.escape(line) for line in wanted.splitlines()]
        return re.fullmatch("\n".join(lines).replace("\n.*", "(?:\n.*)?"), got, re.DOTALL) is not None


def blocks_of(page: Path) -> list[Block]:
    """All fenced blocks of a page, in their order."""
    text = page.read_text(encoding="utf-8")
    return [_block(text, found) for found in _BLOCK.finditer(text)]


def _block(text: str, found: re.Match[str]) -> Block:
    language, content = found.groups()
    line = text.count("\n", 0, found.start()) + 1
    first, before = _FIRST_LINE.match(content), _LINE_BEFORE.search(text[: found.start()])
    if language not in FILES or not (first or before):
        return Block(language=language, text=content, line=line)
    name = first[1] if first else before[1] if before else ""
    return Block(language=language, text=content, line=line, file=name, continued=bool(first and first[2]))


def commands_of(block: Block) -> Iterator[tuple[str, str]]:
    """The commands of a console block, each with what it prints."""
    for part in re.split(r"^\$ ", block.text, flags=re.MULTILINE)[1:]:
        command, _, shown = part.partition("\n")
        yield command, shown


@dataclass(kw_only=True)
class Reader:
    """Somebody who does what a page says: a folder, an environment, a shop."""

    folder: Path
    home: Path
    stack: ExitStack
    port: int
    environment: dict[str, str] = field(default_factory=dict)
    code: int = 0
    shop: ExitStack = field(default_factory=ExitStack)

    def write(self, block: Block) -> None:
        """Write the file that a block shows."""
        path = self.folder / block.file
        path.parent.mkdir(parents=True, exist_ok=True)
        before = path.read_text(encoding="utf-8") if block.continued else ""
        path.write_text(before + self._here(block.text), encoding="utf-8")

    def do(self, command: str, shown: str, *, line: int) -> Said:
        """Do what one command line says."""
        printed = self._do(command)
        return Said(command=command, shown=shown, printed=printed, code=self.code, line=line)

    def _do(self, command: str) -> str:
        if server := _SERVER.match(command):
            self._open_shop(server[1].split())
        elif export := _EXPORT.match(command):
            self.environment[export[1]] = export[2]
        else:
            return self._run(command)
        self.code = 0
        return ""

    def _run(self, command: str) -> str:
        done = subprocess.run(
            ["bash", "-c", f"(exit {self.code}); {self._here(command)}"],
            cwd=self.folder,
            env={**self._surroundings(), **self.environment},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            encoding="utf-8",
            timeout=FOR_EVER_SECONDS,
            check=False,
        )
        self.code = done.returncode
        return done.stdout.replace(f"127.0.0.1:{self.port}", ADDRESS).replace(str(self.folder), ".")

    def _surroundings(self) -> dict[str, str]:
        path = f"{Path(sys.executable).parent}{os.pathsep}{os.environ['PATH']}"
        return {"PATH": path, "HOME": str(self.home), "NO_COLOR": "1", "COLUMNS": "100", "LANG": "C.UTF-8"}

    def _here(self, text: str) -> str:
        return text.replace(ADDRESS, f"127.0.0.1:{self.port}")

    def _open_shop(self, options: list[str]) -> None:
        self.shop.close()
        self.shop = self.stack.enter_context(ExitStack())
        self.shop.enter_context(_open_shop(self.port, options))


@contextmanager
def _open_shop(port: int, options: list[str]) -> Iterator[None]:
    program = [sys.executable, str(ROOT / "examples/shop/server.py"), *options, "--port", str(port)]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as server:
        assert server.stdout is not None
        assert server.stdout.readline()
        try:
            yield
        finally:
            server.terminate()


def perform(page: Path) -> Iterator[Said]:
    """Do all that a page says, from its top, in a new folder."""
    with TemporaryDirectory() as place, ExitStack() as stack:
        folders = [Path(place) / name for name in ("work", "home")]
        for folder in folders:
            folder.mkdir()
        port = stack.enter_context(a_held_port(*ports_of_four_digits()))
        reader = Reader(folder=folders[0], home=folders[1], stack=stack, port=port)
        for block in blocks_of(page):
            if block.file:
                reader.write(block)
            if block.language == "console":
                for command, shown in commands_of(block):
                    yield reader.do(command, shown, line=block.line)


def _plain(text: str) -> str:
    """What does not depend on how quick a machine is."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    lines = (line.strip() for line in text.strip().splitlines())
    groups = groupby(lines, key=lambda line: line.startswith(_TOLD))
    return "\n".join(line for told, group in groups for line in (sorted(group) if told else group))


def rewrite(page: Path) -> int:
    """Write what commands print today into a page; gives how many printed something else."""
    text, changed, position = page.read_text(encoding="utf-8"), 0, 0
    for said in perform(page):
        old = f"$ {said.command}\n{said.shown}"
        position = text.index(old, position)
        new = (
            old
            if said.as_shown
            else f"$ {said.command}\n{said.printed.rstrip()}\n".replace("\n\n```", "\n```")
        )
        changed += new != old
        text = text[:position] + new + text[position + len(old) :]
        position += len(new)
    page.write_text(text, encoding="utf-8")
    return changed


if __name__ == "__main__":
    for name in sys.argv[1:]:
        sys.stdout.write(f"{name}: {rewrite(Path(name))} written\n")
