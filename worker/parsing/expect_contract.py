"""`expect.schema` and `expect.openapi`: documents and exchanges against their descriptions."""

import json
from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import Location, ProblemKind
from worker.parsing.binding import holds_template
from worker.parsing.file_paths import FILE
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.place import Place
from worker.parsing.readers import note
from worker.parsing.source import Source

#: What the check itself is told.
_OPTIONS = ("operation", "request", "response", "headers", "strict")


def schema(place: Place, source: Source) -> Iterator[Expectation]:
    """A JSON Schema as it stands there, or `{ file: … }`."""
    subject, expected = "", place.data
    try:
        if list(place.keyed()) == ["file"] and isinstance(place.keyed()["file"].data, str):
            subject, expected = FILE.read(place.keyed()["file"], source), None
        else:
            _check_schema(place.data)
    except Mistake as mistake:
        note(source, place.keyed().get("file", place), mistake)
        return
    yield Expectation(
        kind=ExpectationKind.SCHEMA,
        operator=Operator.EQUALS,
        expected=expected,
        subject=subject,
        where=place.location(source),
    )


def _check_schema(value: JsonValue) -> None:
    if not isinstance(value, dict | bool):
        hint = "write for example { type: object, required: [id] }, or { file: schemas/order.json }"
        raise wrong_type("a JSON Schema", value, hint=hint)
    # One with templates is known only when the test runs.
    if not holds_template(value):
        complaint = _complaint(json.dumps(value))
        if complaint:
            raise Mistake(complaint, hint="see https://json-schema.org/understanding-json-schema")


@lru_cache(maxsize=512)
def _complaint(text: str) -> str | None:
    from worker.contracts.violations import BadSchema, Schema

    try:
        Schema(json.loads(text))
    except BadSchema as error:
        return str(error)
    return None


def openapi(
    read: Mapping[str, Any] | None, suite: Mapping[str, Any] | None, where: Location, source: Source
) -> Iterator[Expectation]:
    """The check of the exchange, where the test or its suite asks for it."""
    asked: Mapping[str, Any] = {"check": (suite or {}).get("check", False)} if read is None else read
    if suite and "strict" in suite:
        asked = {"strict": suite["strict"], **asked}
    if not asked.get("check", True):
        return
    place: Location = asked.get("where", where)
    path = asked.get("file") or (suite or {}).get("file")
    if not path:
        source.add(
            ProblemKind.MISSING_KEY,
            "this suite does not say which description is meant",
            place,
            hint="write 'openapi: { file: openapi.yaml }' at the top of the suite",
        )
        return
    yield Expectation(
        kind=ExpectationKind.OPENAPI,
        operator=Operator.EQUALS,
        expected=True,
        subject=path,
        options={key: asked[key] for key in _OPTIONS if key in asked},
        where=place,
    )
