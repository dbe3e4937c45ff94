"""The file format: one exchange of a test."""

from worker.models.flow import StepKind
from worker.parsing.document_expect import RESPONSE_KEYS, RESPONSE_TEMPLATES
from worker.parsing.document_flow import FLOW_TEMPLATES, STEP_FLOW_KEYS
from worker.parsing.document_request import (
    REQUEST_KEYS,
    REQUEST_TEMPLATES,
    SENDING_KEYS,
    TARGET_KEYS,
    TARGETS,
    TARGETS_HINT,
)
from worker.parsing.document_values import ANYTHING, WORDS
from worker.parsing.names import read_parameter, read_template_name
from worker.parsing.plain_values import word
from worker.parsing.readers import Later, ListOf, MappingOf, OneOrMore, Value
from worker.parsing.shape import Key, Shape

#: Parts of a test or a step that may hold templates.
WITH_TEMPLATES = (*REQUEST_TEMPLATES, *RESPONSE_TEMPLATES, *FLOW_TEMPLATES)

_USE = Value(read_template_name, {"type": "string", "pattern": r"^([^#]+#)?[A-Za-z0-9][A-Za-z0-9_-]*$"})
PARAMETERS = MappingOf(
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
    "with": Key(PARAMETERS, "Values for the template's `{{ params.name }}`.", examples=({"product": 7},)),
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

STEPS = Later(ListOf(STEP, example="{ POST: /orders }"))
STEP_OR_STEPS = Later(OneOrMore(STEP, example="{ DELETE: /orders/1 }"))
