"""Snapshots: what is written when, and where."""

from pathlib import Path

import pytest

from worker.snapshots import MemorySnapshots, Mode, NoSnapshots, SnapshotRefused
from worker.snapshots.local import LocalSnapshots
from worker.snapshots.paths import snapshot_path


def test_a_missing_snapshot_is_written_where_a_person_works() -> None:
    """And compared from then on."""
    snapshots = MemorySnapshots(mode=Mode.CREATE)
    assert snapshots.take("a.json", "1").note == "snapshot written: a.json"
    assert snapshots.take("a.json", "2").kept == "1"
    assert snapshots.written == ("a.json",)


def test_a_missing_snapshot_fails_where_nobody_would_commit_it() -> None:
    """CI and workers only compare, and say how to get one."""
    outcome = MemorySnapshots().take("a.json", "1")
    assert outcome.kept is None
    assert outcome.complaint == "there is no snapshot a.json to compare with"
    assert outcome.hint == "`baton push` brings those that lie beside the suite"
    assert NoSnapshots().take("a.json", "1").complaint


def test_updating_writes_only_what_is_different() -> None:
    """What is the same stays untouched."""
    snapshots = MemorySnapshots({"a.json": "1", "b.json": "2"}, mode=Mode.UPDATE)
    assert snapshots.take("a.json", "1").note == ""
    assert snapshots.take("b.json", "3").note == "snapshot updated: b.json"
    assert snapshots.texts == {"a.json": "1", "b.json": "3"}


def test_a_wrong_answer_is_never_kept() -> None:
    """The page of an error would be the measure of all that comes."""
    snapshots = MemorySnapshots({"b.json": "2"}, mode=Mode.UPDATE)
    assert "not written" in snapshots.take("a.json", "1", all_well=False).note
    assert snapshots.take("b.json", "3", all_well=False).kept == "2"
    assert snapshots.texts == {"b.json": "2"}


def test_files_lie_beside_the_suite(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """In a folder that is made when it is needed; nothing half is left there."""
    monkeypatch.chdir(tmp_path)
    path = snapshot_path("api/shop.yaml", suite="shop", test="order") + ".json"
    assert path == "api/__snapshots__/shop/order.json"
    LocalSnapshots().take(path, "{}\n")
    assert Path(path).read_text(encoding="utf-8") == "{}\n"
    assert [each.name for each in Path(path).parent.iterdir()] == ["order.json"]
    assert LocalSnapshots(Mode.COMPARE).take(path, "{}\n").kept == "{}\n"


def test_a_snapshot_that_cannot_be_written_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With its path, and what to do."""
    monkeypatch.chdir(tmp_path)
    Path("__snapshots__").write_text("a file", encoding="utf-8")
    with pytest.raises(SnapshotRefused) as caught:
        LocalSnapshots().take("__snapshots__/shop/a.json", "1")
    assert caught.value.where == "__snapshots__/shop/a.json"
    assert caught.value.hint


@pytest.mark.parametrize(
    ("test", "step", "name", "path"),
    [
        ("login", "", "", "__snapshots__/shop/login"),
        ("login", "read it", "", "__snapshots__/shop/login.read-it"),
        ("login[row 1]", "", "", "__snapshots__/shop/login.row-1"),
        ("login", "POST /../../etc/passwd", "", "__snapshots__/shop/login.POST.etc-passwd"),
        ("login", "", "page", "__snapshots__/shop/page"),
    ],
)
def test_a_name_is_a_plain_name(test: str, step: str, name: str, path: str) -> None:
    """Whatever a step is called, its snapshot stays in its folder."""
    assert snapshot_path("shop.yaml", suite="shop", test=test, step=step, name=name) == path
