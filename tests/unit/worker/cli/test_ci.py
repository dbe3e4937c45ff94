"""What a CI gets besides a log."""

import io
from pathlib import Path

import pytest

from worker.cli.ci import ci_listeners, folding
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


def test_only_github_is_told_how_it_ended() -> None:
    """The others read the JUnit report."""
    assert ci_listeners(io.StringIO(), {"CI": "true"}, plan=None, annotate=True) == []


def test_without_a_place_for_a_summary_there_are_annotations(tmp_path: Path) -> None:
    """What speaks like GitHub does not always have all of it."""
    surroundings = {"GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(tmp_path)}
    assert len(ci_listeners(io.StringIO(), surroundings, plan=None, annotate=True)) == 1
