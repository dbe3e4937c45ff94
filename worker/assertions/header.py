"""One header. Its value is a text; a header that comes several times holds if one of them does."""

from context.values import JsonValue
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.values import is_list, is_number, shorten
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator

#: Headers named in "the answer has …".
NAMES_SHOWN = 12


def find(expectation: Expectation, response: Response, expected: JsonValue) -> Finding:
    """Compare the header named by the expectation's subject."""
    name = expectation.subject
    values = response.header_values(name)
    if not values:
        return _absent(name, expectation, response, expected)
    complaints = [_compare(value, expectation.operator, expected) for value in values]
    actual = values[0] if len(values) == 1 else list(values)
    # "not" must hold for every value: a header that also says it otherwise still says it.
    held = all if expectation.operator is Operator.NOT else any
    if held(not complaint for complaint in complaints):
        return Finding(actual=actual)
    complaint = next(filter(None, complaints))
    return Finding(actual=actual, complaint=f"header {name}: {complaint}")


def _compare(value: str, operator: Operator, expected: JsonValue) -> str:
    if _about_numbers(operator, expected):
        return OPERATORS[operator](_as_number(value), expected)
    if operator in (Operator.EQUALS, Operator.NOT, Operator.CONTAINS):
        return OPERATORS[operator](value, _as_text(expected))
    if operator is Operator.ONE_OF and is_list(expected):
        return OPERATORS[operator](value, [_as_text(choice) for choice in expected])
    return OPERATORS[operator](value, expected)


def _absent(name: str, expectation: Expectation, response: Response, expected: JsonValue) -> Finding:
    if expectation.operator is Operator.EXISTS and expected is False:
        return Finding()
    names = sorted({key.lower() for key, _ in response.headers})
    listed = shorten(", ".join(names[:NAMES_SHOWN]), width=300) or "no headers"
    return Finding(complaint=f"header {name} is missing", difference=f"the answer has {listed}")


def _about_numbers(operator: Operator, expected: JsonValue) -> bool:
    if operator in (Operator.GREATER, Operator.LESS, Operator.BETWEEN):
        return True
    return operator is Operator.TYPE and expected in ("number", "integer")


def _as_number(value: str) -> JsonValue:
    try:
        return int(value)
    except ValueError:
        pass
    try:
        return float(value)
    except ValueError:
        return value


def _as_text(value: JsonValue) -> JsonValue:
    """Headers are texts, so `Content-Length: 12` means the text "12"."""
    return str(value) if is_number(value) else value
