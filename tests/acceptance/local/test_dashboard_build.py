"""The dashboard is built once for its sources, and a stack finds it by a link."""

import shutil
from pathlib import Path

import pytest

from worker.errors import LocalStackError
from worker.local.dashboard import build_dashboard, dashboard_or_none, place_dashboard
from worker.local.files import dashboard_folder
from worker.local.folders import StackFolder

pytestmark = pytest.mark.stack


def test_it_is_built_once(tmp_path: Path) -> None:
    """The second time nothing is done, and nothing is said."""
    stack = StackFolder(tmp_path / "stack")
    link = place_dashboard(stack, report=lambda _: None)
    said: list[str] = []
    again = place_dashboard(stack, report=said.append)
    assert (again, said) == (link, [])
    assert "<div id=" in (link / "index.html").read_text(encoding="utf-8")
    assert list((link / "assets").glob("*.js"))


def test_a_link_to_an_older_build_is_replaced(tmp_path: Path) -> None:
    """So a stack that runs serves the new one."""
    stack = StackFolder(tmp_path / "stack")
    stack.make()
    stack.dashboard.symlink_to(tmp_path)
    link = place_dashboard(stack, report=lambda _: None)
    assert link.readlink() == build_dashboard(dashboard_folder(), report=lambda _: None)


def changed_sources(folder: Path, file: str, text: str) -> Path:
    """The sources, with one file that says something else."""
    source = folder / "source"
    shutil.copytree(dashboard_folder(), source, ignore=shutil.ignore_patterns("node_modules", "dist"))
    (source / file).write_text(text, encoding="utf-8")
    return source


def test_where_it_cannot_be_built_everything_else_goes_on(tmp_path: Path) -> None:
    """The stack comes up without the dashboard, and it is said why."""
    source = changed_sources(tmp_path, "src/main.tsx", "import './nothing';")
    said: list[str] = []
    found = dashboard_or_none(StackFolder(tmp_path / "stack"), report=said.append, source=source)
    assert found is None
    assert "going on without the dashboard: The dashboard could not be built" in said[-1]


def test_sources_that_do_not_build_are_a_clear_refusal(tmp_path: Path) -> None:
    """With the first words of what the builder says, and no build under their name."""
    source = changed_sources(tmp_path, "src/main.tsx", "import './nothing';")
    with pytest.raises(LocalStackError, match=r"(?s)could not be built.*\./nothing"):
        build_dashboard(source, report=lambda _: None)
    with pytest.raises(LocalStackError, match="could not be built"):
        build_dashboard(source, report=lambda _: None)
