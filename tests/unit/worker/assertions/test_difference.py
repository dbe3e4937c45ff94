"""Where expected and actual part, for people."""

from context.values import JsonValue
from worker.assertions import difference


def test_the_same_has_no_difference() -> None:
    """Nothing to say is an empty text."""
    assert difference({"a": [1, {"b": None}]}, {"a": [1.0, {"b": None}]}) == ""


def test_each_place_that_differs_has_a_line() -> None:
    """Changed, missing and unexpected are told apart, with the path."""
    expected: JsonValue = {"user": {"name": "Ada", "age": 36}, "tags": ["a", "b"], "a b": 1}
    actual: JsonValue = {"user": {"name": "Bob", "mail": "x@y"}, "tags": ["a", "c"], "a b": 2}
    assert difference(expected, actual).splitlines() == [
        '$.user.name: expected "Ada", got "Bob"',
        "$.user.age: missing, expected 36",
        '$.user.mail: not expected, got "x@y"',
        '$.tags[1]: expected "b", got "c"',
        "$['a b']: expected 1, got 2",
    ]


def test_lists_of_different_length_say_so_before_their_elements() -> None:
    """The length explains most of what follows."""
    assert difference([1, 2, 3], [1, 5]).splitlines() == [
        "$: expected 3 elements, got 2",
        "$[1]: expected 2, got 5",
    ]


def test_a_long_list_of_differences_is_counted() -> None:
    """Nobody reads a thousand lines."""
    lines = difference(list(range(100)), [-1] * 100).splitlines()
    assert len(lines) == 9
    assert lines[-1] == "… and 92 more"


def test_large_values_are_shortened() -> None:
    """A line stays a line."""
    text = difference({"a": "x" * 5_000}, {"a": ["y" * 5_000]})
    assert len(text) < 400
    assert "…" in text


def test_texts_show_where_they_part() -> None:
    """Line and column, and what stands around them."""
    expected = "first\nsecond line\nthird"
    actual = "first\nsecond lime\nthird"
    assert difference(expected, actual) == (
        "they part at line 2, column 10:\n"
        '  expected "first\\nsecond line\\nthird"\n'
        '  got      "first\\nsecond lime\\nthird"'
    )


def test_long_texts_show_only_the_place() -> None:
    """A whole body on the screen hides the one character that matters."""
    text = difference("a" * 10_000 + "b" + "c" * 10_000, "a" * 10_000 + "X" + "c" * 10_000)
    assert len(text) < 300
    assert "line 1, column 10001" in text


def test_a_text_that_ends_early_parts_at_its_end() -> None:
    """Shorter is different, too."""
    assert "line 1, column 4" in difference("abcdef", "abc")


def test_very_deep_values_are_compared_without_an_error() -> None:
    """What lies deeper than anybody reads is compared as a whole."""
    deep: JsonValue = 1
    other: JsonValue = 2
    for _ in range(200):
        deep, other = [deep], [other]
    assert difference(deep, other).count("\n") == 0
