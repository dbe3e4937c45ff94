"""Which tests of a run have used which fixtures, as the record wants to know it."""

from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any

from worker.fixtures.data import FixtureData
from worker.models.fixture import Kept
from worker.models.suite import Suite, TestName
from worker.parsing.written import as_written
from worker.recording import FixtureUse


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
