"""Where a machine keeps what it remembers."""

from pathlib import Path

import pytest

from worker.history.place import memory_folder, project_of, runs_folder


@pytest.mark.parametrize(
    ("surroundings", "folder"),
    [
        ({"BATON_DATA_HOME": "/data", "HOME": "/home/ada"}, "/data/memory"),
        ({"XDG_STATE_HOME": "/state", "HOME": "/home/ada"}, "/state/baton"),
        ({"XDG_STATE_HOME": "here", "HOME": "/home/ada"}, "/home/ada/.local/state/baton"),
        ({"HOME": "/home/ada"}, "/home/ada/.local/state/baton"),
        ({"HOME": "home"}, None),
        ({}, None),
        ({"HOME": "/home/ada", "BATON_HISTORY": "off"}, None),
        ({"HOME": "/home/ada", "BATON_HISTORY": "0"}, None),
        ({"HOME": "/home/ada", "BATON_HISTORY": "on"}, "/home/ada/.local/state/baton"),
    ],
)
def test_the_memory_is_where_other_programs_have_theirs(
    surroundings: dict[str, str], folder: str | None
) -> None:
    """Without a home, or switched off, there is none."""
    assert memory_folder(surroundings) == (Path(folder) if folder else None)


def test_a_project_is_the_repository_around_a_folder(tmp_path: Path) -> None:
    """So a run is found from every folder of it; a folder in no repository is its own."""
    (tmp_path / "repository" / ".git").mkdir(parents=True)
    inner = tmp_path / "repository" / "tests" / "api"
    inner.mkdir(parents=True)
    assert project_of(inner) == (tmp_path / "repository").resolve()


def test_every_project_has_a_folder_of_its_own() -> None:
    """Two folders of one name are two projects, and a person can tell which is which."""
    here = runs_folder(Path("/memory"), Path("/a/My Shop"))
    there = runs_folder(Path("/memory"), Path("/b/My Shop"))
    assert here != there
    assert here.name.startswith("my-shop-")
