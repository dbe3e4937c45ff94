"""`expect:` — what must hold of a response, taken apart into single expectations."""

from collections.abc import Callable, Iterator, Mapping
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import Location
from worker.parsing import expect_contract, expect_parts, expect_xml
from worker.parsing.expect_json import ABOUT_JSON, json_parts
from worker.parsing.http_values import read_header_name
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.place import Place
from worker.parsing.predicates import (
    ABOUT_BODY,
    ABOUT_HEADER,
    ABOUT_SIZE,
    expectation,
    number_or_predicates,
    text_or_predicates,
)
from worker.parsing.readers import note
from worker.parsing.source import Source

#: Takes apart what stands under one key of `expect`.
Parts = Callable[[Place, Source], Iterator[Expectation]]


def read_expectations(
    read: Mapping[str, Any],
    place: Place | None,
    where: Location,
    source: Source,
    *,
    contract: Mapping[str, Any] | None = None,
) -> tuple[Expectation, ...]:
    """Everything that a test expects. `where` is the test itself, for what it expects without saying;
    `contract` is what the suite says under `openapi`."""
    found = [_status(read, place, where, source)]
    if place is not None:
        for key, parts in _PARTS.items():
            if key in read:
                found.extend(parts(read[key], source))
        if "time" in read:
            found.extend(_time(read["time"], place.find(("time",)).location(source)))
    found.extend(expect_contract.openapi(read.get("openapi"), contract, where, source))
    return tuple(found)


def _status(read: Mapping[str, Any], place: Place | None, where: Location, source: Source) -> Expectation:
    operator, expected = read.get("status", (Operator.STATUS_CLASS, "2xx"))
    if place is not None and place.child("status") is not None:
        where = place.find(("status",)).location(source)
    return Expectation(kind=ExpectationKind.STATUS, operator=operator, expected=expected, where=where)


def _time(found: list[tuple[Operator, JsonValue]], where: Location) -> Iterator[Expectation]:
    for operator, expected in found:
        yield Expectation(kind=ExpectationKind.TIME, operator=operator, expected=expected, where=where)


def _headers(place: Place, source: Source) -> Iterator[Expectation]:
    if not isinstance(place.children, dict):
        hint = "write for example { Location: /orders/1 }"
        note(source, place, wrong_type("a mapping", place.data, hint=hint))
        return
    for name, child in place.children.items():
        try:
            read_header_name(name)
        except Mistake as mistake:
            source.add(mistake.kind, mistake.what, child.key_location(source), hint=mistake.hint)
            continue
        yield from text_or_predicates(child, ABOUT_HEADER, name, source)


def _json(place: Place, source: Source) -> Iterator[Expectation]:
    return json_parts(place, "$", source)


def _exactly(place: Place, source: Source) -> Iterator[Expectation]:
    yield expectation(ABOUT_JSON, "$", Operator.EQUALS, place.data, place, source)


def _body(place: Place, source: Source) -> Iterator[Expectation]:
    return text_or_predicates(place, ABOUT_BODY, "", source)


def _size(place: Place, source: Source) -> Iterator[Expectation]:
    return number_or_predicates(place, ABOUT_SIZE, "", source)


#: What stands under each key, in the order in which it is told. `status` comes first, `time` last.
_PARTS: Mapping[str, Parts] = {
    "headers": _headers,
    "cookies": expect_parts.cookies,
    "redirects": expect_parts.redirects,
    "json": _json,
    "json_exactly": _exactly,
    "body": _body,
    "size": _size,
    "xml": expect_xml.xml,
    "schema": expect_contract.schema,
    "snapshot": expect_parts.snapshot,
    "check": expect_parts.checks,
    "python": expect_parts.functions,
}
