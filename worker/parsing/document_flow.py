"""The file format: when a test runs, and how often."""

from worker.parsing.document_values import BOOLEAN, DURATION_VALUE, TAGS, WORDS
from worker.parsing.plain_values import whole_number, word
from worker.parsing.readers import ListOf, Value
from worker.parsing.shape import Key, Shape

_RETRIES = Value(whole_number(0, 100), {"type": "integer", "minimum": 0, "maximum": 100})
_PRIORITIES = ("critical", "high", "medium", "low")
_PRIORITY = Value(word(*_PRIORITIES), {"enum": list(_PRIORITIES)})
_TESTS = ListOf(WORDS, example="login")

#: What a test and the suite's `defaults` both know.
COMMON_FLOW_KEYS = {
    "retries": Key(_RETRIES, "How often to try again after a failure. Without it: 0."),
    "retry_delay": Key(
        DURATION_VALUE, "The wait before another attempt. Without it: 500ms.", examples=("500ms",)
    ),
    "priority": Key(_PRIORITY, "What goes first among ready tests. Without it: medium."),
}

#: What only a test knows.
FLOW_KEYS = {
    "needs": Key(
        _TESTS,
        "Tests that must pass first: keys of this suite, or `other-suite/test`. Tests whose captured"
        " values are used need not be named.",
        examples=(["login"],),
    ),
    "after": Key(_TESTS, "Tests that must be over first, whatever their verdict."),
    "tags": Key(TAGS, "Words to select tests by, besides those of the suite."),
    "idempotent": Key(BOOLEAN, "Whether the test may run again after a worker was lost. Without it: true."),
    "skip": Key(WORDS, "Do not run this test, for this reason."),
}

#: Parts of a test that may hold templates.
FLOW_TEMPLATES: tuple[str, ...] = ()

SHAPES: tuple[Shape, ...] = ()
