"""Which tests of a run have used which fixtures, as the record wants to know it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from worker.fixtures.data import FixtureData
from worker.models.fixture import Generated, Kept
from worker.models.suite import Suite, TestName
from worker.parsing.written import as_written
from worker.recording import FixtureUse

#: A template may name a fixture by a value: then it can be any of them.
_ANY = "*"


def used_fixtures(
    suites: Iterable[Suite], sent: Collection[TestName], *, keeps: bool = False
) -> tuple[FixtureUse, ...]:
    """By templates and by rows, of the tests that were sent. `keeps`: snapshots are kept for later runs;
    of all others nothing is left after a run."""
    return tuple(
        FixtureUse(test=test, fixture=name, cleaned_up=not (keeps and isinstance(fixture.source, Kept)))
        for suite in suites
        if isinstance(suite.fixtures, FixtureData) and suite.fixtures.fixtures
        for test, name in sorted({*suite.fixtures.readers, *_rows(suite)})
        if test in sent and (fixture := suite.fixtures.fixtures.get(name)) is not None
    )


def unused_fixtures(suite: Suite) -> tuple[str, ...]:
    """The fixtures of a suite that none of its tests names, nor any fixture that a test names is made of."""
    if not isinstance(suite.fixtures, FixtureData):
        return ()
    fixtures = suite.fixtures.fixtures
    waiting = [*_named(suite, suite.fixtures), *(name for _, name in _rows(suite))]
    used: set[str] = set()
    while waiting:
        name = waiting.pop()
        if name == _ANY:
            return ()
        if name not in used and name in fixtures:
            used.add(name)
            source = fixtures[name].source
            waiting += source.others if isinstance(source, Generated) else ()
    return tuple(name for name in fixtures if name not in used)


def _named(suite: Suite, data: FixtureData) -> Iterator[str]:
    """The fixtures that templates name; a snapshot stands there as what it is captured by."""
    kept = {("captured_data", *way): name for name in data.fixtures if (way := data.captured(name))}
    for test in suite.tests.values():
        for path in (use.path for use in (*test.uses, *test.cleanup_uses)):
            if path[0] == "fixture":
                yield str(path[1]) if len(path) > 1 else _ANY
            elif path[0] == "captured_data":
                yield from (name for place, name in kept.items() if path[: len(place)] == place)


def _rows(suite: Suite) -> Iterator[tuple[TestName, str]]:
    """Tests that were made of the rows of a fixture."""
    of_rows = [test for test in suite.tests.values() if test.row_of is not None]
    if not of_rows:
        return
    written: Mapping[str, Any] = as_written(suite.source, path=suite.path)
    for test in of_rows:
        fixture = _of_rows(written["tests"].get(test.row_of))
        if fixture is not None:
            yield test.name, fixture


def _of_rows(words: Any) -> str | None:
    rows = words.get("rows") if isinstance(words, Mapping) else None
    said = rows.get("fixture") if isinstance(rows, Mapping) else None
    return said.partition(".")[0] if isinstance(said, str) else None
