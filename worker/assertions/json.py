"""One place in a JSON body, named by a JSONPath. `$` is the whole body."""

from collections.abc import Mapping

from context.jsonpath import find as find_in
from context.outcomes import Found
from context.values import JsonValue
from worker.assertions.difference import difference
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.assertions.values import VALUE_WIDTH, is_list
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare what lies at the expectation's subject."""
    try:
        document = response.json()
    except ValueError as error:
        return Finding(complaint=str(error))
    path = expectation.subject or "$"
    found = find_in(document, path)
    if isinstance(found, Found):
        return _compare(path, expectation.operator, found.value, expected)
    if expectation.operator is Operator.EXISTS and expected is False:
        return Finding()
    if expectation.operator is not Operator.EXISTS and _means_many(path):
        return _compare(path, expectation.operator, [], expected)
    return Finding(complaint=found.reason)


def _compare(path: str, operator: Operator, actual: JsonValue, expected: JsonValue) -> Finding:
    complaint = OPERATORS[operator](actual, expected)
    if not complaint:
        return Finding(actual=actual)
    place = "the body" if path == "$" else path
    shown = difference(expected, actual, at=path) if _worth_showing(operator, actual, expected) else ""
    return Finding(actual=actual, complaint=f"{place}: {complaint}", difference=shown)


def _worth_showing(operator: Operator, actual: JsonValue, expected: JsonValue) -> bool:
    """Whether two values are too large to be compared at a glance."""
    if operator is not Operator.EQUALS:
        return False
    both_long = isinstance(actual, str) and isinstance(expected, str) and len(actual) > VALUE_WIDTH
    both_nested = isinstance(actual, Mapping) and isinstance(expected, Mapping)
    return both_long or both_nested or (is_list(actual) and is_list(expected))


def _means_many(path: str) -> bool:
    """Whether this path names any number of values, so that none at all is an answer, too."""
    import jsonpath_rfc9535

    try:
        return not jsonpath_rfc9535.compile(path).singular_query()
    except jsonpath_rfc9535.JSONPathError:
        return False
