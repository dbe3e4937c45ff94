"""The file format: what a request is made of."""

from typing import Any

from worker.parsing.document_values import ANYTHING, BOOLEAN, HEADERS, LIMIT, TEXT
from worker.parsing.http_values import read_header_name, read_method, read_query_value, read_url
from worker.parsing.plain_values import read_anything, read_text
from worker.parsing.readers import MappingOf, Value
from worker.parsing.schema_parts import QUERY
from worker.parsing.shape import Key, Shape

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_URL = Value(read_url, {"type": "string", "pattern": r"^(/|https?://|\{\{|\{%)"})


def _no_auth(value: Any) -> dict[str, Any] | None:
    return {} if value == "none" else None


BASIC = Shape(
    name="'basic'",
    title="Basic",
    description="User name and password.",
    example='username: ada, password: "{{ secrets.password }}"',
    keys={
        "username": Key(TEXT, "The user's name.", required=True, examples=("ada",)),
        "password": Key(
            TEXT,
            "The password; better never in clear.",
            required=True,
            examples=("{{ secrets.password }}",),
        ),
    },
)

HEADER_AUTH = Shape(
    name="'header'",
    title="HeaderAuth",
    description="A header of one's own.",
    example='name: X-Api-Key, value: "{{ secrets.api_key }}"',
    keys={
        "name": Key(
            Value(lambda value: read_header_name(read_text(value)), {"type": "string"}),
            "The header's name.",
            required=True,
            examples=("X-Api-Key",),
        ),
        "value": Key(TEXT, "The header's value.", required=True, examples=("{{ secrets.api_key }}",)),
    },
)

AUTH = Shape(
    name="'auth'",
    title="Auth",
    description="Who a request comes from: exactly one of these, or the word `none`.",
    example='bearer: "{{ tokens.access_token }}"',
    wanted="'none' or a mapping",
    shorthand=_no_auth,
    shorthand_schema={"const": "none"},
    one_of=("bearer", "basic", "header"),
    one_of_hint='write none, or for example { bearer: "{{ tokens.access_token }}" }',
    keys={
        "bearer": Key(
            TEXT,
            "A token for the header `Authorization: Bearer …`.",
            examples=("{{ tokens.access_token }}",),
        ),
        "basic": Key(BASIC, "User name and password."),
        "header": Key(HEADER_AUTH, "A header of one's own."),
    },
)

REQUEST = Shape(
    name="'request'",
    title="Request",
    description="A request with a method that has no key of its own.",
    example="method: PROPFIND, url: /files",
    keys={
        "method": Key(
            Value(read_method, {"type": "string", "pattern": "^[A-Z][A-Z0-9_-]*$"}),
            "The method, in capital letters.",
            required=True,
            examples=("PROPFIND",),
        ),
        "url": Key(_URL, "A path below the base URL, or a whole URL.", required=True, examples=("/files",)),
    },
)

#: Where a request goes: a test and a step have exactly one of these.
TARGET_KEYS = {
    **{
        method: Key(_URL, f"Send a {method} to this path below the base URL, or to this whole URL.")
        for method in METHODS
    },
    "request": Key(REQUEST, "Any other method."),
}
TARGETS = tuple(TARGET_KEYS)
TARGETS_HINT = "write for example 'GET: /health'"

#: What a request carries: the keys of a test and of a step.
REQUEST_KEYS = {
    "query": Key(
        MappingOf(Value(read_query_value, QUERY), check_key=read_anything, example="page: 2"),
        "Query parameters; a list repeats one.",
        examples=({"tag": ["new", "sale"]},),
    ),
    "headers": Key(HEADERS, "Request headers; null takes a default header away."),
    "json": Key(ANYTHING, "The body as JSON, with templates inside."),
    "text": Key(TEXT, "The body as text, with templates inside."),
    "auth": Key(AUTH, "Who the request comes from. Without it: none."),
}

#: How a request is sent: the keys that a test and the suite's `defaults` both know.
SENDING_KEYS = {
    "timeout": Key(LIMIT, "How long one attempt may take. Without it: 30s.", examples=("10s", "500ms", 2)),
    "follow_redirects": Key(BOOLEAN, "Whether redirects are followed. Without it: false."),
    "verify_tls": Key(BOOLEAN, "Whether certificates are checked. Without it: true."),
}

#: Parts of a test or a step that may hold templates.
REQUEST_TEMPLATES = (*TARGETS, "query", "headers", "json", "text", "auth")

SHAPES: tuple[Shape, ...] = (REQUEST, AUTH, BASIC, HEADER_AUTH)
