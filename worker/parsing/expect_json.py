"""`expect.json`: what a JSON body must contain, taken apart into single expectations."""

import re
from collections.abc import Iterator, Mapping

from context.values import JsonValue
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import ProblemKind
from worker.parsing.mistake import Mistake, has_template
from worker.parsing.operands import JSON_OPERATORS, is_predicate
from worker.parsing.place import Place
from worker.parsing.predicates import About, predicates
from worker.parsing.selectors import means_many, read_path
from worker.parsing.source import Source

_PLAIN_KEY = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")


def json_parts(place: Place, subject: str, source: Source) -> Iterator[Expectation]:
    """The expectations of one place in the body and of all that is inside it."""
    children = place.children
    if isinstance(children, dict):
        if is_predicate(children):
            yield from predicates(place, ABOUT_JSON, subject, source)
        elif children:
            yield from _members(children, subject, source)
        else:
            yield _json_expectation(subject, Operator.TYPE, "object", place, source)
    elif isinstance(children, list) and any(_has_mapping(part) for part in children):
        yield _json_expectation(subject, Operator.LENGTH, len(children), place, source)
        for position, part in enumerate(children):
            yield from json_parts(part, f"{subject}[{position}]", source)
    else:
        yield _json_expectation(subject, Operator.EQUALS, place.data, place, source)


def describe(place: Place, source: Source) -> None:
    """Note the mistakes in a description of elements, which is used as it is written."""
    for _ in json_parts(place, "$", source):
        pass


ABOUT_JSON = About(ExpectationKind.JSON, "a JSON value", JSON_OPERATORS, describe=describe)


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
            yield from (_many if means_many(path) else json_parts)(child, subject + path[1:], source)
        else:
            yield from json_parts(child, subject + step_to(key), source)


def _many(place: Place, subject: str, source: Source) -> Iterator[Expectation]:
    """The expectations of a JSONPath that names several values: they are compared as one list."""
    children = place.children
    if isinstance(children, dict) and is_predicate(children):
        yield from predicates(place, ABOUT_JSON, subject, source)
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
