"""One place in a JSON body, named by a JSONPath. `$` is the whole body."""

from collections.abc import Mapping
from dataclasses import replace

from context.jsonpath import find as find_in
from context.outcomes import Found
from context.sensitive import is_sensitive
from context.values import MASK, JsonValue
from worker.assertions.difference import ChangeKind, changes, difference
from worker.assertions.finding import Finding
from worker.assertions.foreign import meant_operator
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.assertions.values import VALUE_WIDTH, as_json, hidden, is_list, private
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator

#: Characters of two values, written out, that are compared at a glance.
AT_A_GLANCE = 60


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
    return Finding(complaint=found.reason + _hint(document, path))


def _hint(document: JsonValue, path: str) -> str:
    """What may have been meant by a field that a plain value cannot have: `{ gt: 3 }` of a number."""
    above = find_in(document, path.rpartition(".")[0] or "$")
    if not isinstance(above, Found) or isinstance(above.value, Mapping):
        return ""
    meant = meant_operator(path)
    return f"; the operator is called {meant!r}" if meant else ""


def _compare(path: str, operator: Operator, actual: JsonValue, expected: JsonValue) -> Finding:
    with private(actual, when=is_sensitive(path.rpartition(".")[2])):
        found = _compared(path, operator, actual, expected)
        if not isinstance(actual, str) or (shown := hidden(actual)) == actual:
            return found
        return replace(found, actual=shown)


def _compared(path: str, operator: Operator, actual: JsonValue, expected: JsonValue) -> Finding:
    complaint = OPERATORS[operator](actual, expected)
    if not complaint:
        return Finding(actual=actual)
    place = "the body" if path == "$" else path
    if not _worth_showing(operator, actual, expected):
        return Finding(actual=actual, complaint=f"{place}: {complaint}")
    shown = difference(expected, actual, at=path)
    if isinstance(actual, str):
        return Finding(actual=actual, complaint=f"{place} is another text", difference=shown)
    found = sum(change.kind is not ChangeKind.COUNT for change in changes(expected, actual, at=path))
    said = "it differs in one place" if found == 1 else f"it differs in {found} places"
    return Finding(actual=actual, complaint=f"{place}: {said}", difference=shown)


def _worth_showing(operator: Operator, actual: JsonValue, expected: JsonValue) -> bool:
    """Whether two values are too large to be compared at a glance."""
    if operator is not Operator.EQUALS:
        return False
    both_texts = isinstance(actual, str) and isinstance(expected, str) and hidden(actual) != MASK
    both_long = both_texts and (len(str(actual)) > VALUE_WIDTH or "\n" in f"{actual}{expected}")
    both_nested = isinstance(actual, Mapping) and isinstance(expected, Mapping)
    if not both_nested and not (is_list(actual) and is_list(expected)):
        return both_long
    return len(as_json(actual)) + len(as_json(expected)) > AT_A_GLANCE


def _means_many(path: str) -> bool:
    """Whether this path names any number of values, so that none at all is an answer, too."""
    import jsonpath_rfc9535

    try:
        return not jsonpath_rfc9535.compile(path).singular_query()
    except jsonpath_rfc9535.JSONPathError:
        return False
