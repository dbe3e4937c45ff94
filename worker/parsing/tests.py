"""One entry of `tests:` becomes a test, or one for each of its rows."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from context.values import JsonValue
from worker.files import Files
from worker.models.problem import Location, Problem, ProblemKind, Related
from worker.models.suite import NameUse, Need, Priority, Step, Test
from worker.parsing.binding import MOST_LEVELS, bind, is_deep
from worker.parsing.document import TEST
from worker.parsing.document_expect import RESPONSE_KEYS
from worker.parsing.document_request import REQUEST_KEYS, SENDING_KEYS
from worker.parsing.fixtures import SuiteFixtures
from worker.parsing.flow import (
    read_environments,
    read_needs,
    read_quarantine,
    read_retries,
    said_of_flow,
)
from worker.parsing.hooks import BEFORE_ALL, Hooks
from worker.parsing.locks import read_locks
from worker.parsing.mistake import Mistake
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.requests import DefaultUses, read_limits
from worker.parsing.rows import Row, read_rows
from worker.parsing.source import Source
from worker.parsing.steps import (
    OwnNames,
    ReadStep,
    StepReader,
    check_captured_once,
    parameter_uses,
    parameters_of,
    template_uses,
)
from worker.parsing.templates import Templates, Used
from worker.parsing.time_limits import DEFAULT_TIMEOUT_SECONDS
from worker.parsing.uses import VariableUses, find_uses


@dataclass(slots=True)
class Around:
    """What all tests of a file share."""

    suite: str
    source: Source
    files: Files
    defaults: Mapping[str, Any]
    tags: tuple[str, ...]
    variables: VariableUses
    templates: Templates
    hooks: Hooks
    default_uses: DefaultUses
    fixtures: SuiteFixtures
    unreadable: set[str] = field(default_factory=set)


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
        test = _OneTest(key, used, row, self._around, self._steps).read()
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


class _OneTest:
    """Reads one test."""

    def __init__(self, key: str, used: Used, row: Row | None, around: Around, steps: StepReader) -> None:
        self._key = key if row is None else f"{key}[{row.identity}]"
        self._row_of = None if row is None else key
        self._used = used
        self._place = used.place
        self._row = row
        self._around = around
        self._source = around.source
        self._reader = steps
        self._where = self._place.key_location(self._source)

    def read(self) -> Test:
        """The test, as far as it can be read."""
        read = self._read() if self._used.is_whole else {}
        own = self._own_steps(read)
        steps = self._around.hooks.around(own)
        if not self._used.is_whole or not all(step.captures_known for step in steps):
            self._around.unreadable.add(self._key)
        undo = self._cleanup(read)
        uses, undo_uses = self._uses(steps, undo)
        retries, delay, rule = read_retries(read, self._around.defaults)
        limits = read_limits(read, self._around.defaults)
        return Test(
            suite=self._around.suite,
            key=self._key,
            title=read.get("title", ""),
            description=read.get("description", ""),
            steps=_numbered(steps),
            needs=self._needs(read),
            uses=self._around.variables.with_variables(iter(uses)),
            timeout_seconds=limits.total or DEFAULT_TIMEOUT_SECONDS,
            attempt_seconds=limits.attempt,
            retries=retries,
            retry_delay_seconds=delay,
            retry=rule,
            tags=tuple(dict.fromkeys([*self._around.tags, *(tag for _, tag in read.get("tags", ()))])),
            priority=Priority(self._value(read, "priority", Priority.MEDIUM)),
            idempotent=read.get("idempotent", True),
            skip_reason=read.get("skip"),
            only=read.get("only", False),
            when=read.get("when"),
            environments=read_environments(read),
            row_of=self._row_of,
            names=self._names(),
            cleanup=tuple(each.step for each in undo),
            cleanup_uses=self._around.variables.with_variables(iter(undo_uses)) if undo_uses else (),
            locks=read_locks(read.get("locks", ()), self._names(), self._source),
            exclusive=read.get("exclusive", False),
            quarantine=read_quarantine(read),
            contract=self._around.defaults.get("openapi", {}).get("file", ""),
            said=said_of_flow(read, self._around.defaults).union(*(step.said for step in own)),
            where=self._where,
        )

    def _read(self) -> dict[str, Any]:
        try:
            return TEST.read(self._place, self._source)
        except Mistake as mistake:
            note(self._source, self._place, mistake)
            return {}

    def _value(self, read: Mapping[str, Any], key: str, otherwise: Any) -> Any:
        """What the test says, else the suite's defaults, else Baton."""
        return read[key] if key in read else self._around.defaults.get(key, otherwise)

    def _needs(self, read: Mapping[str, Any]) -> tuple[Need, ...]:
        of_hooks = self._around.hooks.needs_of_tests if self._key != BEFORE_ALL else ()
        return (*read_needs(read, self._source), *of_hooks)

    def _own_steps(self, read: Mapping[str, Any]) -> list[ReadStep]:
        if "steps" not in read:
            only = self._reader.of_test(read, self._place, self._around.defaults, self._where)
            # Condition and time limit of a test that is one step are the test's.
            return [replace(only, step=replace(only.step, when=None, timeout_seconds=None))]
        self._refuse_parts_of_steps()
        found = self._reader.listed(read["steps"], self._for_steps(read), field="steps")
        check_captured_once([each.step for each in found], self._source)
        return found or [self._reader.of_test({}, self._place, self._around.defaults, self._where)]

    def _for_steps(self, read: Mapping[str, Any]) -> dict[str, Any]:
        """What holds for the steps that do not say otherwise."""
        defaults = self._around.defaults
        return {
            **defaults,
            **{key: read[key] for key in SENDING_KEYS if key in read},
            "headers": {**defaults.get("headers", {}), **read.get("headers", {})},
            "timeout": read_limits(read, defaults),
        }

    def _refuse_parts_of_steps(self) -> None:
        for key, part in self._place.keyed().items():
            if key in _PARTS_OF_STEPS:
                self._source.add(
                    ProblemKind.BAD_VALUE,
                    f"a test with steps has no {key!r} of its own",
                    part.key_location(self._source),
                    hint="put it into one of the steps",
                )

    def _cleanup(self, read: Mapping[str, Any]) -> list[ReadStep]:
        if "cleanup" not in read:
            return []
        return self._reader.listed(read["cleanup"], self._for_steps(read), field="cleanup")

    def _uses(self, steps: list[ReadStep], undo: list[ReadStep]) -> tuple[list[NameUse], list[NameUse]]:
        """The names that the test needs of others, and those that only its undo needs."""
        own = OwnNames((self._key, self._row_of or self._key, f"{self._around.suite}/{self._key}"))
        found = [use for use in self._uses_of_test() if self._is_of_others(use, own)]
        for each in steps:
            found += [use for use in each.uses if self._is_of_others(use, own)]
            own.add(each.step)
        undone = [use for each in undo for use in each.uses if self._is_of_others(use, own)]
        return found, undone

    def _uses_of_test(self) -> Iterator[NameUse]:
        if "steps" in self._place.keyed():
            yield from template_uses(self._place, "", self._source)
        yield from self._around.default_uses.of_retries(self._place)
        yield from parameter_uses(self._used, self._source)
        if self._row is not None:
            yield from find_uses(self._row.place, "rows", self._source)

    def _is_of_others(self, use: NameUse, own: OwnNames) -> bool:
        if use.path[0] == "row":
            self._check_row(use)
            return False
        if use.path[0] == "params":
            self._check_parameter(use)
            return False
        return not own.has(use.path)

    def _check_parameter(self, use: NameUse) -> None:
        if use.optional or use.path[1:2] in [(name,) for name in self._used.parameters]:
            return
        name = f"params.{use.path[1]}" if len(use.path) > 1 else "params"
        what, hint = f"nothing gives {name!r}", "a template has parameters: 'use:' one and give it 'with:'"
        self._source.add(ProblemKind.UNKNOWN_NAME, what, use.where, hint=hint)

    def _check_row(self, use: NameUse) -> None:
        name = use.path[1] if len(use.path) > 1 else None
        values = self._row.place.keyed() if self._row is not None else {}
        if use.optional or (self._row is not None and (name is None or name in values)):
            return
        what = (
            "this test has no rows"
            if self._row is None
            else f"the row {self._row.identity!r} has no {name!r}"
        )
        hint = (
            "write 'rows:' with a list of mappings" if self._row is None else f"it has: {', '.join(values)}"
        )
        self._source.add(ProblemKind.UNKNOWN_NAME, what, use.where, hint=hint)

    def _names(self) -> dict[str, JsonValue]:
        row: dict[str, JsonValue] = {} if self._row is None else {"row": self._row.place.data}
        return {**row, **parameters_of(self._used)}


#: What only a step can say, where there are steps.
_PARTS_OF_STEPS = frozenset((*REQUEST_KEYS, *RESPONSE_KEYS, "repeat")) - {"headers"}


def _numbered(steps: list[ReadStep]) -> tuple[Step, ...]:
    if len(steps) == 1:
        return (steps[0].step,)
    return tuple(replace(each.step, index=number) for number, each in enumerate(steps))
