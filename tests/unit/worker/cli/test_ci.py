"""What a CI gets besides a log."""

import io
from pathlib import Path

import pytest

from worker.cli.ci import checkout_root, ci_listeners, folding
from worker.reports.folding import Folding, GitHubFolding, GitLabFolding


@pytest.mark.parametrize(
    ("surroundings", "kind"),
    [
        ({}, Folding),
        ({"CI": "true"}, Folding),
        ({"GITHUB_ACTIONS": "true"}, GitHubFolding),
        ({"GITHUB_ACTIONS": "false"}, Folding),
        ({"GITLAB_CI": "true", "CI": "true"}, GitLabFolding),
    ],
)
def test_a_log_is_folded_as_its_ci_does_it(surroundings: dict[str, str], kind: type[Folding]) -> None:
    """Elsewhere the marks would be noise."""
    assert type(folding(surroundings)) is kind


@pytest.mark.parametrize("name", ["GITHUB_WORKSPACE", "CI_PROJECT_DIR"])
def test_paths_begin_at_the_checkout_of_the_ci(name: str, tmp_path: Path) -> None:
    """Elsewhere they are told as they were given."""
    assert checkout_root({name: str(tmp_path)}) == tmp_path
    assert checkout_root({name: ""}) is None


def test_only_github_is_told_how_it_ended() -> None:
    """The others read the JUnit report."""
    assert ci_listeners(io.StringIO(), {"CI": "true"}, plan=None, annotate=True) == []


def test_without_a_place_for_a_summary_there_are_annotations(tmp_path: Path) -> None:
    """What speaks like GitHub does not always have all of it."""
    surroundings = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path)}
    assert len(ci_listeners(io.StringIO(), surroundings, plan=None, annotate=True)) == 1
