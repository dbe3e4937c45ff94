"""The answers that led to this one: how many there were, and where they led."""

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.assertions.texts import compare
from worker.assertions.values import hidden_text
from worker.models.exchange import Response
from worker.models.expectation import Expectation


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare what the option `part` names: their `count`, the last `url`, or the `statuses`."""
    part = str(expectation.options.get("part", "count"))
    actual = _part(part, response)
    if isinstance(actual, str):
        complaint = compare(actual, expectation.operator, expected)
    else:
        complaint = OPERATORS[expectation.operator](actual, expected)
    if not complaint:
        return Finding(actual=actual)
    story = _story(response) if part != "statuses" else ""
    return Finding(actual=actual, complaint=f"redirects, {part}: {complaint}", difference=story)


def _part(part: str, response: Response) -> JsonValue:
    if part == "url":
        return response.url
    statuses: list[JsonValue] = [redirect.status_code for redirect in response.redirects]
    return statuses if part == "statuses" else len(statuses)


def _story(response: Response) -> str:
    """Each redirect on a line of its own."""
    steps = [
        f"{redirect.status_code} {redirect.method} {redirect.url} → {redirect.location}"
        for redirect in response.redirects
    ]
    return hidden_text("\n".join(steps) or "no redirect was followed")
