"""How long the answer took, from sending the request to the end of the body. In seconds."""

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.assertions.values import is_list, is_number, show
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator

#: How each operator reads before a time.
WORDS = {
    Operator.LESS: "less than ",
    Operator.GREATER: "more than ",
    Operator.AT_LEAST: "at least ",
    Operator.AT_MOST: "at most ",
    Operator.EQUALS: "exactly ",
    Operator.NOT: "anything but ",
}


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare the time that the answer took."""
    actual = round(response.seconds, 6)
    if not OPERATORS[expectation.operator](actual, expected):
        return Finding(actual=actual)
    wanted = _in_words(expectation.operator, expected)
    return Finding(actual=actual, complaint=f"expected {wanted}, took {duration(actual)}")


def _in_words(operator: Operator, expected: JsonValue) -> str:
    if operator is Operator.BETWEEN and is_list(expected) and len(expected) == 2:
        low, high = expected
        return f"at most {_time(high)}" if low == 0 else f"{_time(low)} to {_time(high)}"
    return f"{WORDS.get(operator, f'{operator} ')}{_time(expected)}"


def _time(value: JsonValue) -> str:
    return duration(value) if is_number(value) else show(value)


def duration(seconds: float) -> str:
    """A time for people: 812 ms, 1.25 s."""
    if seconds < 1:
        return f"{seconds * 1000:.3g} ms"
    return f"{seconds:.3g} s"
