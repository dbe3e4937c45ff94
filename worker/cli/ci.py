"""What a CI gets besides a log: GitHub's and GitLab's own means, where Baton runs in one of them."""

import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, TextIO

if TYPE_CHECKING:
    from worker.models.events import Listener
    from worker.models.graph import Plan
    from worker.reports.folding import Folding


def in_github(surroundings: Mapping[str, str]) -> bool:
    """Whether this is a step of GitHub Actions, or of what speaks as it does."""
    return surroundings.get("GITHUB_ACTIONS", "").lower() == "true"


def in_gitlab(surroundings: Mapping[str, str]) -> bool:
    """Whether this is a job of GitLab."""
    return surroundings.get("GITLAB_CI", "").lower() == "true"


def checkout_root(surroundings: Mapping[str, str]) -> Path | None:
    """The checkout that this CI has made, below which it knows files; None outside of one."""
    found = surroundings.get("GITHUB_WORKSPACE") or surroundings.get("CI_PROJECT_DIR")
    return Path(found) if found else None


def folding(surroundings: Mapping[str, str]) -> "Folding":
    """How this CI folds parts of a log; not at all outside of one."""
    from worker.reports.folding import Folding, GitHubFolding, GitLabFolding

    if in_github(surroundings):
        return GitHubFolding()
    return GitLabFolding() if in_gitlab(surroundings) else Folding()


@contextmanager
def unheard(stream: "TextIO") -> "Iterator[None]":
    """What is written meanwhile may hold what an API has answered: where the log is GitHub's, lines give no
    orders, on whichever stream they come."""
    fold = folding(os.environ)
    _write(stream, fold.deafening())
    try:
        yield
    finally:
        _write(stream, fold.ending())


def _write(stream: "TextIO", lines: "list[str]") -> None:
    if lines:
        stream.write("".join(f"{line}\n" for line in lines))
        stream.flush()


def ci_listeners(
    stream: TextIO, surroundings: Mapping[str, str], *, plan: "Plan | None", annotate: bool
) -> "list[Listener]":
    """Who tells this CI how a run ended. Without `annotate` nothing is written to the stream, because
    a program reads it."""
    if not in_github(surroundings):
        return []
    from worker.reports.github import GitHubReport

    summary = surroundings.get("GITHUB_STEP_SUMMARY")
    return [
        GitHubReport(
            stream if annotate else None,
            root=checkout_root(surroundings),
            summary=Path(summary) if summary else None,
            plan=plan,
        )
    ]
