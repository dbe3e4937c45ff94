"""`expect:` — what must hold of a response, taken apart into single expectations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import Location, ProblemKind
from worker.parsing import fields
from worker.parsing.captures import means_many, read_path, read_regex
from worker.parsing.fields import Mistake, has_template, wrong_type
from worker.parsing.readers import note
from worker.parsing.source import Source
from worker.parsing.suggest import hint_for, nearest
from worker.parsing.tree import Place

JSON_OPERATORS = tuple(operator.value for operator in Operator if operator is not Operator.STATUS_CLASS)
HEADER_OPERATORS = (
    "equals",
    "not",
    "contains",
    "matches",
    "length",
    "greater",
    "less",
    "between",
    "one_of",
    "exists",
)
JSON_TYPES = ("string", "number", "integer", "boolean", "array", "object", "null")
ORDERS = ("ascending", "descending")

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def read_expectations(
    read: Mapping[str, Any], place: Place | None, where: Location, source: Source
) -> tuple[Expectation, ...]:
    """Everything that a test expects. `where` is the test itself, for what it expects without saying."""
    found = [_status(read, place, where, source)]
    if place is None:
        return tuple(found)
    if "headers" in read:
        found.extend(_headers(read["headers"], source))
    if "json" in read:
        found.extend(_json(read["json"], "$", source))
    if "time" in read:
        found.extend(_time(read["time"], place.find(("time",)).location(source)))
    return tuple(found)


def _status(read: Mapping[str, Any], place: Place | None, where: Location, source: Source) -> Expectation:
    operator, expected = read.get("status", (Operator.STATUS_CLASS, "2xx"))
    if place is not None and place.child("status") is not None:
        where = place.find(("status",)).location(source)
    return Expectation(kind=ExpectationKind.STATUS, operator=operator, expected=expected, where=where)


def _time(predicates: list[tuple[Operator, JsonValue]], where: Location) -> Iterator[Expectation]:
    for operator, expected in predicates:
        yield Expectation(kind=ExpectationKind.TIME, operator=operator, expected=expected, where=where)


def _headers(place: Place, source: Source) -> Iterator[Expectation]:
    if not isinstance(place.children, dict):
        note(
            source,
            place,
            wrong_type("a mapping", place.data, hint="write for example { Location: /orders/1 }"),
        )
        return
    for name, child in place.children.items():
        try:
            fields.read_header_name(name)
        except Mistake as mistake:
            source.add(mistake.kind, mistake.what, child.key_location(source), hint=mistake.hint)
            continue
        yield from _header(name, child, source)


def _header(name: str, place: Place, source: Source) -> Iterator[Expectation]:
    if isinstance(place.children, dict):
        yield from _predicates(place, ExpectationKind.HEADER, name, HEADER_OPERATORS, source)
        return
    try:
        expected = fields.read_scalar(place.data)
    except Mistake as mistake:
        note(source, place, mistake)
        return
    yield Expectation(
        kind=ExpectationKind.HEADER,
        operator=Operator.EQUALS,
        expected=expected,
        subject=name,
        where=place.location(source),
    )


def _json(place: Place, subject: str, source: Source) -> Iterator[Expectation]:
    """The expectations of one place in the body and of all that is inside it."""
    children = place.children
    if isinstance(children, dict):
        if is_predicate(children):
            yield from _predicates(place, ExpectationKind.JSON, subject, JSON_OPERATORS, source)
        elif children:
            yield from _members(children, subject, source)
        else:
            yield _json_expectation(subject, Operator.TYPE, "object", place, source)
    elif isinstance(children, list) and any(_has_mapping(part) for part in children):
        yield _json_expectation(subject, Operator.LENGTH, len(children), place, source)
        for position, part in enumerate(children):
            yield from _json(part, f"{subject}[{position}]", source)
    else:
        yield _json_expectation(subject, Operator.EQUALS, place.data, place, source)


def is_predicate(keys: Mapping[str, object]) -> bool:
    """Whether a mapping consists of operators, so that it asks something instead of being compared.

    One operator beside words that are almost operators counts, too: those are misspelt.
    """
    known = [key for key in keys if key in JSON_OPERATORS]
    if not known:
        return False
    others = [key for key in keys if key not in JSON_OPERATORS]
    return all(len(key) >= 4 and nearest(key, JSON_OPERATORS) for key in others)


def _has_mapping(place: Place) -> bool:
    if isinstance(place.children, list):
        return any(_has_mapping(part) for part in place.children)
    return isinstance(place.children, dict)


def _members(children: Mapping[str, Place], subject: str, source: Source) -> Iterator[Expectation]:
    for key, child in children.items():
        if key == "$" or key.startswith(("$.", "$[")):
            try:
                path = read_path(key)
            except Mistake as mistake:
                source.add(mistake.kind, mistake.what, child.key_location(source), hint=mistake.hint)
                continue
            yield from (_many if means_many(path) else _json)(child, subject + path[1:], source)
        else:
            yield from _json(child, subject + step_to(key), source)


def _many(place: Place, subject: str, source: Source) -> Iterator[Expectation]:
    """The expectations of a JSONPath that names several values: they are compared as one list."""
    children = place.children
    if isinstance(children, dict) and is_predicate(children):
        yield from _predicates(place, ExpectationKind.JSON, subject, JSON_OPERATORS, source)
    elif has_template(place.data) or (isinstance(children, list) and not _has_mapping(place)):
        yield _json_expectation(subject, Operator.EQUALS, place.data, place, source)
    else:
        source.add(
            ProblemKind.WRONG_TYPE,
            f"{subject} may name several values, which are compared as a list",
            place.location(source),
            hint="write a list, or ask for example { contains: … } or { equals: […] }",
        )


def step_to(key: str) -> str:
    """The step of a JSONPath to this key: `.id`, or `['odd key']`."""
    if _PLAIN_KEY.fullmatch(key):
        return f".{key}"
    escaped = key.replace("\\", "\\\\").replace("'", "\\'")
    shown = "".join(sign if sign >= " " else f"\\u{ord(sign):04x}" for sign in escaped)
    return f"['{shown}']"


def _json_expectation(
    subject: str, operator: Operator, expected: JsonValue, place: Place, source: Source
) -> Expectation:
    return Expectation(
        kind=ExpectationKind.JSON,
        operator=operator,
        expected=expected,
        subject=subject,
        where=place.location(source),
    )


def _predicates(
    place: Place, kind: ExpectationKind, subject: str, operators: tuple[str, ...], source: Source
) -> Iterator[Expectation]:
    if not place.keyed():
        what = "a mapping of operators with nothing in it"
        source.add(
            ProblemKind.BAD_VALUE, what, place.location(source), hint="write for example { exists: true }"
        )
    for word, child in place.keyed().items():
        if word not in operators:
            about = "a header" if kind is ExpectationKind.HEADER else "a JSON value"
            source.add(
                ProblemKind.UNKNOWN_KEY,
                f"{word!r} cannot be asked of {about}",
                child.key_location(source),
                hint=hint_for(word, operators, otherwise=f"one of: {', '.join(operators)}"),
            )
            continue
        try:
            expected = read_operand(Operator(word), child.data)
        except Mistake as mistake:
            note(source, child, mistake)
            continue
        yield Expectation(
            kind=kind,
            operator=Operator(word),
            expected=expected,
            subject=subject,
            where=child.location(source),
        )


def read_operand(operator: Operator, value: Any) -> JsonValue:
    """What an operator compares with. Raises Mistake for a value of the wrong type."""
    if operator in _OPERANDS and not has_template(value):
        return _OPERANDS[operator](value)
    checked: JsonValue = value
    return checked


def _number(value: Any, inside: tuple[str | int, ...] = ()) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type("a number", value, inside=inside)
    return value


def _length(value: Any) -> JsonValue:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_type("a whole number", value)
    if value < 0:
        raise Mistake("a length cannot be less than 0", hint="write 0 for an empty one")
    return value


def _between(value: Any) -> JsonValue:
    if not isinstance(value, list) or len(value) != 2:
        raise Mistake("'between' takes two numbers", hint="write for example [1, 10]")
    low, high = (
        bound if has_template(bound) else _number(bound, (position,)) for position, bound in enumerate(value)
    )
    if isinstance(low, int | float) and isinstance(high, int | float) and low > high:
        raise Mistake("nothing is between these: the first is greater", hint=f"write [{high}, {low}]")
    return [low, high]


def _one_of(value: Any) -> JsonValue:
    if not isinstance(value, list) or not value:
        raise Mistake("'one_of' takes a list of values", hint="write for example [EUR, USD]")
    checked: JsonValue = value
    return checked


def _type(value: Any) -> JsonValue:
    if isinstance(value, str) and value in JSON_TYPES:
        return value
    if value is None:
        return "null"
    shown = repr(value) if isinstance(value, str) else fields.in_words(value)
    hint = hint_for(value, JSON_TYPES) if isinstance(value, str) else None
    hint = hint or f"one of: {', '.join(JSON_TYPES)}"
    raise Mistake(f"{shown} is not a JSON type", hint=f"{hint}; for a key called 'type' write '$.type'")


def _sorted(value: Any) -> JsonValue:
    if value is True:
        return "ascending"
    if value in ORDERS:
        order: str = value
        return order
    raise Mistake("'sorted' takes a direction", hint="one of: ascending, descending")


_OPERANDS = {
    Operator.MATCHES: read_regex,
    Operator.TYPE: _type,
    Operator.LENGTH: _length,
    Operator.GREATER: _number,
    Operator.LESS: _number,
    Operator.BETWEEN: _between,
    Operator.ONE_OF: _one_of,
    Operator.EXISTS: fields.read_boolean,
    Operator.UNIQUE: fields.read_boolean,
    Operator.SORTED: _sorted,
}
