"""One entry of `tests:` becomes a test, or one for each of its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import replace

from worker.models.problem import Location, Problem, ProblemKind, Related
from worker.models.suite import Test
from worker.parsing.around import Around
from worker.parsing.binding import MOST_LEVELS, bind, is_deep
from worker.parsing.one_test import OneTest
from worker.parsing.place import Place
from worker.parsing.rows import Row, read_rows
from worker.parsing.source import Source
from worker.parsing.steps import StepReader
from worker.parsing.templates import Used


class TestReader:
    """Reads the tests of one file."""

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    def __init__(self, around: Around, steps: StepReader) -> None:
        self._around = around
        self._source = around.source
        self._steps = steps
        self._noted: set[tuple[ProblemKind, str, Location]] = set()

    def tests(self, key: str, place: Place) -> Iterator[Test]:
        """The test with this key, or one for each of its rows."""
        keys = place.keyed()
        if "rows" not in keys:
            yield self._test(key, place, None)
            return
        plain = place.with_children({name: part for name, part in keys.items() if name != "rows"})
        rows = read_rows(keys["rows"], self._source, self._around.files, self._around.fixtures)
        for row in rows:
            yield self._test(key, self._bound(plain, row), row)
        if not rows:
            yield self._test(key, plain, None)

    def _bound(self, place: Place, row: Row) -> Place:
        bound = bind(place, {"row": row.place})
        if bound is not place and is_deep(bound):
            what = f"with the row {row.identity!r} this is nested deeper than {MOST_LEVELS} levels"
            where = place.key_location(self._source)
            self._source.add(ProblemKind.BAD_VALUE, what, where, hint="write it with fewer levels")
            return place
        return bound

    def _test(self, key: str, place: Place, row: Row | None) -> Test:
        before = len(self._source.problems)
        used = self._around.templates.apply(place) if "use" in place.keyed() else Used(place)
        test = OneTest(key, used, row, self._around, self._steps).read()
        if "use" in place.keyed():
            self._show_both_places(before, key, place)
        return test

    def _show_both_places(self, before: int, key: str, place: Place) -> None:
        """What is wrong in a template is told once, with the first test that uses it."""
        use = place.find(("use",)).location(self._source)
        found, self._source.problems[before:] = self._source.problems[before:], []
        texts = {**self._around.templates.borrowed, self._source.path: self._source.text}
        own = place.lines()
        for problem in found:
            inside = problem.where.path == self._source.path and problem.where.line in own
            told = (problem.kind, problem.what, problem.where)
            if inside or told not in self._noted:
                self._source.problems.append(
                    problem if inside else _seen_from(problem, use, key, texts, self._source)
                )
            self._noted.add(told)


def _seen_from(
    problem: Problem, use: Location, key: str, texts: Mapping[str, str], source: Source
) -> Problem:
    there = Source(problem.where.path, texts.get(problem.where.path, ""))
    note = Related(where=use, text=source.line(use.line), note=f"{key} uses it here")
    return replace(problem, text=there.line(problem.where.line), related=(*problem.related, note))
