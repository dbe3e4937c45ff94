"""Files that nobody else may read, and that are never half there."""

import stat
from pathlib import Path

import pytest

from worker.local.private_files import read_json, write_private, write_private_json


def test_what_is_written_is_private_and_whole(tmp_path: Path) -> None:
    """Mode 0600 from the first moment; nothing else is left in the folder."""
    path = tmp_path / "keys.json"
    write_private_json(path, {"key": "ü"})
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert read_json(path) == {"key": "ü"}
    assert list(tmp_path.iterdir()) == [path]


def test_a_failed_write_leaves_the_old_text(tmp_path: Path) -> None:
    """And no half-written file beside it."""
    path = tmp_path / "keys.json"
    write_private(path, "old")
    with pytest.raises(UnicodeEncodeError):
        write_private(path, "\ud800")
    assert path.read_text() == "old"
    assert list(tmp_path.iterdir()) == [path]


@pytest.mark.parametrize("text", [None, "", "{", "[]", "1", "\x00"])
def test_what_is_no_object_is_nothing(tmp_path: Path, text: str | None) -> None:
    """A missing file, a broken one, another shape: the caller decides what that means."""
    path = tmp_path / "state.json"
    if text is not None:
        path.write_text(text)
    assert read_json(path) is None
