"""The door to files that suites name."""

from pathlib import Path

import pytest

from worker.errors import FileUnreadable
from worker.files import Files, LocalFiles, MemoryFiles, NoFiles


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The current directory, with a file in a folder of its own and one outside."""
    here = tmp_path / "here"
    (here / "tests" / "files").mkdir(parents=True)
    (here / "tests" / "files" / "cat.png").write_bytes(b"cat")
    (tmp_path / "outside.txt").write_text("outside")
    monkeypatch.chdir(here)
    return here


def refusal(files: Files, path: str) -> FileUnreadable:
    """Why this file cannot be had."""
    with pytest.raises(FileUnreadable) as caught:
        files.read(path)
    assert caught.value.hint
    assert caught.value.where == path
    return caught.value


def test_files_below_the_current_directory_are_read(folder: Path) -> None:
    """By the path from there, or by a whole one."""
    assert LocalFiles().read("tests/files/cat.png") == b"cat"
    assert LocalFiles().read(str(folder / "tests" / "files" / "cat.png")) == b"cat"


@pytest.mark.parametrize("path", ["../outside.txt", "tests/../../outside.txt"])
def test_files_outside_are_not(folder: Path, path: str) -> None:
    """Unless they are below the folders of the run."""
    assert "outside the folder of the run" in refusal(LocalFiles(), path).what
    assert LocalFiles(folder.parent).read(path) == b"outside"


def test_a_link_does_not_lead_out(folder: Path) -> None:
    """What counts is where the file is."""
    (folder / "link.txt").symlink_to(folder.parent / "outside.txt")
    assert "outside the folder of the run" in refusal(LocalFiles(), "link.txt").what


def test_a_file_that_a_person_named_may_be_anywhere(folder: Path) -> None:
    """Such as a certificate on the command line."""
    outside = folder.parent / "outside.txt"
    assert LocalFiles(named=[outside]).read(str(outside)) == b"outside"


@pytest.mark.parametrize(
    ("path", "what"),
    [("gone.txt", "there is no such file"), ("tests", "this is no file"), ("a\0b", "this is no path")],
)
def test_what_is_no_file_is_said(folder: Path, path: str, what: str) -> None:
    """In words, with a hint."""
    assert what in refusal(LocalFiles(), path).what


def test_a_run_may_have_no_files() -> None:
    """A worker opens no path that a suite names."""
    assert "this run has no files" in refusal(NoFiles(), "cat.png").what


def test_files_may_come_with_the_suites() -> None:
    """Those, and no others."""
    files = MemoryFiles({"cat.png": b"cat"})
    assert files.read("cat.png") == b"cat"
    assert "did not come with the suite" in refusal(files, "dog.png").what
