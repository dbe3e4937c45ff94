"""The file format: a test, what several tests share, and steps around them."""

from worker.fixtures.tables import COLUMN_TYPES
from worker.parsing.document_expect import RESPONSE_KEYS
from worker.parsing.document_flow import COMMON_FLOW_KEYS, FLOW_KEYS
from worker.parsing.document_request import REQUEST_KEYS, SENDING_KEYS, TARGET_KEYS, TARGETS, TARGETS_HINT
from worker.parsing.document_steps import PARAMETERS, STEP_OR_STEPS, STEPS, USE_KEYS
from worker.parsing.document_values import TEXT, WORDS
from worker.parsing.file_paths import FILE
from worker.parsing.plain_values import read_anything, word
from worker.parsing.readers import MappingOf, Value, Whole
from worker.parsing.shape import Key, Shape

_ROW = {
    "type": "object",
    "properties": {
        "id": {"type": ["string", "integer"], "description": "What the row is called.", "examples": ["ada"]}
    },
}

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
            STEPS,
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
            STEP_OR_STEPS,
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
            PARAMETERS, "Values for `{{ params.name }}` where `with:` gives none.", examples=({"size": 10},)
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
            STEPS,
            "Before all tests, which need them to go well: the test `before-all`.",
            examples=([{"POST": "/reset"}],),
        ),
        "after_all": Key(
            STEPS,
            "After all tests, whatever their verdicts: the test `after-all`.",
            examples=([{"DELETE": "/tenant"}],),
        ),
        "before_each": Key(
            STEPS,
            "Before the steps of each test, as a part of it.",
            examples=([{"POST": "/clock", "json": {"now": "{{ today() }}"}}],),
        ),
        "after_each": Key(
            STEPS,
            "After the steps of each test, also when they did not go well.",
            examples=([{"DELETE": "/session"}],),
        ),
    },
)
