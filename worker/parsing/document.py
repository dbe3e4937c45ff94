"""The file format: every key, what it may hold, and what it means.

This declaration reads the files, and the published JSON Schema is made from it. What a request, a
response and the flow of tests have to say is declared in the modules beside this one.
"""

from worker.parsing import document_expect, document_flow, document_request
from worker.parsing.document_expect import RESPONSE_KEYS, RESPONSE_TEMPLATES
from worker.parsing.document_flow import COMMON_FLOW_KEYS, FLOW_KEYS, FLOW_TEMPLATES
from worker.parsing.document_request import (
    REQUEST_KEYS,
    REQUEST_TEMPLATES,
    SENDING_KEYS,
    TARGET_KEYS,
    TARGETS,
    TARGETS_HINT,
)
from worker.parsing.document_values import BOOLEAN, HEADERS, LIMIT, TAGS, TEXT, VARIABLES, WORDS
from worker.parsing.http_values import read_base_url
from worker.parsing.names import read_environment_name, read_suite_key, read_test_key
from worker.parsing.plain_values import read_rate, whole_number, word
from worker.parsing.readers import LaterMappingOf, MappingOf, Value
from worker.parsing.shape import Key, Shape

_KINDS = ("local", "ci", "staging", "production")

#: Parts of a test that may hold templates.
WITH_TEMPLATES = (*REQUEST_TEMPLATES, *RESPONSE_TEMPLATES, *FLOW_TEMPLATES)

TEST = Shape(
    name="a test",
    title="Test",
    description="One exchange with the API: a method with its path, what to send, what to expect and"
    " what to keep.",
    example="GET: /health",
    one_of=TARGETS,
    one_of_hint=TARGETS_HINT,
    keys={
        **TARGET_KEYS,
        "title": Key(WORDS, "A sentence for people. Without it: the test's key."),
        "description": Key(TEXT, "Whatever else there is to say."),
        **REQUEST_KEYS,
        **RESPONSE_KEYS,
        **FLOW_KEYS,
        **SENDING_KEYS,
        **COMMON_FLOW_KEYS,
    },
)

DEFAULTS = Shape(
    name="'defaults'",
    title="Defaults",
    description="What holds for all tests of the suite that do not say otherwise.",
    example="timeout: 10s",
    keys={
        **SENDING_KEYS,
        **COMMON_FLOW_KEYS,
        "headers": Key(HEADERS, "Headers that every request carries."),
        "tags": Key(TAGS, "Tags that every test has."),
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
        "variables": Key(VARIABLES, "Values for templates: `{{ name }}` or `{{ env.name }}`."),
        "max_parallel": Key(
            Value(whole_number(1, 10_000), {"type": "integer", "minimum": 1, "maximum": 10_000}),
            "The most requests at one time.",
        ),
        "rate_limit": Key(
            Value(read_rate, {"type": "number", "exclusiveMinimum": 0}),
            "The most requests in a second.",
        ),
        "timeout": Key(LIMIT, "The longest time for any request here.", examples=("10s",)),
        "default": Key(BOOLEAN, "Taken when several environments are there and none was asked for."),
    },
)

SUITE = Shape(
    name="a suite",
    title="Suite",
    description="A suite of API tests for Baton.",
    example="suite: shop",
    extensible=True,
    keys={
        "suite": Key(WORDS, "The suite's title.", required=True, examples=("shop checkout",)),
        "key": Key(
            Value(
                read_suite_key,
                {"type": "string", "pattern": "^[a-z0-9][a-z0-9_-]*$", "maxLength": 100},
            ),
            "The suite's key, unique in a project. Without it: made from the title.",
            examples=("shop-checkout",),
        ),
        "description": Key(TEXT, "What the suite is about."),
        "tags": Key(TAGS, "Tags that every test has."),
        "variables": Key(VARIABLES, "Values for templates: `{{ name }}`. All others hide them."),
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

#: Every shape but the suite's own, for the published schema.
SHAPES: tuple[Shape, ...] = (
    TEST,
    *document_request.SHAPES,
    *document_expect.SHAPES,
    *document_flow.SHAPES,
    DEFAULTS,
    ENVIRONMENT,
)
