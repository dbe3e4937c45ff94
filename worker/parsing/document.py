"""The file format: every key, what it may hold, and what it means.

This declaration reads the files, and the published JSON Schema is made from it.
"""

from typing import Any

from worker.parsing.captures import CaptureReader
from worker.parsing.durations import read_duration, read_limit, read_time
from worker.parsing.http_values import (
    read_base_url,
    read_header,
    read_header_name,
    read_method,
    read_query_value,
    read_status,
    read_url,
)
from worker.parsing.names import read_environment_name, read_name, read_suite_key, read_test_key
from worker.parsing.plain_values import (
    read_anything,
    read_boolean,
    read_rate,
    read_text,
    read_words,
    whole_number,
    word,
)
from worker.parsing.readers import LaterMappingOf, ListOf, MappingOf, Value, Whole
from worker.parsing.schema_parts import (
    DURATION,
    HEADERS_EXPECTED,
    JSON_EXPECTED,
    QUERY,
    SCALAR,
    STATUS,
    TIME,
)
from worker.parsing.shape import Key, Shape

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_TEXT = Value(read_text, {"type": "string"})
_WORDS = Value(read_words, {"type": "string", "minLength": 1})
_BOOLEAN = Value(read_boolean, {"type": "boolean"})
_ANYTHING = Value(read_anything, {})
_LIMIT = Value(read_limit, DURATION)
_DURATION = Value(read_duration, DURATION)
_URL = Value(read_url, {"type": "string", "pattern": r"^(/|https?://|\{\{|\{%)"})
_RETRIES = Value(whole_number(0, 100), {"type": "integer", "minimum": 0, "maximum": 100})
_PRIORITIES = ("critical", "high", "medium", "low")
_PRIORITY = Value(word(*_PRIORITIES), {"enum": list(_PRIORITIES)})
_KINDS = ("local", "ci", "staging", "production")
_TAGS = ListOf(_WORDS, example="smoke")
_TESTS = ListOf(_WORDS, example="login")
_HEADERS = MappingOf(
    Value(read_header, SCALAR), check_key=read_header_name, example="Accept: application/json"
)
_VARIABLES = MappingOf(
    _ANYTHING, check_key=read_name, key_pattern="[A-Za-z_][A-Za-z0-9_]*", example="currency: EUR"
)


def _no_auth(value: Any) -> dict[str, Any] | None:
    return {} if value == "none" else None


BASIC = Shape(
    name="'basic'",
    title="Basic",
    description="User name and password.",
    example='username: ada, password: "{{ secrets.password }}"',
    keys={
        "username": Key(_TEXT, "The user's name.", required=True, examples=("ada",)),
        "password": Key(
            _TEXT,
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
        "value": Key(_TEXT, "The header's value.", required=True, examples=("{{ secrets.api_key }}",)),
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
            _TEXT,
            "A token for the header `Authorization: Bearer …`.",
            examples=("{{ tokens.access_token }}",),
        ),
        "basic": Key(BASIC, "User name and password."),
        "header": Key(HEADER_AUTH, "A header of one's own."),
    },
)

