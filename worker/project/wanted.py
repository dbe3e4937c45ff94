"""Which tests of a project are meant by what somebody types: names, patterns and tags."""

from collections.abc import Collection, Iterable, Sequence
from fnmatch import fnmatchcase

from worker.errors import UsageError
from worker.graph.hints import meant_by
from worker.models.suite import TestName
from worker.project.find import KnownTest


def wanted_names(tests: Sequence[KnownTest], wanted: Iterable[str]) -> tuple[TestName, ...]:
    """The full names of the tests that are meant, each by its key, `suite/key`, or a pattern with * and ?.

    Raises UsageError for what means none.
    """
    names: dict[TestName, None] = {}
    for pattern in wanted:
        found = [test.name for test in tests if _matches(test, pattern)]
        if not found:
            known = [test.name if "/" in pattern else test.key for test in tests]
            raise UsageError(f"there is no test {pattern!r}", where="--only", hint=meant_by(pattern, known))
        names |= dict.fromkeys(found)
    return tuple(names)


def check_tags(tests: Sequence[KnownTest], tags: Iterable[str]) -> None:
    """Raises UsageError for a tag that none of these tests has: to run nothing would look like success."""
    known = sorted({tag for test in tests for tag in test.tags})
    for tag in tags:
        if tag not in known:
            hint = meant_by(tag, known) if known else "no test of the project has any tag"
            raise UsageError(f"no test has the tag {tag!r}", where="--tag", hint=hint)


def check_suites(tests: Sequence[KnownTest], suites: Collection[str]) -> None:
    """Raises UsageError for a suite that is none of the project, or has no test."""
    known = list(dict.fromkeys(test.suite for test in tests))
    for suite in suites:
        if suite not in known:
            hint = meant_by(suite, known) or "`baton push` brings suites into the project"
            raise UsageError(f"there is no suite {suite!r} in this project", where="--suite", hint=hint)


def _matches(test: KnownTest, pattern: str) -> bool:
    # The brackets of `login[a*]` mean a row of a table, not a set of characters.
    literal = pattern.replace("[", "[[]")
    return any(fnmatchcase(name, literal) for name in (test.key, test.name))
