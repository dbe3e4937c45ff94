"""The file format: what must hold of a response, and what is taken out of it."""

from worker.parsing.captures import RULE, CaptureReader
from worker.parsing.durations import read_time
from worker.parsing.http_values import read_status
from worker.parsing.readers import Value, Whole
from worker.parsing.schema_parts import HEADERS_EXPECTED, JSON_EXPECTED, STATUS, TIME
from worker.parsing.shape import Key, Shape

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

#: What is made of a response: the keys of a test and of a step.
RESPONSE_KEYS = {
    "expect": Key(EXPECT, "What must hold of the response. Without it: status 2xx."),
    "capture": Key(CaptureReader(), "Values to take out of the response."),
}

#: Parts of a test or a step that may hold templates.
RESPONSE_TEMPLATES = ("expect",)

SHAPES: tuple[Shape, ...] = (EXPECT, RULE)