EXPECT = Shape(
    name="'expect'",
    title="Expect",
    description="What must hold of the response. Everything is checked; nothing hides the rest.",
    example="status: 200",
    keys={
        "status": Key(
            Value(read_status, STATUS),
            "A code, one of several codes, or a class. Without it the class must be 2xx.",
            examples=(200, [200, 201], "4xx"),
        ),
        "headers": Key(Whole(HEADERS_EXPECTED), "Headers by name: the exact text, or a predicate."),
        "json": Key(
            Whole(JSON_EXPECTED),
            "What the JSON body must contain. Mappings may have more keys than are named here; lists"
            " must have the same length. A mapping of operators is a predicate; a key that is `$` or"
            " begins with `$.` or `$[` is a JSONPath.",
            examples=({"user": {"id": {"type": "integer"}}, "$.items[*].id": {"unique": True}},),
        ),
        "time": Key(Value(read_time, TIME), "How long the answer may take.", examples=("< 500ms",)),
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

#: What a test and the suite's `defaults` both know.
_COMMON = {
    "timeout": Key(_LIMIT, "How long one attempt may take. Without it: 30s.", examples=("10s", "500ms", 2)),
    "retries": Key(_RETRIES, "How often to try again after a failure. Without it: 0."),
    "retry_delay": Key(_DURATION, "The wait before another attempt. Without it: 500ms.", examples=("500ms",)),
    "priority": Key(_PRIORITY, "What goes first among ready tests. Without it: medium."),
    "follow_redirects": Key(_BOOLEAN, "Whether redirects are followed. Without it: false."),
    "verify_tls": Key(_BOOLEAN, "Whether certificates are checked. Without it: true."),
}

TEST = Shape(
    name="a test",
    title="Test",
    description="One exchange with the API: a method with its path, what to send, what to expect and"
    " what to keep.",
    example="GET: /health",
    one_of=(*METHODS, "request"),
    one_of_hint="write for example 'GET: /health'",
    keys={
        **{
            method: Key(_URL, f"Send a {method} to this path below the base URL, or to this whole URL.")
            for method in METHODS
        },
        "request": Key(REQUEST, "Any other method."),
        "title": Key(_WORDS, "A sentence for people. Without it: the test's key."),
        "description": Key(_TEXT, "Whatever else there is to say."),
        "query": Key(
            MappingOf(Value(read_query_value, QUERY), check_key=read_anything, example="page: 2"),
            "Query parameters; a list repeats one.",
            examples=({"tag": ["new", "sale"]},),
        ),
        "headers": Key(_HEADERS, "Request headers; null takes a default header away."),
        "json": Key(_ANYTHING, "The body as JSON, with templates inside."),
        "text": Key(_TEXT, "The body as text, with templates inside."),
        "auth": Key(AUTH, "Who the request comes from. Without it: none."),
        "expect": Key(EXPECT, "What must hold of the response. Without it: status 2xx."),
        "capture": Key(CaptureReader(), "Values to take out of the response."),
        "needs": Key(
            _TESTS,
            "Tests that must pass first: keys of this suite, or `other-suite/test`. Tests whose captured"
            " values are used need not be named.",
            examples=(["login"],),
        ),
        "after": Key(_TESTS, "Tests that must be over first, whatever their verdict."),
        "tags": Key(_TAGS, "Words to select tests by, besides those of the suite."),
        "idempotent": Key(
            _BOOLEAN, "Whether the test may run again after a worker was lost. Without it: true."
        ),
        "skip": Key(_WORDS, "Do not run this test, for this reason."),
        **_COMMON,
    },
)

DEFAULTS = Shape(
    name="'defaults'",
    title="Defaults",
    description="What holds for all tests of the suite that do not say otherwise.",
    example="timeout: 10s",
    keys={
        **_COMMON,
        "headers": Key(_HEADERS, "Headers that every request carries."),
        "tags": Key(_TAGS, "Tags that every test has."),
    },
)

ENVIRONMENT = Shape(
    name="an environment",
    title="Environment",
    description="Where to run. Secrets are never in a file: they come from the command line or the project.",
    example="base_url: http://127.0.0.1:8900",
    keys={
        "base_url": Key(
            Value(read_base_url, {"type": "string", "pattern": "^https?://"}),
            "What stands in front of every path.",
            examples=("http://127.0.0.1:8900",),
        ),
        "kind": Key(
            Value(word(*_KINDS), {"enum": list(_KINDS)}),
            "What the environment is for. Without it: local.",
        ),
        "variables": Key(_VARIABLES, "Values for templates: `{{ name }}` or `{{ env.name }}`."),
        "max_parallel": Key(
            Value(whole_number(1, 10_000), {"type": "integer", "minimum": 1, "maximum": 10_000}),
            "The most requests at one time.",
        ),
        "rate_limit": Key(
            Value(read_rate, {"type": "number", "exclusiveMinimum": 0}),
            "The most requests in a second.",
        ),
        "timeout": Key(_LIMIT, "The longest time for any request here.", examples=("10s",)),
        "default": Key(_BOOLEAN, "Taken when several environments are there and none was asked for."),
    },
)

SUITE = Shape(
    name="a suite",
    title="Suite",
    description="A suite of API tests for Baton.",
    example="suite: shop",
    extensible=True,
    keys={
        "suite": Key(_WORDS, "The suite's title.", required=True, examples=("shop checkout",)),
        "key": Key(
            Value(
                read_suite_key,
                {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$", "maxLength": 100},
            ),
            "The suite's key, unique in a project. Without it: made from the title.",
            examples=("shop-checkout",),
        ),
        "description": Key(_TEXT, "What the suite is about."),
        "tags": Key(_TAGS, "Tags that every test has."),
        "variables": Key(_VARIABLES, "Values for templates: `{{ name }}`. All others hide them."),
        "environments": Key(
            MappingOf(
                ENVIRONMENT,
                check_key=read_environment_name,
                key_pattern="[A-Za-z0-9][A-Za-z0-9_-]*",
                example="local: { base_url: http://127.0.0.1:8900 }",
            ),
            "Where the suite can run, by name.",
        ),
        "defaults": Key(DEFAULTS, "What holds for all tests that do not say otherwise."),
        "tests": Key(
            LaterMappingOf(
                TEST,
                check_key=read_test_key,
                key_pattern="[A-Za-z0-9][A-Za-z0-9_-]*",
                example="login: { POST: /login }",
            ),
            "The tests by key: letters, digits, '-' and '_'.",
            required=True,
            examples=({"login": {"POST": "/login"}},),
        ),
    },
)
