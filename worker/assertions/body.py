"""The whole body as text."""

from context.extract import body_text
from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.scene import Scene
from worker.assertions.text_difference import text_difference
from worker.assertions.texts import as_text, compare
from worker.assertions.values import VALUE_WIDTH
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator

#: What holds of a whole body if it holds of its beginning.
_OF_THE_BEGINNING = (Operator.CONTAINS, Operator.STARTS_WITH, Operator.MATCHES, Operator.IS_EMPTY)
#: What is wrong with a whole body if it is wrong with its beginning.
_WRONG_ALREADY = (Operator.NOT_CONTAINS, Operator.STARTS_WITH, Operator.IS_EMPTY)


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare the body, in the encoding that its headers name."""
    actual = body_text(response)
    complaint = compare(actual, expectation.operator, expected)
    if response.truncated and (complaint or expectation.operator not in _OF_THE_BEGINNING):
        return Finding(actual=actual, complaint=_cut(expectation.operator, complaint, response))
    if not complaint:
        return Finding(actual=actual)
    wanted = as_text(expected)
    is_long = isinstance(wanted, str) and max(len(wanted), len(actual)) > VALUE_WIDTH
    several_lines = isinstance(wanted, str) and "\n" in f"{wanted}{actual}".strip()
    if expectation.operator is Operator.EQUALS and isinstance(wanted, str) and (is_long or several_lines):
        return Finding(
            actual=actual,
            complaint="the body is another text",
            difference=text_difference(wanted, actual),
        )
    return Finding(actual=actual, complaint=f"the body: {complaint}")


def _cut(operator: Operator, complaint: str, response: Response) -> str:
    """What can be said of a body of which only the beginning is known."""
    if complaint and operator in _WRONG_ALREADY:
        return f"the body: {complaint}"
    return f"the body was cut after {len(response.body):,} bytes, so it cannot be told"
