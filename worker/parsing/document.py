"""The file format: every key, what it may hold, and what it means.

This declaration reads the files, and the published JSON Schema is made from it. What a request, a
response and the flow of tests have to say is declared in the modules beside this one.
"""

from worker.fixtures.tables import COLUMN_TYPES
from worker.models.flow import StepKind
from worker.parsing import document_expect, document_fixtures, document_flow, document_request
from worker.parsing.document_auth import AUTH
from worker.parsing.document_expect import RESPONSE_KEYS, RESPONSE_TEMPLATES, SUITE_RESPONSE_KEYS
from worker.parsing.document_fixtures import FIXTURES
from worker.parsing.document_flow import (
    COMMON_FLOW_KEYS,
    FLOW_KEYS,
    FLOW_TEMPLATES,
    STEP_FLOW_KEYS,
    SUITE_FLOW_KEYS,
)
from worker.parsing.document_request import (
    CONNECTION_KEYS,
    REQUEST_KEYS,
    REQUEST_TEMPLATES,
    SENDING_KEYS,
    TARGET_KEYS,
    TARGETS,
    TARGETS_HINT,
)
from worker.parsing.document_values import ANYTHING, BOOLEAN, HEADERS, LIMIT, TAGS, TEXT, VARIABLES, WORDS
from worker.parsing.file_paths import FILE
from worker.parsing.http_values import read_base_url
from worker.parsing.names import (
    KEY,
    read_environment_name,
    read_parameter,
    read_service_name,
    read_suite_key,
    read_template_name,
    read_test_key,
)
from worker.parsing.plain_values import read_anything, read_rate, whole_number, word
from worker.parsing.readers import Later, LaterMappingOf, ListOf, MappingOf, OneOrMore, Value, Whole
from worker.parsing.shape import Key, Shape

_KINDS = ("local", "ci", "staging", "production")

#: Parts of a test or a step that may hold templates.
WITH_TEMPLATES = (*REQUEST_TEMPLATES, *RESPONSE_TEMPLATES, *FLOW_TEMPLATES)

_USE = Value(read_template_name, {"type": "string", "pattern": r"^([^#]+#)?[A-Za-z0-9][A-Za-z0-9_-]*$"})
_PARAMETERS = MappingOf(
    ANYTHING, check_key=read_parameter, key_pattern="[A-Za-z_][A-Za-z0-9_]*", example="user: ada"
)

#: How a test or a step takes over a template; gone when it is read.
USE_KEYS = {
    "use": Key(
        _USE,
        "A template of this suite, or `path#name` of another file: what it says holds where nothing else"
        " is said here.",
        examples=("create-order", "shared/login.yaml#login"),
    ),
    "with": Key(_PARAMETERS, "Values for the template's `{{ params.name }}`.", examples=({"product": 7},)),
}

STEP = Shape(
    name="a step",
    title="Step",
    description="One exchange of a test. What it captures can be used by the next steps at once.",
    example="POST: /orders",
    one_of=TARGETS,
    one_of_hint=TARGETS_HINT,
    or_else="use",
    keys={
        **TARGET_KEYS,
        "name": Key(
            WORDS, "What the step does, for people. Without it: its method and path.", examples=("log in",)
        ),
        "kind": Key(
            Value(word(*(kind.value for kind in StepKind)), {"enum": [kind.value for kind in StepKind]}),
            "What kind of step it is. Without it: http.",
        ),
        **REQUEST_KEYS,
        **RESPONSE_KEYS,
        **STEP_FLOW_KEYS,
        **SENDING_KEYS,
        **USE_KEYS,
    },
)

_ROW = {
    "type": "object",
    "properties": {"id": {"type": ["string", "integer"], "description": "What the row is called."}},
}
_STEPS = Later(ListOf(STEP, example="{ POST: /orders }"))
_STEP_OR_STEPS = Later(OneOrMore(STEP, example="{ DELETE: /orders/1 }"))

ROWS_FILE = Shape(
    name="'rows'",
    title="RowsFile",
    description="A table in a file beside the suite.",
    example="csv: users.csv",
    one_of=("csv", "json", "fixture"),
    one_of_hint="write for example { csv: users.csv }",
    keys={
        "csv": Key(FILE, "A table with a heading; every value is text.", examples=("users.csv",)),
        "json": Key(FILE, "A list of objects.", examples=("users.json",)),
        "fixture": Key(WORDS, "A fixture of this suite that is a list of mappings.", examples=("users",)),
        "types": Key(
            MappingOf(
                Value(word(*COLUMN_TYPES), {"enum": list(COLUMN_TYPES)}),
                check_key=read_anything,
                example="age: number",
            ),
            "What the columns of a CSV file hold, where it is not text.",
            examples=({"age": "number", "active": "boolean"},),
        ),
    },
)

