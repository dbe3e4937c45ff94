"""`fixtures:` — data that tests begin with, and what is said of it before anything is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from context.paths import MISSING, explain_missing, format_path, near_names, step
from worker.errors import FileUnreadable, FixtureError
from worker.files import Files
from worker.fixtures.data import FixtureData
from worker.fixtures.tables import Table
from worker.models.dependency import NameUse
from worker.models.fixture import Fixture, Kept
from worker.models.problem import ProblemKind
from worker.models.suite import Test
from worker.parsing.fixture_chains import Chains
from worker.parsing.fixture_reading import read_fixture
from worker.parsing.mistake import Mistake
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.source import Source


class SuiteFixtures:
    """The fixtures of one file. `data` is what templates, rows and later the run get them from."""

    def __init__(
        self,
        place: Place | None,
        read: Mapping[str, Mapping[str, Any]],
        source: Source,
        files: Files,
        *,
        suite: str,
    ) -> None:
        self._places = place.keyed() if place is not None else {}
        self._source = source
        self._suite = suite
        fixtures = {
            name: fixture for name, said in read.items() if (fixture := self._read(name, said)) is not None
        }
        self._told: set[object] = set()
        self._known = tuple(fixtures)
        chains = Chains(fixtures, written=self._places, tell=self._problem, near=self._near)
        self.data = FixtureData(
            {name: fixture for name, fixture in fixtures.items() if chains.can_be_made(name)},
            files,
            suite=suite,
        )

    def rows(self, written: str) -> Table | None:
        """The data of `{ fixture: users }`, or of a part of it; None for one that has a problem of its own.
        Raises Mistake."""
        name, *rest = written.split(".")
        if name not in self.data.fixtures:
            if name in self._places:
                return None
            raise Mistake(
                f"there is no fixture {name!r}", hint=self._near(name), kind=ProblemKind.UNKNOWN_NAME
            )
        try:
            value: object = self.data.load(name)
        except (FixtureError, FileUnreadable) as error:
            raise Mistake(f"the fixture {name!r}: {error.what}", hint=error.hint) from None
        self.data.used.add(name)
        for key in rest:
            value = step(value, key)
        if not isinstance(value, list) or not all(isinstance(row, dict) for row in value):
            raise Mistake(
                f"the fixture {written!r} is not a list of rows", hint="a list of mappings is needed"
            )
        return cast(Table, value)

    def settle(self, tests: Iterable[Test]) -> dict[str, Test]:
        """The tests by key, after a look at what they use: what is not there is noted, and what is to be
        captured first is a need like any other."""
        settled = {test.key: self._settled(test) for test in tests}
        for name, fixture in self.data.fixtures.items():
            source = fixture.source
            if isinstance(source, Kept) and (test := settled.get(source.test)) is not None and test.cleanup:
                what = f"{source.test!r} undoes what it makes, so nothing of it can be kept"
                self._problem(
                    ProblemKind.BAD_VALUE, name, what, "take its 'cleanup' away, or use captured_data"
                )
        return settled

    def _settled(self, test: Test) -> Test:
        if not any(use.path[0] == "fixture" for use in (*test.uses, *test.cleanup_uses)):
            return test
        uses = tuple(self._use(use) for use in test.uses)
        undo = tuple(self._use(use) for use in test.cleanup_uses)
        return replace(test, uses=uses, cleanup_uses=undo)

    def _use(self, use: NameUse) -> NameUse:
        if use.path[0] != "fixture" or len(use.path) < 2:
            return use
        name = str(use.path[1])
        if name not in self.data.fixtures:
            # One that is written and not here has a problem of its own.
            if not use.optional and name not in self._places:
                self._say(f"there is no fixture {name!r}", use, self._near(name))
            return use
        captured = self.data.captured(name)
        if captured is not None:
            return replace(use, path=("captured_data", *captured, *use.path[2:]))
        self._look_inside(use, name)
        return use

    def _look_inside(self, use: NameUse, name: str) -> None:
        try:
            value: object = self.data.load(name)
        except FileUnreadable:
            # Files that are not there have their problem; where there are no files at all, the run says so.
            return
        except FixtureError as error:
            self._say_of_fixture(name, error)
            return
        at = ("fixture", name)
        for key in use.path[2:]:
            inside = step(value, key)
            if inside is MISSING and not use.optional:
                near = near_names(key, value) if isinstance(value, Mapping) else ()
                hint = f"did you mean {near[0]!r}?" if near else _has(value)
                self._say(explain_missing(value, key, holder_name=format_path(at)), use, hint)
            if inside is MISSING:
                return
            value, at = inside, (*at, key)  # type: ignore[assignment] # a path of any length

    def _say(self, what: str, use: NameUse, hint: str | None) -> None:
        if (what, use.where) not in self._told:
            self._told.add((what, use.where))
            self._source.add(ProblemKind.UNKNOWN_NAME, what, use.where, hint=hint)

    def _say_of_fixture(self, name: str, error: FixtureError) -> None:
        if name not in self._told:
            self._told.add(name)
            self._problem(ProblemKind.BAD_VALUE, name, f"the fixture {name!r}: {error.what}", error.hint)

    def _near(self, name: str) -> str | None:
        near = near_names(name, self._known)
        if near:
            return f"did you mean {near[0]!r}?"
        known = ", ".join(self._known)
        return f"one of: {known}" if known else "write it under 'fixtures:' at the top of the file"

    def _read(self, name: str, said: Mapping[str, Any]) -> Fixture | None:
        place = self._places[name]
        where = place.key_location(self._source)
        try:
            return read_fixture(name, said, suite=self._suite, path=self._source.path, where=where)
        except Mistake as mistake:
            note(self._source, place, mistake)
            return None

    def _problem(self, kind: ProblemKind, name: str, what: str, hint: str | None) -> None:
        self._source.add(kind, what, self._places[name].key_location(self._source), hint=hint)


def _has(value: object) -> str:
    if isinstance(value, Mapping) and value:
        return f"it has: {', '.join(map(str, list(value)[:8]))}"
    if isinstance(value, list) and value:
        return f"they are [0] to [{len(value) - 1}]" if len(value) > 1 else "the only one is [0]"
    return "there is nothing inside"
