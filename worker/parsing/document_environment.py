"""The file format: where a suite can run."""

from dataclasses import replace
from typing import Any

from context.values import JsonValue
from worker.models.problem import ProblemKind
from worker.parsing.binding import holds_template
from worker.parsing.document_auth import AUTH
from worker.parsing.document_request import CONNECTION_KEYS
from worker.parsing.document_values import BOOLEAN, LIMIT, VARIABLES, WORDS
from worker.parsing.http_values import read_base_url
from worker.parsing.mistake import Mistake
from worker.parsing.names import KEY, read_service_name
from worker.parsing.plain_values import read_anything, read_rate, whole_number, word
from worker.parsing.readers import MappingOf, Value
from worker.parsing.shape import Key, Shape

_KINDS = ("local", "ci", "staging", "production")


def _read_variable(value: Any) -> JsonValue:
    """A value as it stands: an environment is also kept where nobody fills templates."""
    if holds_template(value):
        raise Mistake(
            "a variable of an environment holds no templates",
            hint="write it under 'variables' at the top of the suite, which may use those of the environment",
            kind=ProblemKind.BAD_TEMPLATE,
        )
    return read_anything(value)


_BASE_URL = Value(read_base_url, {"type": "string", "pattern": "^https?://"})
_VARIABLES = replace(VARIABLES, part=Value(_read_variable, {}))

SERVICE = Shape(
    name="a service",
    title="Service",
    description="One more API of an environment.",
    example="base_url: http://127.0.0.1:8901",
    keys={
        "base_url": Key(
            _BASE_URL,
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
            _BASE_URL,
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
            _VARIABLES,
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
