"""The file format: what must hold of a response, and what is taken out of it."""

from typing import Any

from worker.parsing.capture_rules import RULE
from worker.parsing.captures import CaptureReader
from worker.parsing.document_values import BOOLEAN, WORDS
from worker.parsing.durations import read_time
from worker.parsing.file_paths import FILE
from worker.parsing.http_values import read_status
from worker.parsing.place import Place
from worker.parsing.readers import Reader, Schema, Value, Whole
from worker.parsing.schema_expected import (
    COOKIES_EXPECTED,
    HEADERS_EXPECTED,
    JSON_EXPECTED,
    REDIRECTS_EXPECTED,
    SCHEMA_EXPECTED,
    SIZE_EXPECTED,
    STATUS,
    TEXT_EXPECTED,
    TIME,
    XML_EXPECTED,
)
from worker.parsing.shape import Key, Shape
from worker.parsing.source import Source

_ONE_OR_SEVERAL = {
    "anyOf": [
        {"type": "string", "minLength": 1},
        {"type": "array", "items": {"type": "string", "minLength": 1}},
    ]
}
_SNAPSHOT = {
    "anyOf": [
        {"const": True},
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "mask": {
                    "type": "array",
                    "items": {"type": "string", "minLength": 1},
                    "description": "What varies: JSONPaths, or regular expressions for parts of texts.",
                    "examples": [["$.id", "$.items[*].created_at"]],
                },
                "file": {
                    "type": "string",
                    "pattern": "^[A-Za-z0-9_][A-Za-z0-9_.-]*$",
                    "description": "The name of the file. Without it: the test's key.",
                    "examples": ["empty-cart"],
                },
            },
        },
    ]
}


def _yes_or_no(value: Any) -> dict[str, Any] | None:
    return {"check": value} if isinstance(value, bool) else None


_DESCRIPTION_FILE = Key(FILE, "The OpenAPI file, from the folder of the suite.", examples=("openapi.yaml",))

OPENAPI = Shape(
    name="'openapi'",
    title="Openapi",
    description="The check of request and answer against an OpenAPI description (3.0 or 3.1).",
    example="operation: getOrder",
    wanted="true, false or a mapping",
    shorthand=_yes_or_no,
    shorthand_schema={"type": "boolean"},
    keys={
        "file": _DESCRIPTION_FILE,
        "operation": Key(
            WORDS,
            "The operation that is meant: its operationId, or its method and path. Without it: the one"
            " of the request's address.",
            examples=("getOrder", "GET /orders/{id}"),
        ),
        "request": Key(
            BOOLEAN, "Whether the request is checked. Without it: only where it was not refused (4xx)."
        ),
        "response": Key(BOOLEAN, "Whether the answer is checked. Without it: true."),
        "headers": Key(BOOLEAN, "Whether headers that are not described are a failure. Without it: false."),
        "strict": Key(
            BOOLEAN,
            "Whether headers that are not described, and a body where none is described, are a failure."
            " Without it: what the suite says, else false.",
        ),
    },
)

SUITE_OPENAPI = Shape(
    name="'openapi'",
    title="SuiteOpenapi",
    description="The API's own description. A run tells which of its operations it has touched.",
    example="file: openapi.yaml",
    keys={
        "file": Key(
            FILE,
            "The OpenAPI file (3.0 or 3.1), from the folder of the suite.",
            required=True,
            examples=("openapi.yaml",),
        ),
        "check": Key(
            BOOLEAN,
            "Whether every test of the suite is checked that does not say otherwise. Without it: false.",
        ),
        "strict": Key(
            BOOLEAN,
            "Whether headers that are not described, and a body where none is described, are a failure."
            " Without it: false.",
        ),
    },
)


class OpenapiReader(Reader):
    """What a test says under `openapi`, with its place."""

    def read(self, place: Place, source: Source) -> dict[str, Any]:
        """The values by key; `where` is the place."""
        return {**OPENAPI.read(place, source), "where": place.location(source)}

    def schema(self) -> Schema:
        """As declared."""
        return OPENAPI.schema()


