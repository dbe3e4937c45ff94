"""Tests that are picked by what is known of them: what failed last time, what has changed."""

import os
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

from worker.errors import UsageError
from worker.models.environment import Environment
from worker.models.graph import Selection
from worker.models.suite import Suite, TestName

if TYPE_CHECKING:
    from worker.history.git import Revision

#: What the working copy is compared with where nobody says.
LATEST = "HEAD"

FAILED_LAST_TIME = "it {verdict} last time"
_WORDS = {"failed": "failed", "broken": "broke", "blocked": "was blocked"}


@dataclass(frozen=True, slots=True, kw_only=True)
class Narrowing:
    """Which tests are picked. What has changed by one measure or the other counts; of these, or of all,
    those that failed. `tests` are picked by their full names, each with why."""

    failed: bool = False
    changed: str | None = None
    changed_operations: tuple[str, ...] = ()
    tests: Mapping[TestName, str] | None = None

    @property
    def is_nothing(self) -> bool:
        """Whether nothing is picked: all tests are meant."""
        return not (self.failed or self.changed or self.changed_operations) and self.tests is None


def narrowed(
    selection: Selection,
    narrowing: Narrowing,
    suites: Sequence[Suite],
    *,
    environment: Environment,
    surroundings: Mapping[str, str],
) -> Selection:
    """The selection with what is picked of these suites. Raises UsageError, with the option as its place."""
    if narrowing.is_nothing:
        return selection
    picked = None if narrowing.tests is None else dict(narrowing.tests)
    if narrowing.changed or narrowing.changed_operations:
        picked = _together(picked, _changed(suites, narrowing, environment))
    if narrowing.failed:
        picked = _together(picked, _failed(suites, environment, surroundings))
    return replace(selection, picked=picked)


def _together(before: Mapping[TestName, str] | None, found: Mapping[TestName, str]) -> dict[TestName, str]:
    if before is None:
        return dict(found)
    return {name: f"{before[name]}, and {why}" for name, why in found.items() if name in before}


def _changed(suites: Sequence[Suite], narrowing: Narrowing, environment: Environment) -> dict[TestName, str]:
    found: dict[TestName, str] = {}
    if narrowing.changed:
        found |= _changed_words(suites, narrowing.changed, environment.name)
    for written in narrowing.changed_operations:
        found = {**_changed_operations(suites, written, environment.base_url), **found}
    return found


def _changed_words(suites: Sequence[Suite], revision: str, environment: str) -> dict[TestName, str]:
    from worker.history.changes import changed_tests
    from worker.history.git import Revision

    known: dict[Path, Revision] = {}

    def at(folder: Path) -> "Revision":
        if folder not in known:
            known[folder] = Revision(revision, folder=folder, option="--changed")
        return known[folder]

    return changed_tests(suites, revision_at=at, environment=environment)


def _changed_operations(suites: Sequence[Suite], written: str, base_url: str) -> dict[TestName, str]:
    from worker.history.git import Revision
    from worker.history.operations import OPTION, callers_of_changes

    file, at, revision = written.rpartition("@")
    # A path may have the sign, too.
    path = Path(written if not at or os.path.exists(written) else file)
    if not path.is_file():
        raise UsageError(f"there is no file {str(path)!r}", where=OPTION, hint="write openapi.yaml@main")
    name = revision if str(path) == file and at else LATEST
    found = Revision(name, folder=path.parent, option=OPTION)
    return callers_of_changes(suites, path, found, base_url=base_url)


def _failed(
    suites: Sequence[Suite], environment: Environment, surroundings: Mapping[str, str]
) -> dict[TestName, str]:
    from worker.cli.remembered import shelf_of

    names = [test.name for suite in suites for test in suite.tests.values()]
    found = shelf_of(surroundings, option="--failed").failed_last_time(names, environment=environment.name)
    return {name: FAILED_LAST_TIME.format(verdict=_WORDS[verdict]) for name, verdict in found.items()}
