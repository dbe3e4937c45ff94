"""One header. Its value is a text; a header that comes several times holds if one of them does."""

from context.sensitive import SENSITIVE_HEADERS
from context.values import MASK, JsonValue
from worker.assertions.finding import Finding
from worker.assertions.scene import Scene
from worker.assertions.texts import compare
from worker.assertions.values import private, shorten
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator

#: Headers named in "the answer has …".
NAMES_SHOWN = 12


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare the header named by the expectation's subject."""
    name = expectation.subject
    values = response.header_values(name)
    if not values:
        return _absent(name, expectation, response, expected)
    is_private = name.lower() in SENSITIVE_HEADERS
    complaints = [_complaint(value, expectation.operator, expected, is_private) for value in values]
    actual = MASK if is_private else values[0] if len(values) == 1 else list(values)
    # "not" must hold for every value: a header that also says it otherwise still says it.
    held = all if expectation.operator in (Operator.NOT, Operator.NOT_CONTAINS) else any
    if held(not complaint for complaint in complaints):
        return Finding(actual=actual)
    complaint = next(filter(None, complaints))
    return Finding(actual=actual, complaint=f"header {name}: {complaint}")


def _complaint(value: str, operator: Operator, expected: JsonValue, is_private: bool) -> str:
    with private(value, when=is_private):
        return compare(value, operator, expected)


def _absent(name: str, expectation: Expectation, response: Response, expected: JsonValue) -> Finding:
    if expectation.operator is Operator.EXISTS and expected is False:
        return Finding()
    names = sorted({key.lower() for key, _ in response.headers})
    listed = shorten(", ".join(names[:NAMES_SHOWN]), width=300) or "no headers"
    return Finding(complaint=f"header {name} is missing", difference=f"the answer has {listed}")
