"""Where stacks live."""

import os
import stat
from pathlib import Path

import pytest

from worker.local.folders import StackFolder, data_home, make_passage, stack_name


def test_the_data_home_can_be_chosen(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """`BATON_DATA_HOME` counts for everybody."""
    monkeypatch.setenv("BATON_DATA_HOME", str(tmp_path))
    assert data_home() == tmp_path


@pytest.mark.skipif(os.geteuid() == 0, reason="root's stacks lie elsewhere")
def test_people_keep_their_data_where_the_desktop_says(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    """`XDG_DATA_HOME`, if it is set."""
    monkeypatch.delenv("BATON_DATA_HOME", raising=False)
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    assert data_home() == tmp_path / "baton"


def test_every_path_has_a_name_of_its_own(tmp_path: Path) -> None:
    """Readable, the same for the same place, different for another place of the same name."""
    first, second = tmp_path / "a" / "Shop API", tmp_path / "b" / "Shop API"
    for path in (first, second):
        path.mkdir(parents=True)
    assert stack_name(first).startswith("shop-api-")
    assert stack_name(first) != stack_name(second)
    assert stack_name(first) == stack_name(tmp_path / "b" / ".." / "a" / "Shop API")


@pytest.mark.parametrize("name", ["日本語", "...", "a" * 200])
def test_any_name_makes_a_folder_name(tmp_path: Path, name: str) -> None:
    """Short, and of letters that every tool can take."""
    assert stack_name(tmp_path / name).isascii()
    assert len(stack_name(tmp_path / name)) < 60


def test_a_stacks_folder_is_closed_whatever_the_umask(tmp_path: Path) -> None:
    """Nobody may look; root lets Postgres' user pass through, also under a strict umask."""
    before = os.umask(0o077)
    try:
        folder = StackFolder.of_project(tmp_path, home=tmp_path / "home")
        folder.make()
    finally:
        os.umask(before)
    expected = 0o711 if os.geteuid() == 0 else 0o700
    assert stat.S_IMODE(folder.path.stat().st_mode) == expected
    assert stat.S_IMODE(folder.logs.stat().st_mode) == 0o700


def test_a_folder_that_is_there_keeps_its_mode(tmp_path: Path) -> None:
    """Somebody may have opened or closed it on purpose."""
    tmp_path.chmod(0o750)
    assert stat.S_IMODE(make_passage(tmp_path).stat().st_mode) == 0o750
