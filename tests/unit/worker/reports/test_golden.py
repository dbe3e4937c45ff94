"""Word for word what reports say about one run in which everything happens."""

import io
import os
from pathlib import Path

import pytest

from tests.unit.worker.reports.listening import as_file, on_console, tell
from tests.unit.worker.reports.runs import a_green_story, a_story
from worker.reports import EventStream
from worker.reports.style import Style

GOLDEN = Path(__file__).parents[4] / "tests" / "golden" / "reports"

STYLES = {
    "console.txt": Style(),
    "console-colour.txt": Style(colour=True),
    "console-ascii.txt": Style(unicode=False),
    "console-narrow.txt": Style(width=60),
}


def _compare(name: str, text: str) -> None:
    """BATON_GOLDEN=write writes the files anew; read the difference before you commit it."""
    path = GOLDEN / name
    if os.environ.get("BATON_GOLDEN") == "write":
        path.write_text(text, encoding="utf-8")
    assert text == path.read_text(encoding="utf-8")


@pytest.mark.parametrize("name", STYLES)
async def test_the_console_reads_like_the_golden_file(name: str) -> None:
    """Every line a person sees is the one that was agreed on."""
    _compare(name, await on_console(a_story(), style=STYLES[name]))


async def test_verbose_shows_every_exchange() -> None:
    """-v adds requests and whole responses of all tests, green ones too."""
    _compare("console-verbose.txt", await on_console(a_story(), verbose=True))


async def test_a_green_run_is_three_lines() -> None:
    """Where all is well there is nothing to say but that."""
    _compare("console-green.txt", await on_console(a_green_story()))


@pytest.mark.parametrize("kind", ["junit", "json"])
async def test_documents_read_like_the_golden_file(kind: str, tmp_path: Path) -> None:
    """Programs find what they found yesterday."""
    _compare(f"report.{kind}", await as_file(kind, a_story(), tmp_path))


async def test_event_lines_read_like_the_golden_file() -> None:
    """`--json` prints what it printed yesterday."""
    stream = io.StringIO()
    await tell(EventStream(stream), a_story().events)
    _compare("events.ndjson", stream.getvalue())
