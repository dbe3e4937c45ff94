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
        "$[2]: missing, expected 3",
    ]


def test_a_long_list_of_differences_is_counted() -> None:
    """Nobody reads a thousand lines."""
    lines = difference(list(range(100)), [-1] * 100).splitlines()
    assert len(lines) == 13
    assert lines[-1] == "… and 88 more"


def test_large_values_are_shortened() -> None:
    """A line stays a line."""
    text = difference({"a": "x" * 5_000}, {"a": ["y" * 5_000]})
    assert len(text) < 400
    assert "…" in text


def test_short_texts_show_where_they_part() -> None:
    """Line and column, and what stands around them."""
    assert difference("second line", "second lime") == (
        'they part at line 1, column 10:\n  expected "second line"\n  got      "second lime"'
    )


def test_texts_of_several_lines_show_the_changed_lines_with_their_numbers() -> None:
    """A line of context on either side; what lies between is left out."""
    expected = "one\ntwo\nthree\nfour\nfive\nsix\nseven"
    actual = "one\nTWO\nthree\nfour\nfive\nmore\nsix"
    assert difference(expected, actual).splitlines() == [
        "3 lines differ (- expected, + got):",
        "  1 | one",
        "- 2 | two",
        "+ 2 | TWO",
        "  3 | three",
        "  …",
        "  5 | five",
        "+ 6 | more",
        "  7 | six",
        "- 7 | seven",
    ]


def test_many_changed_lines_are_cut_and_counted() -> None:
    """Two whole files on the screen help nobody."""
    expected = "\n".join(f"line {number}" for number in range(500))
    lines = difference(expected, expected.replace("line", "LINE")).splitlines()
    assert lines[0] == "500 lines differ (- expected, + got):"
    assert len(lines) == 26
    assert lines[-1] == "… and 976 more lines of this"


def test_white_space_that_differs_can_be_seen() -> None:
    """A tab is not a space, and one at the end of a line is none of both."""
    assert '- 2 | "b"' in difference("a\nb\nc", "a\nb \nc")
    assert '+ 2 | "b "' in difference("a\nb\nc", "a\nb \nc")


def test_a_long_line_is_shown_from_where_it_parts() -> None:
    """What is the same before it is left out."""
    lines = difference("x\n" + "a" * 500 + "b", "x\n" + "a" * 500 + "c").splitlines()
    assert all(len(line) < 120 for line in lines)
    assert any(line.endswith("ab") for line in lines)
    assert any(line.endswith("ac") for line in lines)


def test_an_element_more_at_the_front_does_not_change_all_others() -> None:
    """Elements are found again where they have moved to, and told by their name."""
    expected: JsonValue = [{"id": 1, "price": 3}, {"id": 2, "price": 4}]
    actual: JsonValue = [{"id": 0, "price": 9}, {"id": 1, "price": 3}, {"id": 2, "price": 5}]
    assert difference(expected, actual).splitlines() == [
        "$: expected 2 elements, got 3",
        '$[0]: not expected, got {"id": 0, "price": 9}',
        "$[2].price (id: 2): expected 4, got 5",
    ]


def test_elements_of_one_name_belong_together() -> None:
    """What is compared is the order of the same id, wherever it stands."""
    expected: JsonValue = [{"id": 2, "price": 1}]
    actual: JsonValue = [{"id": 1, "price": 4}, {"id": 2, "price": 3}]
    assert difference(expected, actual).splitlines() == [
        "$: expected 1 element, got 2",
        '$[0]: not expected, got {"id": 1, "price": 4}',
        "$[1].price (id: 2): expected 1, got 3",
    ]


def test_another_order_is_said() -> None:
    """Six differences that are one."""
    assert difference([1, 2, 3], [3, 1, 2]).splitlines()[0] == "$: the same elements in another order"


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
