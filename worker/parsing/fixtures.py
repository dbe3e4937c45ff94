"""`fixtures:` — data that tests begin with, and what is said of it before anything is sent."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any, cast

from context.paths import MISSING, explain_missing, format_path, near_names, step
from worker.errors import FileUnreadable, FixtureError
from worker.files import Files
from worker.fixtures.data import FixtureData
from worker.fixtures.tables import Table
from worker.models.fixture import Fixture, FixtureFile, FixtureFormat, Generated, Kept, Packing
from worker.models.problem import ProblemKind
from worker.models.suite import NameUse, Test
from worker.parsing.file_paths import below
from worker.parsing.fixture_chains import Chains
from worker.parsing.mistake import Mistake
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.source import Source

#: How long a snapshot is good where nobody says so, in seconds.
SNAPSHOT_SECONDS = 86_400.0

#: Where snapshots are kept, below the suite's own folder.
SNAPSHOT_FOLDER = ".baton/fixtures"

_PACKINGS = {".gz": Packing.GZIP, ".zst": Packing.ZSTD}

#: Which words go with which kind.
_OF_KIND = {
    "format": ("file",),
    "types": ("file",),
    "sha256": ("file",),
    "ttl": ("snapshot",),
    "immutable": ("file", "snapshot"),
    "shared": ("generate",),
}


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

    def rows(self, written: str) -> Table:
        """The data of `{ fixture: users }`, or of a part of it. Raises Mistake."""
        name, *rest = written.split(".")
        if name not in self.data.fixtures:
            if name in self._places:
                return []  # it has a problem of its own
            raise Mistake(
                f"there is no fixture {name!r}", hint=self._near(name), kind=ProblemKind.UNKNOWN_NAME
            )
        try:
            value: object = self.data.load(name)
        except (FixtureError, FileUnreadable) as error:
            raise Mistake(f"the fixture {name!r}: {error.what}", hint=error.hint) from None
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
        try:
            return self._fixture(name, said, place)
        except Mistake as mistake:
            note(self._source, place, mistake)
            return None

    def _fixture(self, name: str, said: Mapping[str, Any], place: Place) -> Fixture | None:
        kind = next((word for word in ("data", "file", "generate", "snapshot") if word in said), None)
        if kind is None:
            return None
        for word, kinds in _OF_KIND.items():
            if word in said and kind not in kinds:
                hint = f"it goes with {' and '.join(map(repr, kinds))}"
                raise Mistake(
                    f"{word!r} means nothing for a fixture with {kind!r}", hint=hint, inside=(word,)
                )
        if said.get("immutable") and kind == "file" and "sha256" not in said:
            raise Mistake("an immutable file needs its checksum", hint="add 'sha256:'", inside=("immutable",))
        source = self._source_of(kind, name, said)
        if source is None and kind != "data":
            return None
        return Fixture(
            name=name,
            source=source,
            data=said.get("data"),
            sha256=said.get("sha256"),
            shared=said.get("shared", True),
            where=place.key_location(self._source),
        )

    def _source_of(
        self, kind: str, name: str, said: Mapping[str, Any]
    ) -> FixtureFile | Generated | Kept | None:
        if kind == "file":
            return _file_of(said)
        if kind == "generate":
            rules = said["generate"]
            return Generated(**rules) if "fields" in rules else None
        if kind == "snapshot":
            test, capture = said["snapshot"]
            life = None if said.get("immutable") else said.get("ttl", SNAPSHOT_SECONDS)
            path = below(self._source.path, f"{SNAPSHOT_FOLDER}/{self._suite}.{name}.json")
            return Kept(test=test, capture=capture, path=path, ttl_seconds=life)
        return None

    def _problem(self, kind: ProblemKind, name: str, what: str, hint: str | None) -> None:
        self._source.add(kind, what, self._places[name].key_location(self._source), hint=hint)


def _file_of(said: Mapping[str, Any]) -> FixtureFile:
    path: str = said["file"]
    packing = next((kind for ending, kind in _PACKINGS.items() if path.endswith(ending)), None)
    plain = path.rpartition(".")[0] if packing else path
    written = said.get("format") or plain.rpartition(".")[2].lower()
    if written not in set(FixtureFormat):
        raise Mistake(
            f"the name of the file does not say its format ({', '.join(FixtureFormat)})",
            hint="add 'format:'",
            inside=("file",),
        )
    return FixtureFile(path=path, format=FixtureFormat(written), packing=packing, types=said.get("types", {}))


def _has(value: object) -> str:
    if isinstance(value, Mapping) and value:
        return f"it has: {', '.join(map(str, list(value)[:8]))}"
    if isinstance(value, list) and value:
        return f"they are [0] to [{len(value) - 1}]" if len(value) > 1 else "the only one is [0]"
    return "there is nothing inside"
