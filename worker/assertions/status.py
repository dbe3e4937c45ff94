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
    if _holds(expectation.operator, actual, expected):
        return Finding(actual=actual)
    complaint = f"expected status {_in_words(expectation.operator, expected)}, got {actual}"
    return Finding(actual=actual, complaint=complaint)


def _holds(operator: Operator, actual: int, expected: JsonValue) -> bool:
    if operator is Operator.ONE_OF and is_list(expected):
        # A list may hold classes, too.
        return any(_holds(_of_one(each), actual, each) for each in expected)
    return not OPERATORS[operator](actual, expected)


def _of_one(expected: JsonValue) -> Operator:
    return Operator.STATUS_CLASS if isinstance(expected, str) else Operator.EQUALS


def _in_words(operator: Operator, expected: JsonValue) -> str:
    each = expected if is_list(expected) else [expected]
    text = " or ".join(show(one).strip('"') for one in each)
    if operator in (Operator.EQUALS, Operator.ONE_OF, Operator.STATUS_CLASS):
        return text
    return f"{operator.replace('_', ' ')} {text}"
