"""`hooks:` — steps around a suite, which become tests of it, and around each of its tests."""

from collections.abc import Mapping
from typing import Any

from worker.models.dependency import DependencyKind, Need
from worker.models.flow import StepPhase, TestRole
from worker.models.problem import Location
from worker.models.suite import Test
from worker.parsing.flow import said_of_flow
from worker.parsing.place import Place
from worker.parsing.requests import read_limits
from worker.parsing.source import Source
from worker.parsing.steps import OwnNames, ReadStep, StepReader
from worker.parsing.time_limits import DEFAULT_TIMEOUT_SECONDS
from worker.parsing.uses import VariableUses

#: Keys of the tests that hooks become.
BEFORE_ALL = TestRole.BEFORE_ALL.value
AFTER_ALL = TestRole.AFTER_ALL.value

_TITLES = {TestRole.BEFORE_ALL: "Before all tests", TestRole.AFTER_ALL: "After all tests"}


class Hooks:
    """The hooks of one file."""

    def __init__(
        self,
        place: Place | None,
        *,
        source: Source,
        steps: StepReader,
        defaults: Mapping[str, Any],
        variables: VariableUses,
    ) -> None:
        self._said = place.keyed() if place is not None else {}
        self._source = source
        self._steps = steps
        self._defaults = defaults
        self._variables = variables
        self._before = self._read("before_each", StepPhase.BEFORE)
        self._after = self._read("after_each", StepPhase.AFTER)
        self._before_all = self._read("before_all", StepPhase.OWN)
        self._after_all = self._read("after_all", StepPhase.OWN)

    def around(self, own: list[ReadStep]) -> list[ReadStep]:
        """A test's steps with those of the hooks before and after them."""
        return [*self._before, *own, *self._after]

    @property
    def needs_of_tests(self) -> tuple[Need, ...]:
        """What every test of the suite needs because of the hooks."""
        if not self._before_all:
            return ()
        where = self._place_of("before_all")
        return (Need(name=BEFORE_ALL, kind=DependencyKind.DATA, where=where, implied=True),)

    def before_all(self, suite: str, tags: tuple[str, ...]) -> Test | None:
        """The test that all others need."""
        return self._test("before_all", TestRole.BEFORE_ALL, suite, tags, found=self._before_all)

    def after_all(self, suite: str, tags: tuple[str, ...], tests: list[str]) -> Test | None:
        """The test that comes after all others."""
        if not self._after_all:
            return None
        where = self._place_of("after_all")
        needs = tuple(Need(name=key, kind=DependencyKind.ORDER, where=where, implied=True) for key in tests)
        return self._test("after_all", TestRole.AFTER_ALL, suite, tags, found=self._after_all, needs=needs)

    def _test(
        self,
        hook: str,
        role: TestRole,
        suite: str,
        tags: tuple[str, ...],
        *,
        found: list[ReadStep],
        needs: tuple[Need, ...] = (),
    ) -> Test | None:
        if not found:
            return None
        own = OwnNames((role.value, f"{suite}/{role.value}"))
        uses = []
        for each in found:
            uses += [use for use in each.uses if not own.has(use.path)]
            own.add(each.step)
        return Test(
            suite=suite,
            key=role.value,
            title=_TITLES[role],
            steps=tuple(each.step for each in found),
            needs=needs,
            uses=self._variables.with_variables(iter(uses)),
            timeout_seconds=read_limits({}, self._defaults).total or DEFAULT_TIMEOUT_SECONDS,
            tags=tags,
            said=said_of_flow({}, self._defaults),
            role=role,
            where=self._place_of(hook),
        )

    def _read(self, hook: str, phase: StepPhase) -> list[ReadStep]:
        if hook not in self._said:
            return []
        return self._steps.listed(self._said[hook], self._defaults, field=f"hooks.{hook}", phase=phase)

    def _place_of(self, hook: str) -> Location:
        return self._said[hook].key_location(self._source)
