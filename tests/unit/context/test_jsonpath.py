"""JSONPath, with plain paths taking the short way and meaning the same."""

import jsonpath_rfc9535
import pytest
from hypothesis import given
from hypothesis import strategies as st

from context.jsonpath import BadPath, compile_path, find, places
from context.outcomes import Found, NotFound
from context.values import JsonValue

DOCUMENT: JsonValue = {
    "access_token": "t",
    "expires_in": 60,
    "list": [{"a": 1}, {"a": 2}],
    "text": "abc",
    "empty": {},
    "it's": 5,
    "many": {f"k{number}": number for number in range(20)},
}


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        (
            "$.user.id",
            "no 'user' in the object; it has: access_token, expires_in, list, text, empty, it's, many",
        ),
        (
            "$.acces_token",
            "no 'acces_token' in the object; it has: access_token, expires_in, list, text, empty, it's, many"
            " (did you mean 'access_token'?)",
        ),
        ("$.list[2].a", "no [2] in $.list, which has 2 elements"),
        ("$.list[0].b", "no 'b' in $.list[0]; it has: a"),
        ("$.list.a", "no 'a' in $.list, which is a list"),
        ("$.text.length", "no 'length' in $.text, which is a text"),
        ("$.text[0]", "no [0] in $.text, which is a text"),
        ("$.empty.x", "no 'x' in $.empty, which is an empty object"),
        ("$.many.zz", "no 'zz' in $.many; it has: k0, k1, k2, k3, k4, k5, k6, k7 and 12 more"),
        ("$[0]", "no [0] in the body, which is an object"),
        ("$.list[?@.a > 5]", "nothing matches"),
        ("$..nowhere", "nothing matches"),
    ],
)
def test_what_is_not_there_is_explained(path: str, reason: str) -> None:
    """The first step that fails, and what there is instead: names, types and counts, no values."""
    assert find(DOCUMENT, path) == NotFound(f"{path}: {reason}")


@pytest.mark.parametrize(
    "path", ["", "x", "$.", "$[", "$.a[?", "$.a b", "$['a'", "$.a.[0]", "$[01]", "$[-0]", "$['a\n']"]
)
def test_a_text_that_is_no_path(path: str) -> None:
    """It is refused when compiled, and a reason when asked."""
    with pytest.raises(BadPath):
        compile_path(path)
    assert isinstance(find(DOCUMENT, path), NotFound)


@pytest.mark.parametrize("path", ['$["it\'s"]', "$['list'][1]['a']", "$.list[-2].a", "$.expires_in"])
def test_quoted_names_and_positions_from_the_end(path: str) -> None:
    """All plain spellings of a path are understood."""
    (node,) = jsonpath_rfc9535.find(path, DOCUMENT)  # type: ignore[arg-type]  # plain JSON
    assert find(DOCUMENT, path) == Found(node.value)  # type: ignore[arg-type]  # plain JSON


@pytest.mark.parametrize("path", ["$[9999999999999999]", "$[-9999999999999999]"])
def test_a_position_beyond_what_json_can_count(path: str) -> None:
    """The standard does not allow it."""
    with pytest.raises(BadPath):
        compile_path(path)


_JSON = st.recursive(
    st.one_of(st.none(), st.booleans(), st.integers(-9, 9), st.sampled_from(["a", "b", ""])),
    lambda inner: st.one_of(
        st.lists(inner, max_size=3), st.dictionaries(st.sampled_from(["a", "b", "0"]), inner, max_size=3)
    ),
    max_leaves=12,
)
_STEPS = st.sampled_from([".a", ".b", "['a']", '["0"]', "[0]", "[1]", "[-1]"])


@given(document=_JSON, steps=st.lists(_STEPS, max_size=4))
def test_the_short_way_means_what_the_standard_says(document: JsonValue, steps: list[str]) -> None:
    """Plain paths give exactly what the library of the standard gives."""
    path = "$" + "".join(steps)
    nodes = jsonpath_rfc9535.find(path, document)  # type: ignore[arg-type]  # plain JSON
    found = find(document, path)
    if nodes:
        assert found == Found(nodes[0].value)  # type: ignore[arg-type]  # plain JSON
    else:
        assert isinstance(found, NotFound)


def test_a_document_nested_deeper_than_a_search_goes() -> None:
    """A reason, not an exception."""
    deep: JsonValue = 1
    for _ in range(400):
        deep = [deep]
    assert isinstance(find(deep, "$..a"), NotFound)


@pytest.mark.parametrize(
    "path",
    ["$" + "..*" * 9, "$..*[?$..*[?$..*[?$..*.z]]]"],
    ids=["descents", "filters"],
)
def test_a_path_that_would_take_too_long_is_stopped(path: str) -> None:
    """A line of a suite must not hold a worker for an hour."""
    document: JsonValue = {"z": 1}
    for _ in range(80):
        document = {"a": document}
    found = find(document, path)
    assert isinstance(found, NotFound)
    assert found.reason == f"{path}: this JSONPath takes too many steps in this document and was stopped"


def test_a_plain_search_of_a_large_document_is_never_stopped() -> None:
    """The limit grows with the document."""
    document: JsonValue = [{"id": number} for number in range(60_000)]
    assert find(document, "$[*].id") == Found(list(range(60_000)))
    assert find(document, "$..id") == Found(list(range(60_000)))


def test_the_functions_that_search_have_a_limit() -> None:
    """`match` and `search` take a pattern that could need longer than anybody lives."""
    document: JsonValue = [{"a": "a" * 30 + "b"}]
    assert find(document, "$[?match(@.a, 'a+b')].a") == Found(["a" * 30 + "b"])
    assert isinstance(find(document, "$[?match(@.a, 'a+')].a"), NotFound)
    assert find(document, "$[?search(@.a, 'ab')].a") == Found(["a" * 30 + "b"])
    found = find(document, "$[?search(@.a, '(a|a)*$')].a")
    assert isinstance(found, NotFound)
    assert "was stopped" in found.reason


def test_places_are_where_the_values_stand() -> None:
    """Names and positions from the root; no path is an error."""
    document: JsonValue = {"a": [{"b": 1}, {"c": 2}], "b": 3}
    assert places(document, "$..b") == [("b",), ("a", 0, "b")]
    assert places(document, "$.nothing") == []
    with pytest.raises(BadPath):
        places(document, "$.a[")
