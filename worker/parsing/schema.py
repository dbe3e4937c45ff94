"""The file format as a JSON Schema, for completion and checks in editors."""

from collections.abc import Iterator

from worker.parsing.document import SHAPES, SUITE
from worker.parsing.fixture_rules import fake_schema
from worker.parsing.readers import Schema
from worker.parsing.schema_operators import PREDICATE, TEMPLATE
from worker.parsing.schema_parts import BOUND
from worker.parsing.shape import Key, Shape


def build_schema() -> Schema:
    """The schema of a suite file (JSON Schema 2020-12)."""
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Baton suite",
        **SUITE.definition(),
        "$defs": {
            **{shape.title: shape.definition() for shape in SHAPES},
            "Predicate": PREDICATE,
            "Template": TEMPLATE,
            "Bound": BOUND,
            "Fake": fake_schema(),
        },
    }


def every_key() -> Iterator[tuple[Shape, str, Key]]:
    """Every key of the format with the shape it belongs to, for whoever describes the format."""
    for shape in (SUITE, *SHAPES):
        for name, key in shape.keys.items():
            yield shape, name, key


if __name__ == "__main__":
    import json
    import sys

    json.dump(build_schema(), sys.stdout, indent=2, ensure_ascii=False)
    sys.stdout.write("\n")
