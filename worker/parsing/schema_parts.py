"""JSON Schema of values that people may write in several ways, for completion in editors."""

from typing import Any

from worker.models.expectation import Operator

_NUMBER_OR_TEMPLATE = {"anyOf": [{"type": "number"}, {"$ref": "#/$defs/Template"}]}

DURATION: dict[str, Any] = {
    "anyOf": [
        {"type": "number", "minimum": 0, "description": "Seconds."},
        {"type": "string", "pattern": r"^\s*([0-9]+(\.[0-9]+)?|\.[0-9]+)\s*(ms|s|m|h)?\s*$"},
    ]
}
SCALAR: dict[str, Any] = {"type": ["string", "number", "boolean", "null"]}
QUERY: dict[str, Any] = {
    "anyOf": [
        {"type": ["string", "number", "boolean"]},
        {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
    ]
}
FORM_VALUE: dict[str, Any] = {
    "anyOf": [
        {"type": ["string", "number", "boolean", "null"]},
        {"type": "array", "items": {"type": ["string", "number", "boolean"]}},
    ]
}
_CODE = {"type": "integer", "minimum": 100, "maximum": 599}
STATUS: dict[str, Any] = {
    "anyOf": [
        _CODE,
        {"type": "array", "items": _CODE, "minItems": 1},
        {"type": "string", "pattern": "^[1-5][xX][xX]$"},
    ]
}
TIME: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": r"^\s*<=?\s*.+$"},
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "less": DURATION,
                "greater": DURATION,
                "between": {"type": "array", "items": DURATION, "minItems": 2, "maxItems": 2},
            },
        },
    ]
}

#: What each operator takes, and what it asks.
OPERANDS: dict[Operator, dict[str, Any]] = {
    Operator.EQUALS: {"description": "Exactly this JSON value, nothing more."},
    Operator.NOT: {"description": "Any other JSON value."},
    Operator.CONTAINS: {"description": "A text in a text, an element in a list, a key in an object."},
    Operator.MATCHES: {"type": "string", "description": "A regular expression, searched in the text."},
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
    },
    Operator.GREATER: {**_NUMBER_OR_TEMPLATE, "description": "More than this number."},
    Operator.LESS: {**_NUMBER_OR_TEMPLATE, "description": "Less than this number."},
    Operator.BETWEEN: {
        "type": "array",
        "items": _NUMBER_OR_TEMPLATE,
        "minItems": 2,
        "maxItems": 2,
        "description": "From the first to the second number, both included.",
    },
    Operator.ONE_OF: {"type": "array", "minItems": 1, "description": "One of these JSON values."},
    Operator.EXISTS: {"type": "boolean", "description": "Whether it is there."},
    Operator.UNIQUE: {"type": "boolean", "description": "Whether no element is there twice."},
    Operator.SORTED: {"enum": ["ascending", "descending"], "description": "The order of the elements."},
}

PREDICATE: dict[str, Any] = {
    "type": "object",
    "description": "Operators that must all hold.",
    "minProperties": 1,
    "additionalProperties": False,
    "properties": {operator.value: operand for operator, operand in OPERANDS.items()},
}
TEMPLATE: dict[str, Any] = {
    "type": "string",
    "pattern": r"\{\{|\{%",
    "description": "A text with a template, whose value is known when the test runs.",
}
JSON_EXPECTED: dict[str, Any] = {
    "anyOf": [
        {"$ref": "#/$defs/Predicate"},
        {"type": ["object", "array", "string", "number", "boolean", "null"]},
    ]
}
HEADERS_EXPECTED: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {
        "anyOf": [{"type": ["string", "number", "boolean"]}, {"$ref": "#/$defs/Predicate"}]
    },
}
