"""What editors show of a key: what it means, and how it may look."""

from collections.abc import Iterator
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


def properties_of(part: Any, path: str = "") -> Iterator[tuple[str, Schema]]:
    """Every property that the schema describes, wherever it stands."""
    if isinstance(part, list):
        for each in part:
            yield from properties_of(each, path)
    elif isinstance(part, dict):
        for name, found in part.get("properties", {}).items():
            yield f"{path}.{name}", found
        for name, each in part.items():
            yield from properties_of(each, path if name in ("properties", "anyOf") else f"{path}.{name}")


PROPERTIES = dict(properties_of(build_schema()))


def _has_words(schema: Schema) -> bool:
    """Whether an editor has a list to offer: true and false, or words."""
    return (
        "enum" in schema
        or "const" in schema
        or schema.get("type") == "boolean"
        or any(_has_words(each) for each in schema.get("anyOf", ()) if "$ref" not in each)
    )


@pytest.mark.parametrize("path", PROPERTIES)
def test_whatever_can_be_pointed_at_is_explained_and_shown(path: str) -> None:
    """Also deep inside of what may be written in several ways; where there are no words to choose from, by
    an example that holds."""
    schema = PROPERTIES[path]
    assert schema["description"].endswith((".", "`", ")"))
    assert schema.get("examples") or _has_words(schema), path
    whole = {"$defs": build_schema()["$defs"], **schema}
    for example in schema.get("examples", ()):
        jsonschema.Draft202012Validator(whole).validate(example)
