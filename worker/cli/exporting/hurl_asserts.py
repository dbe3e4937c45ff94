"""Expectations and captures as the asserts and captures of an entry of a Hurl file."""

import json
import re
from collections.abc import Callable, Iterator, Mapping

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.values import JsonValue
from worker.cli.exporting.hurl_text import Spelling
from worker.models.expectation import Expectation, ExpectationKind, Operator

#: The words of a predicate, before what is compared.
_COMPARED = {
    Operator.EQUALS: "==",
    Operator.NOT: "!=",
    Operator.CONTAINS: "contains",
    Operator.NOT_CONTAINS: "not contains",
    Operator.STARTS_WITH: "startsWith",
    Operator.ENDS_WITH: "endsWith",
    Operator.MATCHES: "matches",
    Operator.GREATER: ">",
    Operator.LESS: "<",
    Operator.AT_LEAST: ">=",
    Operator.AT_MOST: "<=",
}
_TYPES = {
    "string": "isString",
    "number": "isNumber",
    "integer": "isInteger",
    "boolean": "isBoolean",
    "array": "isList",
    "object": "isObject",
    "null": "== null",
}
_COOKIE_PARTS = {
    "value": "Value",
    "path": "Path",
    "domain": "Domain",
    "expires": "Expires",
    "max_age": "Max-Age",
    "secure": "Secure",
    "http_only": "HttpOnly",
    "same_site": "SameSite",
}
_FLAGS = ("secure", "http_only")
_ALONE = {
    ExpectationKind.STATUS: "status",
    ExpectationKind.BODY: "body",
    ExpectationKind.SIZE: "bytes count",
    ExpectationKind.TIME: "duration",
}
_WITH_SUBJECT = {
    ExpectationKind.HEADER: "header",
    ExpectationKind.JSON: "jsonpath",
    ExpectationKind.XML: "xpath",
}
_OF_REDIRECTS = {"count": "redirects count", "url": "url"}


class Unsaid(Exception):
    """Hurl has no words for this."""


