"""`expect:` — what must hold of a response, taken apart into single expectations."""

import re
from collections.abc import Iterator, Mapping
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import Location, ProblemKind
from worker.parsing.captures import means_many, read_path
from worker.parsing.http_values import read_header_name, read_scalar
from worker.parsing.mistake import Mistake, has_template, wrong_type
from worker.parsing.operands import HEADER_OPERATORS, JSON_OPERATORS, is_predicate, read_operand
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.source import Source
from worker.parsing.suggest import hint_for

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
            read_header_name(name)
        except Mistake as mistake:
            source.add(mistake.kind, mistake.what, child.key_location(source), hint=mistake.hint)
            continue
        yield from _header(name, child, source)


def _header(name: str, place: Place, source: Source) -> Iterator[Expectation]:
    if isinstance(place.children, dict):
        yield from _predicates(place, ExpectationKind.HEADER, name, HEADER_OPERATORS, source)
        return
    try:
        expected = read_scalar(place.data)
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
