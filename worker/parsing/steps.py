"""Steps: each of them a request with what it expects and captures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from context.capture import CaptureTarget
from context.values import JsonValue
from worker.models.dependency import NameUse
from worker.models.flow import Repeat, StepKind, StepPhase
from worker.models.problem import Location, ProblemKind
from worker.models.suite import Step
from worker.parsing.captures import Captured, all_are_known
from worker.parsing.default_uses import DefaultUses, credential_uses, service_uses
from worker.parsing.document_steps import STEP, WITH_TEMPLATES
from worker.parsing.document_tests import TEST
from worker.parsing.expect_graphql import graphql_expectations
from worker.parsing.expectations import read_expectations
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.requests import read_request, said_of_request
from worker.parsing.source import Source
from worker.parsing.templates import Templates, Used
from worker.parsing.uses import ANSWER_NAMES, expression_uses, find_uses

#: The pause between two requests of one step, where nothing else is said.
EVERY_SECONDS = 1.0

Defaults = Mapping[str, Any]


@dataclass(frozen=True, slots=True)
class ReadStep:
    """A step with the names it needs. `captures_known` is False if mistakes hide what it captures; `said`
    is what the file says of its request."""

    step: Step
    uses: tuple[NameUse, ...] = ()
    captures_known: bool = True
    said: frozenset[str] = frozenset()


@dataclass(slots=True)
class OwnNames:
    """What the steps of one test have captured so far; `tests` are the names it is known by."""

    tests: tuple[str, ...]
    captured: dict[str, CaptureTarget] = field(default_factory=dict)

    def has(self, path: tuple[str | int, ...]) -> bool:
        """Whether a name means something that an earlier step of the same test has captured."""
        match path:
            case ("captured_data", str(test), *rest) if test in self.tests:
                return bool(self.captured) and (not rest or rest[0] in self.captured)
            case ("tokens" | "shared_auth_tokens", str(name), *_):
                return self.captured.get(name) is CaptureTarget.TOKEN
            case ("shared_variables", str(name), *_):
                return self.captured.get(name) is CaptureTarget.VARIABLE
        return path[0] in self.captured

    def add(self, step: Step) -> None:
        """From now on what this step captures is the test's own."""
        self.captured.update({rule.name: rule.target for rule in step.captures})


class StepReader:
    """Reads the steps of one file."""

    def __init__(self, source: Source, templates: Templates, default_uses: DefaultUses) -> None:
        self._source = source
        self._templates = templates
        self._default_uses = default_uses

    def of_test(self, read: Mapping[str, Any], place: Place, defaults: Defaults, where: Location) -> ReadStep:
        """The only step of a test that was written without steps."""
        step = self._step(read, place, defaults, where)
        said = said_of_request(read, defaults)
        return ReadStep(step, tuple(self._uses(place, "")), captures_known(read, place), said)

    def listed(
        self, place: Place, defaults: Defaults, *, field: str, phase: StepPhase = StepPhase.OWN
    ) -> list[ReadStep]:
        """The steps of a list, or the only one that stands in its place."""
        parts = place.children if isinstance(place.children, list) else [place]
        if not parts or not isinstance(place.children, list | dict):
            note(self._source, place, wrong_type("a list of steps", place.data or None, hint=_HOW))
            return []
        single = parts[0] is place
        return [
            self._one(part, defaults, field if single else f"{field}[{number}]", phase, number)
            for number, part in enumerate(parts)
        ]

    def _one(self, place: Place, defaults: Defaults, field: str, phase: StepPhase, number: int) -> ReadStep:
        used = self._templates.apply(place) if "use" in place.keyed() else Used(place)
        place = used.place
        read = self._read(place) if used.is_whole else {}
        where = place.key_location(self._source)
        step = self._step(read, place, defaults, where)
        named = replace(
            step,
            index=number,
            phase=phase,
            name=read.get("name") or f"{step.request.method} {step.request.url}",
            kind=StepKind(read.get("kind", StepKind.HTTP)),
            names=parameters_of(used),
        )
        uses = [*self._uses(place, f"{field}."), *parameter_uses(used, self._source)]
        if used.parameters:
            uses = [use for use in uses if use.path[0] != "params" or use.path[1:2] not in _known(used)]
        known = used.is_whole and captures_known(read, place)
        return ReadStep(named, tuple(uses), known, said_of_request(read, defaults))

    def _read(self, place: Place) -> dict[str, Any]:
        try:
            return STEP.read(place, self._source)
        except Mistake as mistake:
            note(self._source, place, mistake)
            return {}

    def _step(self, read: Mapping[str, Any], place: Place, defaults: Defaults, where: Location) -> Step:
        captured: list[Captured] = read.get("capture", [])
        expected = place.child("expect") if "expect" in read else None
        return Step(
            request=read_request(read, place, defaults, self._source),
            expectations=(
                *read_expectations(
                    read.get("expect", {}), expected, where, self._source, contract=defaults.get("openapi")
                ),
                *graphql_expectations(read, place, self._source),
            ),
            captures=tuple(rule for rule, _ in captured),
            capture_places=tuple(place for _, place in captured),
            when=read.get("when"),
            repeat=_repeat(read, place, self._source),
            timeout_seconds=_total(read),
            where=where,
        )

    def _uses(self, place: Place, prefix: str) -> Iterator[NameUse]:
        yield from template_uses(place, prefix, self._source)
        yield from service_uses(place, self._source)
        yield from credential_uses(place, self._source)
        yield from self._default_uses.of(place)


