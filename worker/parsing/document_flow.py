"""The file format: when a test runs, how often, and what belongs around it."""

from typing import Any

from worker.models.flow import Backoff, RetryOn
from worker.parsing.document_values import BOOLEAN, DURATION_VALUE, LIMIT, TAGS, WORDS
from worker.parsing.plain_values import (
    read_condition,
    read_date,
    read_parallel,
    read_reason_to_skip,
    read_scalar_text,
    read_words,
    whole_number,
    word,
)
from worker.parsing.readers import ListOf, OneOrMore, Value
from worker.parsing.shape import Key, Shape

_PRIORITIES = ("critical", "high", "medium", "low")
_PRIORITY = Value(word(*_PRIORITIES), {"enum": list(_PRIORITIES)})
_TESTS = ListOf(WORDS, example="login")
_REASON = Value(read_reason_to_skip, WORDS.schema())
_CONDITION = Value(read_condition, {"type": "string", "pattern": r"^\s*\{\{.*\}\}\s*$"})
_MOST_RETRIES = 100
_read_count = whole_number(0, _MOST_RETRIES)
_COUNT = {"type": "integer", "minimum": 0, "maximum": _MOST_RETRIES}
_BACKOFFS = tuple(backoff.value for backoff in Backoff)
_REASONS = tuple(reason.value for reason in RetryOn)


def _read_lock(value: Any) -> str:
    return read_words(read_scalar_text(value))


def _only_count(value: Any) -> dict[str, Any] | None:
    is_number = isinstance(value, int) and not isinstance(value, bool)
    return {"count": _read_count(value)} if is_number else None


def _only_reason(value: Any) -> dict[str, Any] | None:
    return {"reason": value} if isinstance(value, str) and value.strip() else None


RETRIES = Shape(
    name="'retries'",
    title="Retries",
    description="How often to try again, when, and after which pause.",
    example="count: 3, delay: 1s",
    wanted="a whole number or a mapping",
    shorthand=_only_count,
    shorthand_schema=_COUNT,
    keys={
        "count": Key(Value(_read_count, _COUNT), "How often to try again.", required=True, examples=(3,)),
        "delay": Key(DURATION_VALUE, "The first pause. Without it: 500ms.", examples=("1s",)),
        "backoff": Key(
            Value(word(*_BACKOFFS), {"enum": list(_BACKOFFS)}),
            "Whether pauses stay the same or double. Without it: exponential.",
        ),
        "max_delay": Key(LIMIT, "No pause is longer. Without it: 30s.", examples=("10s",)),
        "on": Key(
            OneOrMore(
                Value(lambda value: word(*_REASONS)(read_scalar_text(value)), {"enum": [*_REASONS, 429]}),
                "5xx",
                at_least_one=True,
            ),
            "What makes another attempt worth it. Without it: whatever another attempt may make better.",
            examples=(["connect", "timeout", "5xx"],),
        ),
        "when": Key(
            _CONDITION,
            "Another attempt is made only while this is true of the last answer: `status`, `headers`,"
            " `json`, `body`, `time_ms`, `size`, `cookies`.",
            examples=("{{ status == 409 }}",),
        ),
    },
)

REPEAT = Shape(
    name="'repeat'",
    title="Repeat",
    description="Send the request again until its answer says that the wait is over.",
    example="until: \"{{ json.state == 'done' }}\"",
    keys={
        "until": Key(
            _CONDITION,
            "The request is repeated until this is true of its answer: `status`, `headers`, `json`, `body`,"
            " `time_ms`, `size`, `cookies`.",
            required=True,
            examples=("{{ json.state == 'done' }}",),
        ),
        "every": Key(LIMIT, "The pause before the next request. Without it: 1s.", examples=("2s",)),
        "within": Key(LIMIT, "The wait is over after this time. Without a limit: 30s.", examples=("1m",)),
        "at_most": Key(
            Value(whole_number(1, 10_000), {"type": "integer", "minimum": 1, "maximum": 10_000}),
            "The most requests.",
            examples=(20,),
        ),
    },
)

