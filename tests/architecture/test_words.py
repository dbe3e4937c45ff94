"""What we promise in words is there."""

import re
import tomllib
from importlib.metadata import version
from pathlib import Path

import pytest

from tests.architecture.project import ROOT, documentation, pyproject, text_of, tracked_files
from worker.cli.commands import entries, load

COMMANDS = sorted(name for name, _ in entries())
TARGETS = sorted(re.findall(r"^([a-z]+):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE))


@pytest.mark.parametrize("command", COMMANDS)
def test_a_command_is_explained(command: str) -> None:
    """Every command has help of its own, and the documentation shows it."""
    entry = dict(entries())[command]
    assert load(entry).help
    assert f"baton {command}" in documentation()


@pytest.mark.parametrize("target", TARGETS)
def test_a_target_is_explained(target: str) -> None:
    """Every target of the Makefile says in one line what it does."""
    makefile = (ROOT / "Makefile").read_text(encoding="utf-8")
    assert re.search(rf"^{target}:[^\n]*## \w", makefile, re.MULTILINE)


def test_the_readme_shows_the_two_commands() -> None:
    """Whoever opens the project sees how to start it and how to test it."""
    readme = (ROOT / "README.md").read_text(encoding="utf-8")
    assert "make demo" in readme
    assert "make test" in readme


PAGES = [path for path in tracked_files() if path.suffix == ".md"]


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_a_link_leads_somewhere(page: Path) -> None:
    """Every relative link and picture of a page is a file or folder of the project, or a heading there."""
    links = re.findall(r"\]\(([^)\s]+)\)", page.read_text(encoding="utf-8"))
    for link in (link for link in links if "://" not in link):
        path, _, heading = link.partition("#")
        target = (page.parent / path).resolve() if path else page
        assert target.exists(), link
        assert not heading or heading in _headings(target), link


def _headings(page: Path) -> set[str]:
    """The headings of a page as links spell them."""
    titles = re.findall(r"^#+ (.+)$", page.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", title.lower()).replace(" ", "-") for title in titles}


def test_the_design_has_the_layers_that_are_held() -> None:
    """Row by row as import-linter is told."""
    [layers] = (
        contract["layers"]
        for contract in pyproject()["tool"]["importlinter"]["contracts"]
        if contract["type"] == "layers"
    )
    table = _design().partition("| layers of ")[2].partition("\n\n")[0]
    assert [re.findall(r"`(\w+)`", row) for row in table.splitlines()[2:]] == [
        layer.split(" | ") for layer in layers
    ]


def test_the_design_says_what_each_folder_is_for() -> None:
    """Whoever looks for something finds its folder named."""
    folders = [path.parent for path in (ROOT / "worker").glob("*/__init__.py")]
    assert [each.name for each in folders if f"`worker/{each.name}/`" not in _design()] == []


def _design() -> str:
    return (ROOT / "docs" / "design.md").read_text(encoding="utf-8")


def test_the_changelog_knows_this_version() -> None:
    """The version of the distribution has its entry."""
    number = pyproject()["project"]["version"]
    assert version("baton") == number
    assert f"## [{number}]" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")


def test_every_setting_is_in_the_example() -> None:
    """`.env.example` names every environment variable that Baton's code speaks of."""
    sources = (
        path for path in tracked_files() if path.is_relative_to(ROOT / "worker") and path.suffix == ".py"
    )
    read = {name for path in sources for name in re.findall(r"\bBATON_[A-Z_]*[A-Z]\b", text_of(path))}
    example = (ROOT / ".env.example").read_text(encoding="utf-8")
    shown = set(re.findall(r"^#? ?(BATON_[A-Z_]+)=", example, re.MULTILINE))
    # These two stand for any name of a suite.
    assert read - shown - {"BATON_VAR_NAME", "BATON_SECRET_NAME"} == set()


def test_every_dependency_is_locked() -> None:
    """What pyproject.toml asks for, in whichever extra, is in requirements.lock."""
    asked = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    lists = [asked["project"]["dependencies"], asked["dependency-groups"]["dev"]]
    lists += asked["project"]["optional-dependencies"].values()
    names = {_name(requirement) for some in lists for requirement in some} - {"baton"}
    locked = {_name(line) for line in (ROOT / "requirements.lock").read_text(encoding="utf-8").splitlines()}
    assert names - locked == set()


def _name(requirement: str) -> str:
    found = re.match(r"[A-Za-z0-9._-]+", requirement.strip())
    return re.sub(r"[-_.]+", "-", found.group()).lower() if found else ""
