"""What git says of the files that are run."""

from pathlib import Path

import pytest

from tests.repositories import Repository
from worker.project.checkout import Checkout, checkout_of

SUITE = "suite: s\ntests: { a: { GET: / } }\n"


def test_a_folder_without_git_has_no_revision(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Nor has a repository without a commit."""
    monkeypatch.setenv("GIT_CEILING_DIRECTORIES", str(tmp_path.parent))
    assert checkout_of(tmp_path, ["s.yaml"]) == Checkout()
    Repository(tmp_path / "new")
    assert checkout_of(tmp_path / "new", ["s.yaml"]) == Checkout()


def test_branch_and_commit_are_those_of_the_folder(tmp_path: Path) -> None:
    """A commit that is checked out by itself has no branch."""
    repository = Repository(tmp_path)
    repository.put("suites/s.yaml", SUITE)
    repository.git("add", ".")
    repository.git("commit", "--quiet", "-m", "first")
    commit = repository.git("rev-parse", "HEAD")
    assert checkout_of(tmp_path / "suites", ["s.yaml"]) == Checkout(branch="main", commit=commit)
    repository.git("checkout", "--quiet", "--detach")
    assert checkout_of(tmp_path, ["suites/s.yaml"]) == Checkout(commit=commit)


def test_files_that_differ_are_said_and_others_do_not_count(tmp_path: Path) -> None:
    """A changed one, and one that git does not know; a report beside them is none."""
    repository = Repository(tmp_path)
    repository.put("s.yaml", SUITE)
    repository.git("add", ".")
    repository.git("commit", "--quiet", "-m", "first")
    repository.put("report.html", "<html>")
    repository.put("new.yaml", SUITE)
    assert not checkout_of(tmp_path, ["s.yaml"]).is_changed
    assert checkout_of(tmp_path, ["s.yaml", "new.yaml"]).is_changed
    repository.put("s.yaml", SUITE + "# changed\n")
    assert checkout_of(tmp_path, ["s.yaml"]).is_changed
    assert checkout_of(tmp_path, ["../elsewhere.yaml"]).is_changed
