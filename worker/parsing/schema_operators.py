"""JSON Schema of operators: what each takes, and what it asks."""

from typing import Any

from worker.models.expectation import Operator

_NUMBER_OR_TEMPLATE = {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/Template"}]}

#: What each operator takes, and what it asks.
_OPERANDS: dict[Operator, dict[str, Any]] = {
    Operator.EQUALS: {"description": "Exactly this JSON value, nothing more.", "examples": [{"id": 7}]},
    Operator.NOT: {"description": "Any other JSON value.", "examples": ["deleted"]},
    Operator.CONTAINS: {
        "description": "A text in a text, an element in a list, a key in an object.",
        "examples": ["json"],
    },
    Operator.MATCHES: {
        "type": "string",
        "description": "A regular expression, searched in the text.",
        "examples": ["^ey"],
    },
    Operator.TYPE: {
        "anyOf": [
            {"enum": ["string", "number", "integer", "boolean", "array", "object", "null"]},
            {"$ref": "#/$defs/Template"},
        ],
        "description": "The JSON type.",
    },
    Operator.LENGTH: {
        "anyOf": [{"type": "integer", "minimum": 0}, {"$ref": "#/$defs/Template"}],
        "description": "How long a text is, how many elements a list or keys an object has.",
        "examples": [3],
    },
    Operator.NOT_CONTAINS: {"description": "The opposite of `contains`.", "examples": ["password"]},
    Operator.STARTS_WITH: {
        "type": "string",
        "description": "A text that begins with this one.",
        "examples": ["/orders/"],
    },
    Operator.ENDS_WITH: {
        "type": "string",
        "description": "A text that ends with this one.",
        "examples": [".pdf"],
    },
    Operator.IS_EMPTY: {
        "type": "boolean",
        "description": "Whether there is nothing in a text, a list or an object.",
    },
    Operator.GREATER: {**_NUMBER_OR_TEMPLATE, "description": "More than this number.", "examples": [0]},
    Operator.LESS: {**_NUMBER_OR_TEMPLATE, "description": "Less than this number.", "examples": [100]},
    Operator.AT_LEAST: {**_NUMBER_OR_TEMPLATE, "description": "This number or more.", "examples": [1]},
    Operator.AT_MOST: {**_NUMBER_OR_TEMPLATE, "description": "This number or less.", "examples": [20]},
    Operator.CLOSE_TO: {
        "type": "array",
        "items": _NUMBER_OR_TEMPLATE,
        "minItems": 2,
        "maxItems": 2,
        "description": "A number and how far away from it the value may be.",
        "examples": [[19.99, 0.01]],
    },
    Operator.BETWEEN: {
        "type": "array",
        "items": _NUMBER_OR_TEMPLATE,
        "minItems": 2,
        "maxItems": 2,
        "description": "From the first to the second number, both included.",
        "examples": [[1, 20]],
    },
    Operator.ONE_OF: {
        "type": "array",
        "minItems": 1,
        "description": "One of these JSON values.",
        "examples": [["open", "paid"]],
    },
    Operator.EXISTS: {"type": "boolean", "description": "Whether it is there."},
    Operator.UNIQUE: {"type": "boolean", "description": "Whether no element is there twice."},
    Operator.SORTED: {"enum": ["ascending", "descending"], "description": "The order of the elements."},
    Operator.EVERY: {
        "description": "What each element of a list must be, as under `json`.",
        "examples": [{"price": {"greater": 0}}],
    },
    Operator.SOME: {
        "description": "What at least one element of a list must be, as under `json`.",
        "examples": [{"name": "Ada"}],
    },
    Operator.NONE: {
        "description": "What no element of a list may be, as under `json`.",
        "examples": [{"status": "deleted"}],
    },
}

PREDICATE: dict[str, Any] = {
    "type": "object",
    "description": "Operators that must all hold.",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {operator.value: operand for operator, operand in _OPERANDS.items()},
}

TEMPLATE: dict[str, Any] = {
    "type": "string",
    "pattern": r"\{\{|\{%",
    "description": "A text with a template, whose value is known when the test runs.",
}
