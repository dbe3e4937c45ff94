"""All expectations of a step against its answer: everything is checked, nothing hides the rest."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import NamedTuple

from context.errors import ContextError
from context.values import JsonValue
from worker.assertions import check
from worker.assertions.scene import Scene
from worker.engine.parts import Parts
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.outcome import CheckResult
from worker.models.suite import Step, Test

#: Fills what is expected; raises ContextError.
Fill = Callable[[Expectation], JsonValue]


class Checked(NamedTuple):
    """What became of the expectations. `error` is the first that could not be filled, if any."""

    results: list[CheckResult]
    error: ContextError | None = None


def check_all(
    expectations: Iterable[Expectation], response: Response, *, fill: Fill, scene: Scene
) -> Checked:
    """Check every expectation, also behind one whose templates cannot be filled.

    Snapshots come last: an answer that is wrong otherwise is not kept.
    """
    results: list[tuple[int, CheckResult]] = []
    errors: list[ContextError] = []
    for number, expectation in _snapshots_last(expectations):
        try:
            expected = fill(expectation)
        except ContextError as error:
            errors.append(error)
            continue
        if expectation.kind is ExpectationKind.SNAPSHOT:
            scene = replace(scene, all_well=not errors and all(each.passed for _, each in results))
        results.append((number, check(expectation, response, expected=expected, scene=scene)))
    results.sort(key=_place)
    return Checked(results=[result for _, result in results], error=errors[0] if errors else None)


def _snapshots_last(expectations: Iterable[Expectation]) -> list[tuple[int, Expectation]]:
    """The expectations in the order in which they are checked, each with its place."""
    numbered = list(enumerate(expectations))
    return sorted(numbered, key=_is_snapshot) if any(map(_is_snapshot, numbered)) else numbered


def _place(numbered: tuple[int, CheckResult]) -> int:
    return numbered[0]


def _is_snapshot(numbered: tuple[int, Expectation]) -> bool:
    return numbered[1].kind is ExpectationKind.SNAPSHOT


def scene_of(
    test: Test, step: Step, parts: Parts, *, request: PreparedRequest | None, names: Mapping[str, object]
) -> Scene:
    """Where the checks of a step take place."""
    context = parts.context

    def render(value: JsonValue, more: Mapping[str, object]) -> JsonValue:
        return context.render(value, suite=test.suite, test=test.key, extra={**names, **more})

    return Scene(
        suite=test.suite,
        test=test.key,
        step=step.name and (step.name if len(test.steps) > 1 else ""),
        path=test.where.path,
        base_url=parts.environment.base_url,
        request=request,
        render=render,
        mask=context.mask,
        tools=parts.tools,
    )


def count_for_coverage(test: Test, parts: Parts, request: PreparedRequest | None, response: Response) -> None:
    """Count an exchange among those of the API's own description, where the suite names one."""
    sent = response.sent or request
    if test.contract and sent is not None:
        parts.tools.contracts.touched(test.contract, sent, response, base_url=parts.environment.base_url)
