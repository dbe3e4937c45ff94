"""What editors show of a key: what it means, and how it may look."""

from typing import Any

import jsonschema
import pytest

from worker.parsing.readers import Schema
from worker.parsing.schema import build_schema, every_key
from worker.parsing.shape import Key

KEYS = {f"{shape.title}.{name}": key for shape, name, key in every_key()}


def completes_itself(schema: Schema) -> bool:
    """Whether an editor can offer all that may stand there: words of a list, or the keys of a mapping."""
    others = [each for each in schema.get("anyOf", ()) if each.get("$ref") != "#/$defs/Bound"]
    return (
        "enum" in schema
        or "const" in schema
        or "$ref" in schema
        or schema.get("type") == "boolean"
        or any(completes_itself(each) for each in others)
    )


@pytest.mark.parametrize("name", KEYS)
def test_a_key_is_explained(name: str) -> None:
    """A sentence, with a full stop, for whoever points at the key."""
    description = KEYS[name].description
    assert description.strip() == description
    assert description.endswith((".", "`", ")")), description


@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if not completes_itself(key.schema())])
def test_a_key_that_may_hold_anything_has_an_example(name: str) -> None:
    """Where an editor has no list to offer, it shows one that somebody has written."""
    assert KEYS[name].examples


@pytest.mark.parametrize("name", [name for name, key in KEYS.items() if key.examples])
def test_examples_are_valid(name: str) -> None:
    """An example that is underlined helps nobody."""
    whole = build_schema()
    for example in KEYS[name].examples:
        found = list(_validator(KEYS[name], whole).iter_errors(example))
        assert found == [], (example, found[0].message if found else "")


def _validator(key: Key, whole: Schema) -> Any:
    schema = {"$defs": whole["$defs"], **key.schema()}
    return jsonschema.Draft202012Validator(schema)
