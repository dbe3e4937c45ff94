"""The length of the body in bytes, decompressed."""

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.models.exchange import Response
from worker.models.expectation import Expectation


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare the length. A body that was cut is at least as long as what is there."""
    actual = len(response.body)
    if response.truncated:
        return Finding(actual=actual, complaint=f"the body is too long to be measured: {actual:,} bytes came")
    complaint = OPERATORS[expectation.operator](actual, expected)
    return Finding(actual=actual, complaint=f"the size in bytes: {complaint}" if complaint else "")
