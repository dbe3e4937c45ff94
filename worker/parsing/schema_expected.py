"""JSON Schema of what may be expected of a response."""

from typing import Any

from worker.parsing.schema_parts import DURATION

_PREDICATE: dict[str, Any] = {"$ref": "#/$defs/Predicate"}
_TEXT_OR_NUMBER: dict[str, Any] = {"type": ["string", "number", "boolean"]}

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
JSON_EXPECTED: dict[str, Any] = {
    "anyOf": [
        _PREDICATE,
        {"type": ["object", "array", "string", "number", "boolean", "null"]},
    ]
}
HEADERS_EXPECTED: dict[str, Any] = {
    "type": "object",
    "additionalProperties": {"anyOf": [_TEXT_OR_NUMBER, _PREDICATE]},
}
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
