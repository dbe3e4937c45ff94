"""docs/problems.md shows every kind of problem, with what is really printed."""

import os
import re
from collections.abc import Sequence
from pathlib import Path

import pytest

from worker.graph import find_problems
from worker.models.problem import Problem, ProblemKind
from worker.parsing import format_problems, read_suites

PAGE = Path(__file__).parents[2] / "docs" / "problems.md"

#: Set to write what is printed now; look at the difference before it is committed.
WRITE = "BATON_WRITE_GOLDEN"

_SECTION = re.compile(r"^### ([a-z-]+)\n(.*?)(?=^### |\Z)", re.MULTILINE | re.DOTALL)
_BLOCK = re.compile(r"^```(\w+)\n(.*?)^```$", re.MULTILINE | re.DOTALL)


def sections() -> dict[str, str]:
    """The page's sections by their headings."""
    return dict(_SECTION.findall(PAGE.read_text(encoding="utf-8")))


def blocks(section: str, language: str) -> list[str]:
    """What stands in a section's code blocks of this language."""
    return [text for found, text in _BLOCK.findall(section) if found == language]


def problems_of(section: str, folder: Path) -> Sequence[Problem]:
    """The problems of a section's files, in a folder of their own; `lint` names files that are not there."""
    paths = [Path(word) for command in blocks(section, "sh") for word in command.split()[2:]]
    for text in blocks(section, "yaml"):
        name = re.match(r"# (\S+\.yaml)\n", text)
        path = folder / (name.group(1) if name else "suite.yaml")
        path.write_text(text, encoding="utf-8")
        paths.append(path.relative_to(folder))
    reading = read_suites(paths)
    return reading.problems_with(find_problems(reading.suites, known_names=None))


def test_every_kind_has_a_section() -> None:
    """Whoever adds a kind of problem also documents it; none is documented that is gone."""
    assert set(sections()) == {str(kind) for kind in ProblemKind}


@pytest.mark.parametrize("kind", ProblemKind)
def test_the_page_shows_what_is_printed(kind: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """The example has just this kind of mistake, and the words are ours."""
    monkeypatch.chdir(tmp_path)
    section = sections()[kind]
    problems = problems_of(section, tmp_path)
    printed = format_problems(problems)
    if os.environ.get(WRITE):
        page, [before] = PAGE.read_text(encoding="utf-8"), blocks(section, "text")
        new = section.replace(f"```text\n{before}```", f"```text\n{printed}```")
        PAGE.write_text(page.replace(section, new), encoding="utf-8")
        section = new
    assert {problem.kind for problem in problems} == {kind}
    assert blocks(section, "text") == [printed]