TEST = Shape(
    name="a test",
    title="Test",
    description="One exchange with the API: a method with its path, what to send, what to expect and"
    " what to keep.",
    example="GET: /health",
    one_of=(*TARGETS, "steps"),
    one_of_hint=TARGETS_HINT,
    or_else="use",
    keys={
        **TARGET_KEYS,
        "steps": Key(
            _STEPS,
            "Several exchanges in their order, as one test. `headers` and `auth` of the test hold for all"
            " of them.",
            examples=([{"POST": "/orders"}, {"GET": "/orders/1"}],),
        ),
        "title": Key(
            WORDS,
            "A sentence for people. Without it: the test's key.",
            examples=("A wrong password is refused",),
        ),
        "description": Key(
            TEXT,
            "Whatever else there is to say.",
            examples=("Two of these may not have one e-mail address.",),
        ),
        **REQUEST_KEYS,
        **RESPONSE_KEYS,
        **FLOW_KEYS,
        **SENDING_KEYS,
        **COMMON_FLOW_KEYS,
        "cleanup": Key(
            _STEP_OR_STEPS,
            "A step, or steps, that undo what the test has made: at the end of the run, whatever happened.",
            examples=({"DELETE": "/orders/{{ order_id }}"},),
        ),
        "rows": Key(
            Whole({"anyOf": [ROWS_FILE.schema(), {"type": "array", "minItems": 1, "items": _ROW}]}),
            "The test runs once for each row, as a test of its own; `{{ row.name }}` is a value of it.",
            examples=([{"id": "ada", "age": 36}, {"id": "bob", "age": 17}], {"csv": "users.csv"}),
        ),
        **USE_KEYS,
    },
)

TEMPLATE = Shape(
    name="a template",
    title="PartialTest",
    description="A part of a test that several tests use.",
    example="GET: /health",
    keys={
        **{name: key for name, key in TEST.keys.items() if name != "rows"},
        "params": Key(
            _PARAMETERS, "Values for `{{ params.name }}` where `with:` gives none.", examples=({"size": 10},)
        ),
    },
)

HOOKS = Shape(
    name="'hooks'",
    title="Hooks",
    description="Steps around the suite, and around each of its tests.",
    example="before_all: [{ POST: /reset }]",
    keys={
        "before_all": Key(
            _STEPS,
            "Before all tests, which need them to go well: the test `before-all`.",
            examples=([{"POST": "/reset"}],),
        ),
        "after_all": Key(
            _STEPS,
            "After all tests, whatever their verdicts: the test `after-all`.",
            examples=([{"DELETE": "/tenant"}],),
        ),
        "before_each": Key(
            _STEPS,
            "Before the steps of each test, as a part of it.",
            examples=([{"POST": "/clock", "json": {"now": "{{ today() }}"}}],),
        ),
        "after_each": Key(
            _STEPS,
            "After the steps of each test, also when they did not go well.",
            examples=([{"DELETE": "/session"}],),
        ),
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
        "headers": Key(
            HEADERS, "Headers that every request carries.", examples=({"Accept": "application/json"},)
        ),
        "tags": Key(TAGS, "Tags that every test has.", examples=(["shop", "smoke"],)),
    },
)

SERVICE = Shape(
    name="a service",
    title="Service",
    description="One more API of an environment.",
    example="base_url: http://127.0.0.1:8901",
    keys={
        "base_url": Key(
            Value(read_base_url, {"type": "string", "pattern": "^https?://"}),
            "What stands in front of every path of the service; `{{ services.name }}` in templates.",
            required=True,
            examples=("http://127.0.0.1:8901",),
        ),
        "health": Key(
            WORDS,
            "A path below the base URL, or a whole URL, that answers 2xx where the service is well. It is"
            " asked once before a run that needs the service.",
            examples=("/health",),
        ),
        "auth": Key(AUTH, "Who requests to the service come from, where they do not say so themselves."),
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
        "services": Key(
            MappingOf(
                SERVICE,
                check_key=read_service_name,
                key_pattern=KEY,
                example="billing: { base_url: http://127.0.0.1:8901 }",
            ),
            "Further APIs by name, for `service: name` and `{{ services.name }}`.",
            examples=({"billing": {"base_url": "http://127.0.0.1:8901", "health": "/health"}},),
        ),
        "kind": Key(
            Value(word(*_KINDS), {"enum": list(_KINDS)}),
            "What the environment is for. Without it: local.",
        ),
        "variables": Key(
            VARIABLES,
            "Values for templates: `{{ name }}` or `{{ env.name }}`.",
            examples=({"email": "ada@shop.example"},),
        ),
        "max_parallel": Key(
            Value(whole_number(1, 10_000), {"type": "integer", "minimum": 1, "maximum": 10_000}),
            "The most requests at one time.",
            examples=(10,),
        ),
        "rate_limit": Key(
            Value(read_rate, {"type": "number", "exclusiveMinimum": 0}),
            "The most requests in a second.",
            examples=(5, 0.5),
        ),
        "timeout": Key(LIMIT, "The longest time for any request here.", examples=("10s",)),
        **CONNECTION_KEYS,
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