def _known(used: Used) -> set[tuple[str | int, ...]]:
    return {(name,) for name in used.parameters}


_HOW = "write for example [{ POST: /orders }, { GET: /orders/1 }]"


def template_uses(place: Place, prefix: str, source: Source) -> Iterator[NameUse]:
    """The names that a test or a step at this place needs."""
    for key in WITH_TEMPLATES:
        child = place.child(key)
        if child is not None:
            yield from find_uses(
                _without_checks(child) if key == "expect" else child, f"{prefix}{key}", source
            )
    expected = place.child("expect")
    checks = expected.child("check") if expected is not None else None
    if checks is not None:
        yield from expression_uses(checks, f"{prefix}expect.check", source, own=ANSWER_NAMES)
    for key, inner in _ABOUT_ANSWERS:
        child = place.child(key)
        child = child.child(inner) if child is not None else None
        if child is not None:
            yield from find_uses(child, f"{prefix}{key}.{inner}", source, own=ANSWER_NAMES)


def _without_checks(place: Place) -> Place:
    """What is expected but for expressions, which know more names and need no braces."""
    if "check" not in place.keyed():
        return place
    return place.with_children({key: child for key, child in place.keyed().items() if key != "check"})


#: Parts of a test or a step whose templates speak of an answer.
_ABOUT_ANSWERS = (("repeat", "until"), ("retries", "when"))


def parameters_of(used: Used) -> dict[str, JsonValue]:
    """What templates find under `params` in a test or a step."""
    return (
        {"params": {name: place.data for name, place in used.parameters.items()}} if used.parameters else {}
    )


def parameter_uses(used: Used, source: Source) -> Iterator[NameUse]:
    """The names that the values of parameters need."""
    for name, place in used.parameters.items():
        yield from find_uses(place, f"with.{name}", source)


def captures_known(read: Mapping[str, Any], place: Place) -> bool:
    """Whether mistakes left all captures readable. An unknown key may have been meant for them."""
    written = place.child("capture")
    if written is not None:
        return all_are_known(written, read.get("capture", []))
    return bool(place.keyed()) and all(key in STEP.keys or key in TEST.keys for key in place.keyed())


def _total(read: Mapping[str, Any]) -> float | None:
    limits = read.get("timeout")
    return limits.total if limits is not None else None


def _repeat(read: Mapping[str, Any], place: Place, source: Source) -> Repeat | None:
    said: Mapping[str, Any] | None = read.get("repeat")
    if not said or "until" not in said:
        return None
    return Repeat(
        until=said["until"],
        every_seconds=said.get("every", EVERY_SECONDS),
        within_seconds=said.get("within"),
        at_most=said.get("at_most"),
        where=place.find(("repeat", "until")).location(source),
    )


def check_captured_once(steps: list[Step], source: Source) -> None:
    """Note names that two steps of one test capture: nobody could say which one is meant."""
    first: dict[str, Location] = {}
    for step in steps:
        for rule, where in zip(step.captures, step.capture_places, strict=True):
            if first.setdefault(rule.name, where) is not where:
                source.add(
                    ProblemKind.DUPLICATE_KEY,
                    f"{rule.name!r} is captured twice in this test",
                    where,
                    hint=f"it is already in line {first[rule.name].line}: choose another name",
                )
