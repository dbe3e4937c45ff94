"""GraphQL: errors that come with the status 200, and how much an operation asks for."""

from collections.abc import Mapping, Sequence

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.scene import Scene
from worker.assertions.values import is_list, shorten
from worker.models.exchange import Response
from worker.models.expectation import Expectation
from worker.models.graphql import COMPLEXITY

#: Errors that are quoted; a server that sends more says the same again and again.
_SHOWN = 5


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Look for errors in the answer, or compare the complexity of what was sent."""
    if expectation.subject == COMPLEXITY:
        return _complexity(response, expected, scene)
    try:
        answer = response.json()
    except ValueError as error:
        return Finding(complaint=f"this is no answer of GraphQL: {error}")
    if not isinstance(answer, Mapping) or not ({"data", "errors"} & answer.keys()):
        return Finding(
            actual=answer, complaint="this is no answer of GraphQL: it has neither data nor errors"
        )
    errors = answer.get("errors")
    if not errors:
        return Finding(actual=None)
    told = [_told(error) for error in (errors if is_list(errors) else [errors])]
    more = f" (and {len(told) - 1} more)" if len(told) > 1 else ""
    return Finding(
        actual=errors,
        complaint=f"GraphQL answered with an error: {told[0]}{more}",
        difference=_listed(told),
    )


def _complexity(response: Response, expected: JsonValue, scene: Scene) -> Finding:
    sent = response.sent or scene.request
    measured = sent.story.graphql_complexity if sent is not None else None
    if measured is None or not isinstance(expected, int):
        return Finding(complaint="the complexity of the operation is not known")
    if measured <= expected:
        return Finding(actual=measured)
    complaint = f"the operation has a complexity of {measured:,}, more than {expected:,}"
    return Finding(actual=measured, complaint=complaint)


def _told(error: JsonValue) -> str:
    """An error's message, with the place in the answer that it is about."""
    if not isinstance(error, Mapping):
        return shorten(str(error), width=200)
    message = error.get("message")
    path = error.get("path")
    place = f" (at {'.'.join(map(str, path))})" if is_list(path) and path else ""
    return shorten(message if isinstance(message, str) else "without a message", width=200) + place


def _listed(told: Sequence[str]) -> str:
    if len(told) == 1:
        return ""
    lines = [f"- {text}" for text in told[:_SHOWN]]
    return "\n".join([*lines, *([f"- … and {len(told) - _SHOWN} more"] if len(told) > _SHOWN else [])])
