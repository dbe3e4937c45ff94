"""Documents against JSON Schemas: what is broken, and how long it may take to say so."""

from typing import Any

import jsonschema
import pytest
from hypothesis import given
from hypothesis import strategies as st

from context.values import JsonValue
from worker.contracts.cost import Effort, effort_for
from worker.contracts.violations import LIMIT, UNTOLD, BadSchema, Schema


def doubled(levels: int) -> dict[str, Any]:
    """A schema whose every level has two ways to the next."""
    definitions: dict[str, Any] = {"0": {"type": "integer"}}
    for level in range(1, levels + 1):
        below = {"$ref": f"#/$defs/{level - 1}"}
        definitions[str(level)] = {"anyOf": [below, dict(below)]}
    return {"$defs": definitions, "$ref": f"#/$defs/{levels}"}


def test_every_broken_rule_is_found_with_its_place() -> None:
    """Path and rule, as facts."""
    schema = Schema({"properties": {"a": {"items": {"type": "integer", "minimum": 2}}}, "required": ["b"]})
    found = schema.violations({"a": [1, "x", 3]})
    assert {(each.path, each.rule, each.schema_path) for each in found} == {
        (("a", 0), "minimum", ("properties", "a", "items", "minimum")),
        (("a", 1), "type", ("properties", "a", "items", "type")),
        ((), "required", ("required",)),
    }


def test_of_alternatives_the_nearest_is_told() -> None:
    """The one that is meant is the one of the right kind with the fewest mistakes."""
    alternatives = [{"type": "null"}, {"type": "object", "required": ["id"]}, {"required": ["x", "y"]}]
    found = Schema({"oneOf": alternatives}).violations({})
    assert [each.facts["property"] for each in found[0].nearest] == ["id"]


@pytest.mark.parametrize(
    ("schema", "reason"),
    [
        ({"type": "objekt"}, "this is not a JSON Schema at type: "),
        ([], "a JSON Schema is a mapping"),
        (
            {"$ref": "http://127.0.0.1:9/x.json"},
            "it refers to http://127.0.0.1:9/x.json,",
        ),
        ({"$ref": "file:///etc/passwd"}, "it refers to file:///etc/passwd, and schemas are never fetched"),
        ({"pattern": "("}, "this is not a JSON Schema"),
        ({"$schema": "http://nobody.example/schema"}, "this is not a JSON Schema"),
    ],
)
def test_what_is_no_schema(schema: Any, reason: str) -> None:
    """Nothing is fetched, from nowhere."""
    with pytest.raises(BadSchema) as caught:
        Schema(schema)
    assert str(caught.value).startswith(reason)


@pytest.mark.parametrize(
    "schema",
    [
        {"$ref": "#"},
        {"allOf": [{"$ref": "#"}]},
        {"anyOf": [{"$ref": "#"}, {"$ref": "#"}]},
        {"$defs": {"a": {"$ref": "#/$defs/b"}, "b": {"$ref": "#/$defs/a"}}, "$ref": "#/$defs/a"},
    ],
)
def test_a_schema_that_means_itself_ends(schema: Any) -> None:
    """A circle says nothing of a value."""
    assert Schema(schema).violations({"a": 1}) == []


def test_regular_expressions_have_a_limit() -> None:
    """What would take too long is a violation, not a wait."""
    assert Schema({"pattern": r"^(a|a)*\1x$(?=b)"}).violations("a" * 5_000 + "b")[0].rule == "pattern"


@pytest.mark.parametrize(
    ("levels", "effort"),
    [(2, Effort.ALL), (5, Effort.ALL), (14, Effort.WHETHER), (26, Effort.NOTHING), (60, Effort.NOTHING)],
)
def test_alternatives_of_alternatives_are_bounded(levels: int, effort: Effort) -> None:
    """Each level doubles the work: twenty-six are a hundred million looks at one value."""
    assert effort_for(doubled(levels), "x") is effort


def test_too_many_alternatives_are_told_in_one_sentence() -> None:
    """Whether it fits is known at once; why not would take minutes and gigabytes."""
    assert [each.rule for each in Schema(doubled(14)).violations("x")] == [UNTOLD]
    assert Schema(doubled(14)).violations(7) == []
    with pytest.raises(BadSchema, match="too many alternatives"):
        Schema(doubled(30)).violations("x")


def test_references_by_name_are_counted_too() -> None:
    """`$id` and `$anchor` are no way around the limit."""
    definitions: dict[str, Any] = {"0": {"$anchor": "l0", "type": "integer"}}
    for level in range(1, 31):
        below = {"$ref": f"#l{level - 1}"}
        definitions[str(level)] = {"$anchor": f"l{level}", "anyOf": [below, dict(below)]}
    assert effort_for({"$defs": definitions, "$ref": "#l30"}, "x") is Effort.NOTHING


def test_a_recursive_schema_is_no_trouble() -> None:
    """Trees are what recursion is for."""
    tree = {
        "type": "object",
        "properties": {"left": {"$ref": "#"}, "right": {"$ref": "#"}, "id": {"type": "integer"}},
    }
    document: JsonValue = {"id": 1}
    for number in range(40):
        document = {"id": number, "left": document, "right": {"id": number}}
    assert effort_for(tree, document) is Effort.ALL
    assert Schema(tree).violations(document) == []


def test_a_large_document_is_cut() -> None:
    """A hundred violations say it all; of a very large document the first is told."""
    assert len(Schema({"items": {"type": "string"}}).violations(list(range(500)))) == LIMIT
    assert len(Schema({"items": {"type": "string"}}).violations(list(range(200_000)))) == 1


SCHEMAS = st.recursive(
    st.sampled_from(
        [
            {},
            {"type": "integer"},
            {"type": "string"},
            {"minimum": 1},
            {"maxLength": 1},
            {"required": ["a"]},
            {"const": None},
        ]
    ),
    lambda inner: (
        st.builds(lambda a, b: {"anyOf": [a, b]}, inner, inner)
        | st.builds(lambda a: {"items": a}, inner)
        | st.builds(lambda a, b: {"properties": {"a": a}, "additionalProperties": b}, inner, inner)
        | st.builds(lambda a: {"not": a}, inner)
    ),
    max_leaves=6,
)
DOCUMENTS = st.recursive(
    st.none() | st.integers(-2, 2) | st.text("ab", max_size=2),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from("ab"), inner, max_size=2),
    max_leaves=6,
)


@given(SCHEMAS, DOCUMENTS)
def test_the_verdict_is_that_of_another_validator(schema: Any, document: Any) -> None:
    """What we tell in our words is what the reference in Python says, too."""
    assert bool(Schema(schema).violations(document)) != jsonschema.Draft202012Validator(schema).is_valid(
        document
    )