class HurlAsserts:
    """Writes what is expected and captured. `render` fills templates, with marks for what is not known."""

    def __init__(self, spelling: Spelling, render: Callable[[JsonValue], JsonValue]) -> None:
        self._spelling = spelling
        self._render = render

    def status(self, expectations: tuple[Expectation, ...]) -> str:
        """The line that an answer begins with: a status, or any."""
        exact = [
            each.expected
            for each in expectations
            if each.kind is ExpectationKind.STATUS and each.operator is Operator.EQUALS
        ]
        return f"HTTP {exact[0]}" if len(exact) == 1 and isinstance(exact[0], int) else "HTTP *"

    def lines(self, expectation: Expectation) -> Iterator[str]:
        """The asserts that say what this expectation says. Raises Unsaid."""
        query, scale = self._query(expectation), 1.0
        if expectation.kind is ExpectationKind.TIME:
            scale = 1000.0
        expected = _scaled(self._render(expectation.expected), scale)
        for predicate in self._predicates(expectation, expected):
            yield f"{query} {predicate}"

    def capture(self, rule: CaptureRule, *, name: str, follows: bool, places: tuple[int, ...] = ()) -> str:
        """A capture under this name; `places` are positions in what it finds. Raises Unsaid."""
        if rule.filter or rule.all or rule.group not in (None, 0, 1):
            raise Unsaid
        steps = "".join(f" nth {place}" for place in places)
        is_secret = rule.secret or rule.target is CaptureTarget.TOKEN
        return f"{name}: {self._source(rule, follows)}{steps}{' redact' if is_secret else ''}"

    def _source(self, rule: CaptureRule, follows: bool) -> str:
        quoted = self._spelling.quoted(rule.expression)
        with_expression = {
            CaptureSource.JSONPATH: "jsonpath",
            CaptureSource.XPATH: "xpath",
            CaptureSource.REGEX: "regex",
            CaptureSource.HEADER: "header",
            CaptureSource.COOKIE: "cookie",
        }
        alone = {
            CaptureSource.STATUS: "status",
            CaptureSource.BODY: "body",
            CaptureSource.TIME: "duration",
            CaptureSource.SIZE: "bytes count",
            CaptureSource.REDIRECT_URL: "url" if follows else 'header "Location"',
        }
        if rule.source in with_expression:
            return f"{with_expression[rule.source]} {quoted}"
        if rule.source in alone:
            return alone[rule.source]
        raise Unsaid

    def _query(self, expectation: Expectation) -> str:
        """What is looked at."""
        kind, subject = expectation.kind, expectation.subject
        if kind in _ALONE:
            return _ALONE[kind]
        if kind in _WITH_SUBJECT and subject:
            return f"{_WITH_SUBJECT[kind]} {self._spelling.quoted(subject)}"
        part = str(expectation.options.get("part") or "value")
        if kind is ExpectationKind.COOKIE:
            return f"cookie {self._spelling.quoted(f'{subject}[{_COOKIE_PARTS[part]}]')}"
        if kind is ExpectationKind.REDIRECTS and part in _OF_REDIRECTS:
            return _OF_REDIRECTS[part]
        raise Unsaid

    def _predicates(self, expectation: Expectation, expected: JsonValue) -> Iterator[str]:
        operator = expectation.operator
        if expectation.options.get("part") in _FLAGS:
            yield "exists" if expected else "not exists"
        elif operator in (Operator.BETWEEN, Operator.CLOSE_TO):
            low, high = _range(operator, expected)
            yield f">= {self._value(low)}"
            yield f"<= {self._value(high)}"
        elif operator is Operator.STATUS_CLASS:
            low = int(str(expected)[0]) * 100
            yield f">= {low}"
            yield f"< {low + 100}"
        else:
            yield self._predicate(operator, expected)

    def _predicate(self, operator: Operator, expected: JsonValue) -> str:
        if operator in _COMPARED:
            if operator is Operator.EQUALS and expected == []:
                return "isEmpty"
            return f"{_COMPARED[operator]} {self._value(expected)}"
        if operator is Operator.TYPE and str(expected) in _TYPES:
            return _TYPES[str(expected)]
        if operator is Operator.LENGTH and isinstance(expected, int):
            return f"count == {expected}"
        if operator in (Operator.EXISTS, Operator.IS_EMPTY):
            word = "exists" if operator is Operator.EXISTS else "isEmpty"
            return word if expected else f"not {word}"
        if operator is Operator.ONE_OF and isinstance(expected, list):
            return f"matches {self._spelling.quoted(self._any_of(expected))}"
        raise Unsaid

    def _any_of(self, values: list[JsonValue]) -> str:
        """A pattern for one of these texts."""
        texts = [value for value in values if isinstance(value, str) and not self._spelling.has_marks(value)]
        if len(texts) < len(values):
            raise Unsaid
        return f"^(?:{'|'.join(map(re.escape, texts))})$"

    def _value(self, value: JsonValue) -> str:
        if isinstance(value, str):
            name = self._spelling.only_mark(value)
            return f"{{{{{name}}}}}" if name else self._spelling.quoted(value)
        if isinstance(value, list | Mapping):
            raise Unsaid
        return json.dumps(value)


def _range(operator: Operator, expected: JsonValue) -> tuple[JsonValue, JsonValue]:
    match expected:
        case [int() | float() as one, int() | float() as other]:
            return (one, other) if operator is Operator.BETWEEN else (one - other, one + other)
    raise Unsaid


def _scaled(value: JsonValue, scale: float) -> JsonValue:
    """Seconds as milliseconds, which Hurl counts."""
    if scale == 1.0 or isinstance(value, bool):
        return value
    if isinstance(value, int | float):
        return round(value * scale)
    return [_scaled(each, scale) for each in value] if isinstance(value, list) else value
