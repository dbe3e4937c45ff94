"""JSON Schema of values that people may write in several ways, for completion in editors."""

from typing import Any

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
BOUND: dict[str, Any] = {
    "type": "string",
    "pattern": r"^\s*\{\{\s*(row|params)[.\[].*\}\}\s*$",
    "description": "A value of the row, or of a parameter, as a whole.",
}
