"""One cookie that the answer sets: its value, or one of its attributes."""

from context.values import MASK, JsonValue
from worker.assertions.answer import SetCookie, cookies_of
from worker.assertions.finding import Finding
from worker.assertions.operators import OPERATORS
from worker.assertions.scene import Scene
from worker.assertions.texts import as_number, compare
from worker.assertions.values import private, show
from worker.models.exchange import Response
from worker.models.expectation import Expectation, Operator

#: Attributes that are there or not, which is all that there is to say of them.
FLAGS = ("secure", "http_only")


def find(expectation: Expectation, response: Response, expected: JsonValue, scene: Scene) -> Finding:
    """Compare the part of the cookie that the option `part` names; without it, the value."""
    name, part = expectation.subject, str(expectation.options.get("part", "value"))
    cookies = cookies_of(response)
    if name not in cookies:
        if expectation.operator is Operator.EXISTS and expected is False:
            return Finding()
        present = ", ".join(sorted(cookies)) or "none"
        return Finding(complaint=f"cookie {name} is not set", difference=f"the answer sets {present}")
    if part == "value":
        # The value of a cookie is a credential as often as not.
        with private(value := cookies[name].value):
            complaint = compare(value, expectation.operator, expected)
        return Finding(actual=MASK, complaint=f"cookie {name}: {complaint}" if complaint else "")
    return _attribute(f"cookie {name}, {part}", part, cookies[name], expectation.operator, expected)


def _attribute(called: str, part: str, cookie: SetCookie, operator: Operator, expected: JsonValue) -> Finding:
    found = cookie.attributes.get(part)
    if part in FLAGS:
        is_set = found is not None
        if is_set == (expected is not False):
            return Finding(actual=is_set)
        return Finding(actual=is_set, complaint=f"{called}: {'it is set' if is_set else 'it is not set'}")
    if found is None:
        if operator is Operator.EXISTS and expected is False:
            return Finding()
        return Finding(complaint=f"{called}: expected {show(expected)}, but the cookie has none")
    text = str(found)
    if part == "max_age":
        complaint = OPERATORS[operator](as_number(text), expected)
    elif part == "same_site" and isinstance(expected, str):
        # Browsers take the words in any case.
        complaint = compare(text.lower(), operator, expected.lower())
    else:
        complaint = compare(text, operator, expected)
    return Finding(actual=text, complaint=f"{called}: {complaint}" if complaint else "")
