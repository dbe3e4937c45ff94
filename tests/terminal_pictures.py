"""Pictures of commands in a terminal, for the documentation: what they really print, with its colours."""

import io
import re
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from tempfile import TemporaryDirectory

from rich.console import Console
from rich.text import Text

from tests.acceptance.commands import surroundings

ROOT = Path(__file__).resolve().parents[1]
OUTPUT = ROOT / "docs" / "images"
WIDTH = 100
#: Where the shop is in pictures, as everywhere in the documentation.
SHOP = "http://127.0.0.1:8900"


def picture_of_a_run() -> None:
    """`run.svg`: examples/shop, with one test that fails. Starts the shop itself."""
    shop = [sys.executable, "examples/shop/server.py", "--flaky", "1", "--port", "0"]
    with (
        subprocess.Popen(shop, cwd=ROOT, stdout=subprocess.PIPE, text=True) as server,
        TemporaryDirectory() as home,
    ):
        try:
            assert server.stdout is not None
            # Once it is open it says where.
            address = re.findall(r"http://[\d.:]+", server.stdout.readline())[0]
            command = ["run", "examples/shop"]
            settings = {"BATON_SECRET_PASSWORD": "pass-the-baton"}
            printed = output_of([*command, "--base-url", address], home=Path(home), settings=settings)
            draw(command, printed.replace(address, SHOP), into="run.svg")
        finally:
            server.terminate()


def output_of(command: list[str], *, home: Path, settings: Mapping[str, str], text: str = "") -> str:
    """What a command prints in a terminal of WIDTH columns, whatever its exit code."""
    environment = surroundings(home, FORCE_COLOR="1", TERM="xterm-256color", COLUMNS=str(WIDTH), **settings)
    del environment["NO_COLOR"]
    done = subprocess.run(
        [str(Path(sys.executable).with_name("baton")), *command],
        cwd=ROOT,
        env=environment,
        input=text,
        stdout=subprocess.PIPE,
        text=True,
        check=False,
    )
    return done.stdout


def draw(command: list[str], printed: str, *, into: str) -> None:
    """The command and what it printed, as a picture in docs/images."""
    console = Console(record=True, width=WIDTH, file=io.StringIO(), force_terminal=True)
    console.print(Text.assemble(("$ ", "bold green"), " ".join(["baton", *command])))
    console.print(Text.from_ansi(printed.rstrip()))
    # Without fonts from somebody's network: a picture of ours loads nothing.
    picture = re.sub(r"@font-face \{.*?\}\s*", "", console.export_svg(title="baton"), flags=re.DOTALL)
    (OUTPUT / into).write_text(picture, encoding="utf-8")
