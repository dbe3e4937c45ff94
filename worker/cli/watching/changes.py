"""Which tests are not what they were: by what their files say, not by when they were written."""

import hashlib
import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from worker.models.graph import Plan
from worker.models.suite import Suite, TestName
from worker.parsing.written import as_written


@dataclass(frozen=True, slots=True, kw_only=True)
class SuiteFacts:
    """A suite, as digests: of all but its tests, and of each test by its key in the file."""

    top: str
    tests: Mapping[str, str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """What the files of a run say: suites by their key, and other files by their path."""

    suites: Mapping[str, SuiteFacts] = field(default_factory=dict)
    files: Mapping[Path, str] = field(default_factory=dict)


def facts_of(suites: Iterable[Suite], others: Iterable[Path]) -> Facts:
    """What these suites and other files say now."""
    return Facts(
        suites={suite.key: _suite_facts(suite) for suite in suites},
        files={path: _digest_of(path) for path in others},
    )


def changed_tests(before: Facts, after: Facts, suites: Sequence[Suite]) -> dict[TestName, str]:
    """The tests that are new or not what they were, each with why, in words."""
    others = {path for path, digest in after.files.items() if before.files.get(path) != digest}
    found: dict[TestName, str] = {}
    for suite in suites:
        was, now = before.suites.get(suite.key), after.suites[suite.key]
        named = [path for path in files_of(suite) if path in others]
        for name, key in _written_keys(suite):
            if was is None:
                found[name] = "its suite is new"
            elif was.top != now.top:
                found[name] = "its suite has changed"
            elif was.tests.get(key) != now.tests.get(key):
                found[name] = "it has changed" if key in was.tests else "it is new"
            elif named:
                found[name] = f"{named[0].name} has changed"
    return found


def with_dependents(changed: Mapping[TestName, str], plan: Plan) -> dict[TestName, str]:
    """These tests, and all that need them, however far down."""
    found = {name: why for name, why in changed.items() if name in plan.tests}
    waiting = list(found)
    while waiting:
        name = waiting.pop()
        for dependent in plan.dependents.get(name, ()):
            if dependent not in found:
                found[dependent] = f"it needs {name}"
                waiting.append(dependent)
    return found


def files_of(suite: Suite) -> list[Path]:
    """The other files that a suite is made of: those it names, and those it borrows templates from."""
    paths = [*(use.path for use in suite.files), *suite.borrowed]
    return [Path(path).resolve() for path in dict.fromkeys(paths)]


def _written_keys(suite: Suite) -> Iterable[tuple[TestName, str]]:
    return [(test.name, test.row_of or test.key) for test in suite.tests.values()]


def _suite_facts(suite: Suite) -> SuiteFacts:
    written = as_written(suite.source, path=suite.path)
    tests = written.pop("tests", None)
    own = tests if isinstance(tests, dict) else {}
    return SuiteFacts(top=_digest(written), tests={key: _digest(value) for key, value in own.items()})


def _digest(value: object) -> str:
    # The order of keys counts: a person who moves a test within its file changes nothing of it.
    return hashlib.sha256(json.dumps(value, default=str).encode()).hexdigest()


def _digest_of(path: Path) -> str:
    try:
        return hashlib.sha256(path.read_bytes()).hexdigest()
    except OSError:
        return ""
