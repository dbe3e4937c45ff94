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
_STATUS_CLASS = {"type": "string", "pattern": "^[1-5][xX][xX]$"}
STATUS: dict[str, Any] = {
    "anyOf": [
        _CODE,
        {"type": "array", "items": {"anyOf": [_CODE, _STATUS_CLASS]}, "minItems": 1},
        _STATUS_CLASS,
    ]
}
TIME: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "pattern": r"^\s*<=?\s*.+$"},
        {
            "type": "object",
            "additionalProperties": False,
            "properties": {
                "less": {**DURATION, "description": "Quicker than this.", "examples": ["500ms"]},
                "greater": {**DURATION, "description": "Slower than this.", "examples": ["100ms"]},
                "at_least": {**DURATION, "description": "This long or longer.", "examples": ["100ms"]},
                "at_most": {**DURATION, "description": "This long at most.", "examples": ["2s"]},
                "between": {
                    "type": "array",
                    "items": DURATION,
                    "minItems": 2,
                    "maxItems": 2,
                    "description": "From the first to the second time, both included.",
                    "examples": [["100ms", "2s"]],
                },
            },
        },
    ]
}

#: What each operator takes, and what it asks.
OPERANDS: dict[Operator, dict[str, Any]] = {
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

_PREDICATE: dict[str, Any] = {"$ref": "#/$defs/Predicate"}
_TEXT_OR_NUMBER: dict[str, Any] = {"type": ["string", "number", "boolean"]}

TEXT_EXPECTED: dict[str, Any] = {"anyOf": [_TEXT_OR_NUMBER, _PREDICATE]}
SIZE_EXPECTED: dict[str, Any] = {
    "anyOf": [{"type": "integer", "minimum": 0}, {"$ref": "#/$defs/Template"}, _PREDICATE]
}
_COOKIE: dict[str, Any] = {
    "type": "object",
    "additionalProperties": False,
    "minProperties": 1,
    "properties": {
        "value": {**TEXT_EXPECTED, "description": "The cookie's value.", "examples": [{"length": 32}]},
        "path": {**TEXT_EXPECTED, "description": "Where the cookie goes back to.", "examples": ["/"]},
        "domain": {
            **TEXT_EXPECTED,
            "description": "Which hosts the cookie goes back to.",
            "examples": ["example.com"],
        },
        "expires": {
            **TEXT_EXPECTED,
            "description": "When it ends, as the server wrote it.",
            "examples": [{"contains": "2030"}],
        },
        "max_age": {
            "anyOf": [{"type": "integer"}, {"$ref": "#/$defs/Template"}, _PREDICATE],
            "description": "How many seconds it lives.",
            "examples": [3600],
        },
        "same_site": {
            **TEXT_EXPECTED,
            "description": "Strict, Lax or None, in any case.",
            "examples": ["Lax"],
        },
        "secure": {"type": "boolean", "description": "Whether it only travels encrypted."},
        "http_only": {"type": "boolean", "description": "Whether scripts in a page cannot see it."},
    },
}
COOKIES_EXPECTED: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"anyOf": [_TEXT_OR_NUMBER, _PREDICATE, _COOKIE]},
}
REDIRECTS_EXPECTED: dict[str, Any] = {
    "anyOf": [
        {"type": "integer", "minimum": 0},
        {
            "type": "object",
            "additionalProperties": False,
            "minProperties": 1,
            "properties": {
                "count": {**SIZE_EXPECTED, "description": "How many there were.", "examples": [1]},
                "url": {
                    **TEXT_EXPECTED,
                    "description": "The last URL.",
                    "examples": [{"ends_with": "/home"}],
                },
                "statuses": {
                    "type": "array",
                    "items": _CODE,
                    "description": "The statuses, in order.",
                    "examples": [[301, 302]],
                },
            },
        },
        _PREDICATE,
    ]
}
XML_EXPECTED: dict[str, Any] = {
    "anyOf": [
        {"type": "string", "description": "The whole document."},
        {
            "type": "object",
            "minProperties": 1,
            "additionalProperties": {
                "anyOf": [{"type": ["string", "number", "boolean", "array"]}, _PREDICATE]
            },
        },
    ]
}
SCHEMA_EXPECTED: dict[str, Any] = {
    "anyOf": [
        {"type": "boolean"},
        {
            "type": "object",
            "additionalProperties": False,
            "required": ["file"],
            "properties": {
                "file": {
                    "type": "string",
                    "description": "A file with the schema.",
                    "examples": ["schemas/user.json"],
                }
            },
        },
        {"type": "object", "description": "A JSON Schema (2020-12, unless `$schema` says otherwise)."},
    ]
}

BOUND: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\s*\{\{\s*(row|params)[.\[].*\}\}\s*$",
    "description": "A value of the row, or of a parameter, as a whole.",
}
