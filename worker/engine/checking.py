"""All expectations of a step against its answer: everything is checked, nothing hides the rest."""

from collections.abc import Callable, Iterable, Mapping, Sequence
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
    expectations: Sequence[Expectation], response: Response, *, fill: Fill, scene: Scene
) -> Checked:
    """Check every expectation, also behind one whose templates cannot be filled.

    Snapshots come last: an answer that is wrong otherwise is not kept. The results are in the order of
    the expectations.
    """
    results: dict[int, CheckResult] = {}
    errors: list[ContextError] = []
    for number in _snapshots_last(expectations):
        expectation = expectations[number]
        try:
            expected = fill(expectation)
        except ContextError as error:
            errors.append(error)
            continue
        if expectation.kind is ExpectationKind.SNAPSHOT:
            scene = scene._replace(all_well=not errors and all(each.passed for each in results.values()))
        results[number] = check(expectation, response, expected=expected, scene=scene)
    return Checked([results[number] for number in sorted(results)], errors[0] if errors else None)


def _snapshots_last(expectations: Sequence[Expectation]) -> Iterable[int]:
    """The places of the expectations, in the order in which they are checked."""
    places = range(len(expectations))
    snapshots = [place for place in places if expectations[place].kind is ExpectationKind.SNAPSHOT]
    return places if not snapshots else [place for place in places if place not in snapshots] + snapshots


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
