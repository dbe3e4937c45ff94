"""The file format: every key, what it may hold, and what it means.

This declaration reads the files, and the published JSON Schema is made from it. Here is the suite; what
it is made of is declared in the modules beside this one.
"""

from worker.parsing import document_expect, document_fixtures, document_flow, document_request
from worker.parsing.document_environment import ENVIRONMENT, SERVICE
from worker.parsing.document_expect import SUITE_RESPONSE_KEYS
from worker.parsing.document_fixtures import FIXTURES
from worker.parsing.document_flow import COMMON_FLOW_KEYS, SUITE_FLOW_KEYS
from worker.parsing.document_request import SENDING_KEYS
from worker.parsing.document_steps import STEP
from worker.parsing.document_tests import HOOKS, ROWS_FILE, TEMPLATE, TEST
from worker.parsing.document_values import HEADERS, TAGS, TEXT, VARIABLES, WORDS
from worker.parsing.names import read_environment_name, read_suite_key, read_test_key
from worker.parsing.plain_values import whole_number
from worker.parsing.readers import LaterMappingOf, MappingOf, Value
from worker.parsing.shape import Key, Shape

DEFAULTS = Shape(
    name="'defaults'",
    title="Defaults",
    description="What holds for all tests of the suite that do not say otherwise.",
    example="timeout: 10s",
    keys={
        **SENDING_KEYS,
        **COMMON_FLOW_KEYS,
        "headers": Key(
            HEADERS, "Headers that every request carries.", examples=({"Accept": "application/json"},)
        ),
        "tags": Key(TAGS, "Tags that every test has.", examples=(["shop", "smoke"],)),
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
        "description": Key(
            TEXT, "What the suite is about.", examples=("A customer signs in, fills a cart and orders.",)
        ),
        "tags": Key(TAGS, "Tags that every test has.", examples=(["shop", "smoke"],)),
        "variables": Key(
            VARIABLES,
            "Values for templates: `{{ name }}`. All others hide them.",
            examples=({"quantity": 2},),
        ),
        "environments": Key(
            MappingOf(
                ENVIRONMENT,
                check_key=read_environment_name,
                key_pattern="[A-Za-z0-9][A-Za-z0-9_-]*",
                example="local: { base_url: http://127.0.0.1:8900 }",
            ),
            "Where the suite can run, by name.",
            examples=({"local": {"base_url": "http://127.0.0.1:8900"}},),
        ),
        "defaults": Key(DEFAULTS, "What holds for all tests that do not say otherwise."),
        **SUITE_RESPONSE_KEYS,
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
        "fixtures": Key(
            FIXTURES,
            "Data that tests begin with: `{{ fixture.users[0].email }}`, or `rows: { fixture: users }`.",
            examples=({"users": [{"id": "ada", "email": "ada@example.com"}]},),
        ),
        "hooks": Key(HOOKS, "Steps around the suite, and around each of its tests."),
        "templates": Key(
            LaterMappingOf(
                TEMPLATE,
                check_key=read_test_key,
                key_pattern="[A-Za-z0-9][A-Za-z0-9_-]*",
                example="create-order: { POST: /orders }",
            ),
            "Parts of tests that several tests use.",
            examples=({"create-order": {"POST": "/orders", "json": {"product": "{{ params.product }}"}}},),
        ),
        "bail": Key(
            Value(whole_number(1, 100_000), {"type": "integer", "minimum": 1}),
            "No further test of the suite starts once so many did not pass.",
            examples=(5,),
        ),
        **SUITE_FLOW_KEYS,
    },
)

#: Every shape but the suite's own, for the published schema.
SHAPES: tuple[Shape, ...] = (
    TEST,
    STEP,
    TEMPLATE,
    HOOKS,
    ROWS_FILE,
    *document_request.SHAPES,
    *document_expect.SHAPES,
    *document_flow.SHAPES,
    *document_fixtures.SHAPES,
    DEFAULTS,
    SERVICE,
    ENVIRONMENT,
)
