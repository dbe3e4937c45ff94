"""One test of a file, with the values of its row and its template put in."""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from context.values import JsonValue
from worker.models.dependency import Need
from worker.models.problem import ProblemKind
from worker.models.suite import Priority, Step, Test
from worker.parsing.around import Around
from worker.parsing.document_expect import RESPONSE_KEYS
from worker.parsing.document_request import REQUEST_KEYS, SENDING_KEYS
from worker.parsing.document_tests import TEST
from worker.parsing.flow import (
    read_environments,
    read_needs,
    read_quarantine,
    read_retries,
    said_of_flow,
)
from worker.parsing.hooks import BEFORE_ALL
from worker.parsing.locks import read_locks
from worker.parsing.mistake import Mistake
from worker.parsing.own_uses import OwnUses
from worker.parsing.readers import note
from worker.parsing.requests import read_limits
from worker.parsing.rows import Row
from worker.parsing.steps import ReadStep, StepReader, check_captured_once, parameters_of
from worker.parsing.templates import Used
from worker.parsing.time_limits import DEFAULT_TIMEOUT_SECONDS

#: What only a step can say, where there are steps.
_PARTS_OF_STEPS = frozenset((*REQUEST_KEYS, *RESPONSE_KEYS, "repeat")) - {"headers"}


class OneTest:
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
        self._own_uses = OwnUses(self._key, self._place, used, row, around)

    def read(self) -> Test:
        """The test, as far as it can be read."""
        read = self._read() if self._used.is_whole else {}
        own = self._own_steps(read)
        steps = self._around.hooks.around(own)
        if not self._used.is_whole or not all(step.captures_known for step in steps):
            self._around.unreadable.add(self._key)
        undo = self._cleanup(read)
        uses, undo_uses = self._own_uses.split(steps, undo)
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
            if only.step.when is None and only.step.timeout_seconds is None:
                return [only]
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

    def _names(self) -> dict[str, JsonValue]:
        row: dict[str, JsonValue] = {} if self._row is None else {"row": self._row.place.data}
        return {**row, **parameters_of(self._used)}


def _numbered(steps: list[ReadStep]) -> tuple[Step, ...]:
    if len(steps) == 1:
        return (steps[0].step,)
    return tuple(replace(each.step, index=number) for number, each in enumerate(steps))
