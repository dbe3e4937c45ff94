"""What git says of files."""

from pathlib import Path

import pytest

from tests.repositories import Repository
from worker.errors import FileUnreadable, UsageError
from worker.history.git import Revision, RevisionFiles


@pytest.fixture
def repository(tmp_path: Path) -> Repository:
    """A repository with one commit."""
    found = Repository(tmp_path / "repository")
    found.write(a_txt="one", folder__b_txt="two")
    found.commit()
    return found


def at(repository: Repository, name: str = "HEAD") -> Revision:
    """A revision of it."""
    return Revision(name, folder=repository.folder / "folder", option="--changed")


def test_a_file_is_read_as_it_was(repository: Repository) -> None:
    """Whatever it is now."""
    path = repository.put("a.txt", "other")
    assert at(repository).text_of(path) == b"one"


def test_a_file_that_was_not_there_is_none(repository: Repository) -> None:
    """Nor is one outside of the repository."""
    assert at(repository).text_of(repository.folder / "c.txt") is None
    assert at(repository).text_of(repository.folder.parent / "a.txt") is None
    with pytest.raises(FileUnreadable, match="was not there in HEAD"):
        RevisionFiles(at(repository)).read(str(repository.folder / "c.txt"))


def test_changed_files_are_changed_new_and_gone_ones(repository: Repository) -> None:
    """In the whole repository; ignored ones are not among them."""
    repository.write(a_txt="other", new_txt="", junk_log="", folder__b_txt="two")
    repository.put(".gitignore", "*.log")
    repository.put("ünusual name.txt", "")
    (repository.folder / "folder" / "b.txt").unlink()
    names = {path.relative_to(repository.folder).as_posix() for path in at(repository).changed_files()}
    assert names == {"a.txt", "new.txt", ".gitignore", "ünusual name.txt", "folder/b.txt"}


@pytest.mark.parametrize(
    "name", ["", "-x", "--output=/tmp/x", "HEAD\n", "a b", "\x00", "HEAD HEAD", "--upload-pack=evil"]
)
def test_a_revision_is_never_an_option(repository: Repository, name: str) -> None:
    """Git is not even asked."""
    with pytest.raises(UsageError, match="is no revision") as refusal:
        at(repository, name)
    assert refusal.value.where == "--changed"


@pytest.mark.parametrize("name", ["nowhere", "HEAD~7", "main:a.txt", "HEAD^{tree}", "main..HEAD", "@{-9}"])
def test_an_unknown_revision_is_refused(repository: Repository, name: str) -> None:
    """So is what is no single commit."""
    with pytest.raises(UsageError, match="there is no revision"):
        at(repository, name)


def test_a_path_for_a_revision_gets_a_hint(repository: Repository, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody forgot the =."""
    monkeypatch.chdir(repository.folder)
    with pytest.raises(UsageError, match="no revision 'folder'") as refusal:
        at(repository, "folder")
    assert "--changed=HEAD" in str(refusal.value.hint)


def test_a_folder_without_a_repository_is_refused(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """With the folder."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    with pytest.raises(UsageError, match="is in no git repository"):
        Revision("HEAD", folder=tmp_path, option="--changed")


def test_a_machine_without_git_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """It is not a part of Baton."""
    monkeypatch.setenv("PATH", str(tmp_path))
    with pytest.raises(UsageError, match="git is not installed"):
        Revision("HEAD", folder=tmp_path, option="--changed")
