"""The status code."""

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.assertions.values import is_list, show
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare the status code."""
    actual = response.status_code
    if not OPERATORS[expectation.operator](actual, expected):
        return Finding(actual=actual)
    complaint = f"expected status {_in_words(expectation.operator, expected)}, got {actual}"
    return Finding(actual=actual, complaint=complaint)


def _in_words(operator: Operator, expected: JsonValue) -> str:
    text = " or ".join(map(show, expected)) if is_list(expected) else show(expected).strip('"')
    if operator in (Operator.EQUALS, Operator.ONE_OF, Operator.STATUS_CLASS):
        return text
    return f"{operator.replace('_', ' ')} {text}"
