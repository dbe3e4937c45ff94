"""Whoever follows a page of the documentation sees what it shows."""

import re
from pathlib import Path

import pytest

from tests.pages import ROOT, blocks_of, commands_of, perform

PAGES = [
    path for folder in ("guide", "coming-from") for path in sorted((ROOT / "docs" / folder).glob("*.md"))
]
#: Blocks in these languages are Baton's; those of other tools may stand on their pages unexecuted.
OURS = {"yaml", "console", "python", "csv"}


def name_of(page: Path) -> str:
    """Such as guide/steps."""
    return f"{page.parent.name}/{page.stem}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_every_command_does_what_the_page_shows(page: Path) -> None:
    """Outputs are those of today, and a command that fails is said to fail."""
    said = list(perform(page))
    for done, following in zip(said, [*said[1:], None], strict=True):
        where = f"{page.name}:{done.line}: $ {done.command}\n"
        assert done.as_shown, f"{where}{done.printed}"
        told = following is not None and following.command == "echo $?"
        assert done.code == 0 or told, f"{where}ended with {done.code}\n{done.printed}"


@pytest.mark.parametrize("page", PAGES, ids=name_of)
def test_no_example_is_left_out(page: Path) -> None:
    """Each of our blocks is a file or a command, and each file is named by a command or by another file."""
    blocks = blocks_of(page)
    for block in blocks:
        if block.language not in OURS or block.language == "console":
            continue
        assert block.file, f"{page.name}:{block.line} is no file"
        others = [other for other in blocks if other.text != block.text]
        words = [word for other in others for word in words_of(other.text, other.language)]
        assert used(block.file, words), f"{page.name}:{block.line}: nothing uses {block.file}"


def words_of(text: str, language: str) -> list[str]:
    """What a block may name files with: all of a file's words, and those of commands."""
    if language != "console":
        return re.findall(r"[\w./-]+", text)
    found = re.findall(r"^\$ (.*)$", text, re.MULTILINE)
    return [word for line in found for word in line.split()]


def used(name: str, words: list[str]) -> bool:
    """Whether one of these words is the file, a folder of it, or its module."""
    folders = {str(parent) for parent in Path(name).parents}
    names = {name, Path(name).name, Path(name).stem, *folders, *(f"{folder}/" for folder in folders)}
    return any(word in names or word.startswith(f"{Path(name).stem}:") for word in words)


def test_there_are_pages() -> None:
    """The guide and the pages for those who come from elsewhere."""
    assert len(PAGES) >= 12
    assert all(
        any(commands_of(block)) for page in PAGES for block in blocks_of(page) if block.language == "console"
    )
