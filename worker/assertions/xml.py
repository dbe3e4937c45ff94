"""One place in an XML or HTML body, named by an XPath; or the whole document."""

from context import xml
from context.extract import content_type
from context.outcomes import NotFound
from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.assertions.text_difference import text_difference
from worker.assertions.texts import as_text, compare
from worker.assertions.values import is_list, show
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator

#: Operators that look at a list even where only one node was found.
_OF_LISTS = frozenset({Operator.EVERY, Operator.SOME, Operator.NONE, Operator.UNIQUE, Operator.SORTED})


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare what the XPath finds; without one, the whole document."""
    if response.truncated:
        return Finding(complaint=f"the document was cut after {len(response.body):,} bytes")
    try:
        document = xml.read(response.body, content_type(response))
    except ValueError as error:
        return Finding(complaint=str(error))
    if not expectation.subject:
        return _whole(document, expected)
    found = document.find(expectation.subject)
    if not isinstance(found, NotFound):
        return _compare(expectation, found.value, expected)
    if expectation.operator is Operator.EXISTS and expected is False:
        return Finding()
    return Finding(complaint=found.reason)


def _compare(expectation: Expectation, actual: JsonValue, expected: JsonValue) -> Finding:
    operator = expectation.operator
    if operator in _OF_LISTS and not is_list(actual):
        actual = [actual]
    if isinstance(actual, str):
        complaint = compare(actual, operator, expected)
    elif is_list(actual) and is_list(expected):
        complaint = OPERATORS[operator](actual, [as_text(each) for each in expected])
    else:
        complaint = OPERATORS[operator](actual, expected)
    return Finding(actual=actual, complaint=f"{expectation.subject}: {complaint}" if complaint else "")


def _whole(document: xml.Document, expected: JsonValue) -> Finding:
    actual = xml.lines_of(document)
    try:
        wanted = xml.lines_of(xml.read(str(expected).encode()))
    except ValueError:
        return Finding(complaint=f"what is expected is not XML: {show(expected)}")
    if wanted == actual:
        return Finding(actual=actual)
    return Finding(
        actual=actual,
        complaint="the document is another one",
        difference=text_difference(wanted, actual),
    )