REQUIRES = Shape(
    name="'requires'",
    title="Requires",
    description="Where the test may run; elsewhere it is skipped.",
    example="environment: [local, staging]",
    keys={
        "environment": Key(
            OneOrMore(WORDS, "local", at_least_one=True),
            "Names or kinds of environments.",
            required=True,
            examples=(["local", "staging"],),
        ),
    },
)

QUARANTINE = Shape(
    name="'quarantine'",
    title="Quarantine",
    description="The test runs and is shown, but makes no run fail.",
    example='reason: "flaky since 2.1", until: 2026-12-31',
    wanted="a reason or a mapping",
    shorthand=_only_reason,
    shorthand_schema={"type": "string", "minLength": 1},
    keys={
        "reason": Key(WORDS, "Why.", required=True, examples=("flaky since 2.1",)),
        "owner": Key(WORDS, "Who cares for it.", examples=("ada@example.org",)),
        "until": Key(
            Value(read_date, {"type": "string", "format": "date"}),
            "The last day of it.",
            examples=("2026-12-31",),
        ),
    },
)

#: What a test and the suite's `defaults` both know.
COMMON_FLOW_KEYS = {
    "retries": Key(RETRIES, "How often to try again after a failure. Without it: 0.", examples=(3,)),
    "retry_delay": Key(
        DURATION_VALUE, "The wait before another attempt. Without it: 500ms.", examples=("500ms",)
    ),
    "priority": Key(_PRIORITY, "What goes first among ready tests. Without it: medium."),
}

#: What a test and a step both know.
STEP_FLOW_KEYS = {
    "when": Key(_CONDITION, "Skipped where this is not true.", examples=("{{ env.payments is defined }}",)),
    "repeat": Key(REPEAT, "Send it again until the answer is there."),
}

#: What only a test knows.
FLOW_KEYS = {
    "needs": Key(
        _TESTS,
        "Tests that must pass first: keys of this suite, or `other-suite/test`. Tests whose captured"
        " values are used need not be named.",
        examples=(["login"],),
    ),
    "after": Key(
        _TESTS, "Tests that must be over first, whatever their verdict.", examples=(["clean-tables"],)
    ),
    "tags": Key(
        TAGS, "Words to select tests by, besides those of the suite.", examples=(["smoke", "checkout"],)
    ),
    "idempotent": Key(BOOLEAN, "Whether the test may run again after a worker was lost. Without it: true."),
    "skip": Key(_REASON, "Do not run this test, for this reason.", examples=("not built yet",)),
    "only": Key(BOOLEAN, "While working on it: run this test and what it needs, and no others."),
    "requires": Key(REQUIRES, "Where the test may run; elsewhere it is skipped."),
    "locks": Key(
        ListOf(Value(_read_lock, {"type": ["string", "integer"], "minLength": 1}), example="tenant-42"),
        "No two tests with one of these names run at the same time. They may hold `{{ row.x }}` and"
        " `{{ params.x }}`.",
        examples=(["tenant-42"], ["tenant-{{ row.tenant }}"]),
    ),
    "exclusive": Key(BOOLEAN, "Nothing else runs beside this test. Without it: false."),
    "quarantine": Key(
        QUARANTINE,
        "The test runs and is shown, but makes no run fail.",
        examples=({"reason": "flaky since 2.1", "until": "2026-12-31"},),
    ),
    **STEP_FLOW_KEYS,
}

#: What only a suite knows: what holds for its tests together.
SUITE_FLOW_KEYS = {
    "parallel": Key(
        Value(read_parallel, {"anyOf": [BOOLEAN.schema(), {"type": "integer", "minimum": 1}]}),
        "How many tests of the suite run at the same time: `false` is one after the other, in the order of"
        " the file as far as their needs allow. Without it: as many as the run allows.",
        examples=(False, 4),
    ),
    "timeout": Key(
        LIMIT,
        "How long the suite may take, from the start of its first test. What is not over by then is"
        " stopped. Without it: no limit.",
        examples=("10m",),
    ),
}

#: Parts of a test or a step that may hold templates, besides those that are about an answer.
FLOW_TEMPLATES = ("when",)

SHAPES: tuple[Shape, ...] = (RETRIES, REPEAT, REQUIRES, QUARANTINE)
