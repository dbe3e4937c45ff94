"""The file format as a JSON Schema, for completion and checks in editors."""

from collections.abc import Iterator

from worker.parsing.captures import RULE
from worker.parsing.document import (
    AUTH,
    BASIC,
    DEFAULTS,
    ENVIRONMENT,
    EXPECT,
    HEADER_AUTH,
    REQUEST,
    SUITE,
    TEST,
)
from worker.parsing.readers import Schema
from worker.parsing.schema_parts import PREDICATE, TEMPLATE
from worker.parsing.shape import Key, Shape

_SHAPES: tuple[Shape, ...] = (
    TEST,
    REQUEST,
    AUTH,
    BASIC,
    HEADER_AUTH,
    EXPECT,
    RULE,
    DEFAULTS,
    ENVIRONMENT,
)


def build_schema() -> Schema:
    """The schema of a suite file (JSON Schema 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Baton suite",
        **SUITE.definition(),
        "$defs": {
            **{shape.title: shape.definition() for shape in _SHAPES},
            "Predicate": PREDICATE,
            "Template": TEMPLATE,
        },
    }


def every_key() -> Iterator[tuple[Shape, str, Key]]:
    """Every key of the format with the shape it belongs to, for whoever describes the format."""
    for shape in (SUITE, *_SHAPES):
        for name, key in shape.keys.items():
            yield shape, name, key


if __name__ == "__main__":
    import json
    import sys

    json.dump(build_schema(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
