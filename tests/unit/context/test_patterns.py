"""Patterns that users wrote, searched so that none can hang a run."""

import pytest

from context.patterns import LENGTH_LIMIT, PatternError, search


def found(pattern: str, text: str) -> str | None:
    """The text that was found."""
    match = search(pattern, text)
    return match.text if match else None


@pytest.mark.parametrize(
    ("pattern", "text", "expected"),
    [
        ("^ey", "eyJ", "ey"),
        ("^ey", "token", None),
        (r"\d+", "order 12, item 3", "12"),
        (r"^(\w+)-(\d+)$", "order-12", "order-12"),
        (r"\p{Lu}", "aB", "B"),
        ("", "abc", ""),
        ("(?i)ADA", "ada", "ada"),
        ("[[]", "a[b", "["),
    ],
)
def test_a_pattern_is_searched_anywhere(pattern: str, text: str, expected: str | None) -> None:
    """Both searchers, the quick one and the one with a time limit, find the same."""
    assert found(pattern, text) == expected


def test_groups_are_texts_also_where_they_took_no_part() -> None:
    """An optional group that was not there is empty."""
    match = search(r"(\d+)(px)?", "12")
    assert match is not None
    assert match.groups == ("12", "")


@pytest.mark.parametrize("pattern", ["(a+)+$", r"^(\w+\s?)*\1$"])
def test_nested_repetitions_end_with_an_answer(pattern: str) -> None:
    """Python's own search would take years for these."""
    assert found(pattern, "a" * 40 + "!") in (None, "")


def test_a_search_without_end_is_stopped() -> None:
    """It ends with a sentence that says why there is no answer."""
    with pytest.raises(PatternError, match=r"took longer than 0\.5 s and was stopped"):
        search("(.*a){20}$", "a" * 5_000 + "!")


def test_a_text_with_few_repetitions_and_great_length_is_searched_with_a_limit() -> None:
    """The square of a long text is too much as well."""
    assert found("a*b", "a" * 100_000) is None


@pytest.mark.parametrize("pattern", ["[", "(", "*", "a{2,1}", r"\1", "(?P<x"])
def test_what_is_no_pattern_says_so(pattern: str) -> None:
    """The message quotes the pattern and says what is wrong with it."""
    with pytest.raises(PatternError, match="is not a regular expression"):
        search(pattern, "abc")


def test_only_the_beginning_of_a_huge_text_is_searched() -> None:
    """A limit, so that one answer cannot stop all other tests."""
    assert found("z$", "a" * LENGTH_LIMIT + "z") is None
