"""A file's text becomes a Suite, or Problems."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

from worker.errors import SuiteError
from worker.files import Files, LocalFiles, NoFiles
from worker.models.environment import Environment
from worker.models.problem import ProblemKind
from worker.models.suite import Suite, Test
from worker.parsing.around import Around
from worker.parsing.compose import compose, without_garbage_collection
from worker.parsing.default_uses import DefaultUses
from worker.parsing.document import SUITE
from worker.parsing.document_expect import SUITE_RESPONSE_KEYS
from worker.parsing.environments import read_environment
from worker.parsing.fixtures import SuiteFixtures
from worker.parsing.flow import read_suite_limits
from worker.parsing.hooks import AFTER_ALL, BEFORE_ALL, Hooks
from worker.parsing.mistake import Mistake
from worker.parsing.names import read_test_key, slug
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.reading import in_order_of_files
from worker.parsing.source import Source, read_source
from worker.parsing.steps import StepReader
from worker.parsing.templates import Templates
from worker.parsing.tests import TestReader
from worker.parsing.tree import build_tree
from worker.parsing.uses import VariableUses


def load_suite(path: Path) -> Suite:
    """Read one suite file. Raises SuiteError with all problems of the file."""
    return _suite_of(read_source(path), LocalFiles(path.parent))


def parse_suite(text: str, *, path: str, files: Files | None = None) -> Suite:
    """Read a suite from its text; `path` is what problems call it, `files` what it may name beside
    itself: nothing if None. Raises SuiteError."""
    return _suite_of(Source(path, text), files or NoFiles())


def _suite_of(source: Source, files: Files) -> Suite:
    suite = read_suite(source, files)
    if source.problems or suite is None:
        raise SuiteError(in_order_of_files(source.problems, ()))
    return suite


def read_suite(source: Source, files: Files | None = None) -> Suite | None:
    """The suite as far as it can be read; its problems are in the source. It may name the `files`: none
    if None."""
    if source.problems:
        return None
    with without_garbage_collection():
        return _read_text(source, files or NoFiles())


def _read_text(source: Source, files: Files) -> Suite | None:
    node = compose(source)
    if node is None:
        return None
    place = build_tree(source, node)
    if _is_of_parts(place):
        _refuse_parts(place.find(("templates",)), source)
        return None
    try:
        head = SUITE.read(place, source)
    except Mistake as mistake:
        note(source, place, mistake)
        return None
    return _SuiteLoader(place, head, source, files).load()


def _is_of_parts(place: Place) -> bool:
    """Whether this is a file for others to use: they look at it when they do."""
    keys = place.keyed()
    return "templates" in keys and not {"suite", "tests"} & keys.keys()


def _refuse_parts(templates: Place, source: Source) -> None:
    use = f"use: {Path(source.path).name}#{next(iter(templates.keyed()), '…')}"
    source.add(
        ProblemKind.MISSING_KEY,
        "this file has only templates, so there is nothing in it to be run",
        templates.key_location(source),
        hint=f"name a suite whose tests say '{use}'",
    )


class _SuiteLoader:
    """Makes a Suite of a file's values."""

    def __init__(self, place: Place, head: Mapping[str, Any], source: Source, files: Files) -> None:
        self._place = place
        self._head = head
        self._source = source
        self._files = files
        self._title = head.get("suite") or Path(source.path).stem
        self._key = self._suite_key()
        self._around = self._surroundings()

    def load(self) -> Suite:
        """The suite, as far as it can be read."""
        return Suite(
            key=self._key,
            title=self._title,
            description=self._head.get("description", ""),
            tests=self._around.fixtures.settle(self._all_tests().values()),
            fixtures=self._around.fixtures.data,
            environments=self._environments(),
            variables=self._head.get("variables", {}),
            tags=self._tags(self._head),
            limits=read_suite_limits(self._head),
            path=self._source.path,
            source=self._source.text,
            where=self._place.find(("suite",)).location(self._source),
            files=tuple(dict.fromkeys(self._source.files)),
            borrowed=self._around.templates.borrowed,
            unreadable=frozenset(self._around.unreadable),
        )

    def _surroundings(self) -> Around:
        source, defaults = self._source, self._head.get("defaults", {})
        # What the suite says of the API's description holds for its tests as defaults do.
        defaults = {**defaults, **{key: self._head[key] for key in SUITE_RESPONSE_KEYS if key in self._head}}
        variables = VariableUses(self._place.child("variables"), source)
        templates = Templates(self._place.child("templates"), source, self._files)
        default_uses = DefaultUses(
            self._place.child("defaults") if "defaults" in self._head else None, source
        )
        self._steps = StepReader(source, templates, default_uses)
        return Around(
            suite=self._key,
            source=source,
            files=self._files,
            defaults=defaults,
            tags=self._tags(self._head, defaults),
            variables=variables,
            templates=templates,
            hooks=Hooks(
                self._place.child("hooks") if "hooks" in self._head else None,
                source=source,
                steps=self._steps,
                defaults=defaults,
                variables=variables,
            ),
            default_uses=default_uses,
            fixtures=SuiteFixtures(
                self._place.child("fixtures"),
                self._head.get("fixtures", {}),
                source,
                self._files,
                suite=self._key,
            ),
        )

    def _suite_key(self) -> str:
        key: str = self._head.get("key") or slug(self._title)
        if not key and self._place.child("key") is None:
            self._source.add(
                ProblemKind.BAD_VALUE,
                "no key can be made of this title",
                self._place.find(("suite",)).location(self._source),
                hint="add 'key:' with small letters, digits and '-'",
            )
        return key or "suite"

    def _tags(self, *holders: Mapping[str, Any]) -> tuple[str, ...]:
        return tuple(dict.fromkeys(tag for holder in holders for _, tag in holder.get("tags", ())))

    def _environments(self) -> dict[str, Environment]:
        read: Mapping[str, Mapping[str, Any]] = self._head.get("environments", {})
        defaults = [name for name, values in read.items() if values.get("default")]
        for extra in defaults[1:]:
            place = self._place.find(("environments", extra, "default"))
            self._source.add(
                ProblemKind.BAD_VALUE,
                f"only one environment can be the default, and {defaults[0]!r} is it already",
                place.key_location(self._source),
                hint="remove one of them",
            )
        return {name: read_environment(name, values) for name, values in read.items()}

    def _all_tests(self) -> dict[str, Test]:
        """The tests by their keys, between those that the hooks become."""
        written = {test.key: test for test in self._tests()}
        before = self._around.hooks.before_all(self._key, self._around.tags)
        after = self._around.hooks.after_all(self._key, self._around.tags, list(written))
        for hook in (before, after):
            if hook is not None and hook.key in written:
                self._refuse_key_of_hook(written[hook.key])
        return {
            **({BEFORE_ALL: before} if before else {}),
            **written,
            **({AFTER_ALL: after} if after else {}),
        }

    def _refuse_key_of_hook(self, test: Test) -> None:
        self._source.add(
            ProblemKind.DUPLICATE_KEY,
            f"{test.key!r} is the test that the suite's hooks become",
            test.where,
            hint="choose another key",
        )

    def _tests(self) -> Iterator[Test]:
        tests = self._place.child("tests")
        if tests is None:
            return
        if not isinstance(tests.children, dict) or not tests.children:
            self._no_tests(tests)
            return
        reader = TestReader(self._around, self._steps)
        for key, place in tests.children.items():
            self._check_key(key, place)
            yield from reader.tests(key, place)

    def _check_key(self, key: str, place: Place) -> None:
        try:
            read_test_key(key)
        except Mistake as mistake:
            where = place.key_location(self._source)
            self._source.add(mistake.kind, mistake.what, where, hint=mistake.hint)

    def _no_tests(self, place: Place) -> None:
        kind = ProblemKind.MISSING_KEY if not place.data else ProblemKind.WRONG_TYPE
        what = "this suite has no tests" if not place.data else "tests are a mapping: a key and what it does"
        where = place.key_location(self._source)
        self._source.add(kind, what, where, hint="write for example { login: { POST: /login } }")
