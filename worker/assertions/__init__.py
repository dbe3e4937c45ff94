"""What is checked of a response: one kind of expectation a module, and here their list.

The kinds that few tests use are imported when the first test uses them.
"""

from collections.abc import Callable, Mapping
from functools import cache
from importlib import import_module

from context.values import JsonValue
from worker.assertions import header, json, status, time
from worker.assertions.difference import difference
from worker.assertions.finding import Finding
from worker.assertions.scene import NOWHERE, Scene
from worker.assertions.values import as_json, ends_of, hidden, hiding, shorten
from worker.models.exchange import Response
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.outcome import CheckResult

#: Looks at a response; gets the expectation and what it expects with its templates filled.
Find = Callable[[Expectation, Response, JsonValue, Scene], Finding]

#: The kinds of expectations there are, each with the module that looks.
ASSERTIONS: Mapping[ExpectationKind, Find | str] = {
    ExpectationKind.STATUS: status.find,
    ExpectationKind.HEADER: header.find,
    ExpectationKind.JSON: json.find,
    ExpectationKind.TIME: time.find,
    ExpectationKind.BODY: "body",
    ExpectationKind.SIZE: "size",
    ExpectationKind.COOKIE: "cookie",
    ExpectationKind.REDIRECTS: "redirects",
    ExpectationKind.XML: "xml",
    ExpectationKind.SCHEMA: "schema",
    ExpectationKind.OPENAPI: "openapi",
    ExpectationKind.SNAPSHOT: "snapshot",
    ExpectationKind.CHECK: "expression",
    ExpectationKind.PYTHON: "python",
    ExpectationKind.GRAPHQL: "graphql",
}

#: A larger actual value is not kept as a value, only as shortened text.
ACTUAL_LIMIT = 2_000


def check(
    expectation: Expectation, response: Response, *, expected: JsonValue, scene: Scene = NOWHERE
) -> CheckResult:
    """Whether one expectation holds. Never raises: what cannot be compared does not hold.

    `expected` is the expectation's own with templates filled. Texts of the result are masked as far
    as the scene's mask knows; its values are not masked yet.
    """
    with hiding(scene.mask):
        try:
            found = _finder(expectation.kind)(expectation, response, expected, scene)
        except Exception as error:
            # The answer comes from outside: whatever it does to a comparison, the run goes on.
            found = Finding(complaint=f"this could not be checked ({type(error).__name__})")
        return CheckResult(
            expectation=expectation,
            passed=not found.complaint,
            expected=expected,
            actual=_bounded(found.actual),
            message=found.complaint or found.note,
            difference=found.difference,
        )


@cache
def module_of(kind: ExpectationKind) -> str:
    """The module that looks at what a kind is about."""
    found = ASSERTIONS[kind]
    return f"{__name__}.{found}" if isinstance(found, str) else found.__module__


def _finder(kind: ExpectationKind) -> Find:
    found = ASSERTIONS[kind]
    if isinstance(found, str):
        find: Find = import_module(module_of(kind)).find
        return find
    return found


def _bounded(actual: JsonValue) -> JsonValue:
    """What was there, as it may be shown."""
    if actual is None or isinstance(actual, bool | int | float):
        return actual
    # Hidden before it is cut: half a secret is not recognised any more.
    shown = hidden(ends_of(actual, width=ACTUAL_LIMIT))
    text = shown if isinstance(shown, str) else as_json(shown)
    return shown if len(text) <= ACTUAL_LIMIT else shorten(text, width=ACTUAL_LIMIT)


__all__ = ["ACTUAL_LIMIT", "ASSERTIONS", "NOWHERE", "Find", "Scene", "check", "difference", "module_of"]