EXPECT = Shape(
    name="'expect'",
    title="Expect",
    description="What must hold of the response. Everything is checked; nothing hides the rest.",
    example="status: 200",
    keys={
        "status": Key(
            Value(read_status, STATUS),
            "A code, a class, or one of several. Without it the class must be 2xx.",
            examples=(200, [200, 201], "4xx"),
        ),
        "headers": Key(
            Whole(HEADERS_EXPECTED),
            "Headers by name: the exact text, or a predicate.",
            examples=({"Content-Type": {"contains": "json"}},),
        ),
        "cookies": Key(
            Whole(COOKIES_EXPECTED),
            "Cookies that the response sets, by name: the exact value, a predicate, or parts of the cookie.",
            examples=({"session": {"http_only": True, "same_site": "Lax"}},),
        ),
        "redirects": Key(
            Whole(REDIRECTS_EXPECTED),
            "How many redirects were followed; or `count`, `url` (the last one) and `statuses`.",
            examples=(1, {"url": {"ends_with": "/home"}}),
        ),
        "json": Key(
            Whole(JSON_EXPECTED),
            "What the JSON body must contain. Mappings may have more keys than are named here; lists"
            " must have the same length. A mapping of operators is a predicate; a key that is `$` or"
            " begins with `$.` or `$[` is a JSONPath.",
            examples=({"user": {"id": {"type": "integer"}}, "$.items[*].id": {"unique": True}},),
        ),
        "json_exactly": Key(
            Whole({}), "The whole JSON body: nothing more and nothing less.", examples=({"ok": True},)
        ),
        "body": Key(
            Whole(TEXT_EXPECTED),
            "The whole body as text: exactly this one, or a predicate.",
            examples=({"contains": "Welcome"},),
        ),
        "size": Key(Whole(SIZE_EXPECTED), "The length of the body in bytes.", examples=({"less": 10000},)),
        "xml": Key(
            Whole(XML_EXPECTED),
            "What XPaths (1.0) find in an XML or HTML body; or the whole document as a text.",
            examples=({"//order/@id": "7", "count(//item)": 2},),
        ),
        "schema": Key(
            Whole(SCHEMA_EXPECTED),
            "A JSON Schema that the body must keep to, or the file of one.",
            examples=({"type": "object", "required": ["id"]}, {"file": "schemas/order.json"}),
        ),
        "openapi": Key(
            OpenapiReader(),
            "Whether request and answer must keep to the API's own description.",
            examples=(True, {"operation": "getOrder"}),
        ),
        "snapshot": Key(
            Whole(_SNAPSHOT),
            "The body must be as in an earlier run, but for what is masked.",
            examples=(True, {"mask": ["$.id", "$.items[*].created_at"]}),
        ),
        "check": Key(
            Whole(_ONE_OR_SEVERAL),
            "Expressions over status, headers, json, body, time_ms, size, cookies and the run's names.",
            examples=(["json.total == json.items | sum('price')"],),
        ),
        "python": Key(
            Whole(_ONE_OR_SEVERAL),
            "Functions of your own, `package.module:function`. Only in runs that you start yourself.",
            examples=("checks.orders:totals_add_up",),
        ),
        "time": Key(Value(read_time, TIME), "How long the answer may take.", examples=("< 500ms",)),
    },
)

#: What is made of a response: the keys of a test and of a step.
RESPONSE_KEYS = {
    "expect": Key(EXPECT, "What must hold of the response. Without it: status 2xx."),
    "capture": Key(
        CaptureReader(),
        "Values to take out of the response.",
        examples=({"tokens": {"token": "$.token"}, "variables": {"user_id": "$.id"}},),
    ),
}

#: Parts of a test or a step that may hold templates.
RESPONSE_TEMPLATES = ("expect",)

#: What a suite says of the API's own description.
SUITE_RESPONSE_KEYS = {
    "openapi": Key(
        SUITE_OPENAPI, "The API's own description, for `expect: { openapi: true }` and the coverage."
    ),
}

SHAPES: tuple[Shape, ...] = (EXPECT, OPENAPI, SUITE_OPENAPI, RULE)
