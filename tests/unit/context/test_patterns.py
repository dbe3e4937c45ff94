"""Patterns that users wrote, searched so that none can hang a run."""

from functools import partial

import pytest

from context.patterns import LENGTH_LIMIT, PatternError, groups_of, replace, search, search_all


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


def test_every_match_is_found() -> None:
    """From the beginning, each with its groups."""
    found = search_all(r"order-(?P<number>\d+)", "order-7, order-12")
    assert [(match.text, match.group("number")) for match in found] == [("order-7", "7"), ("order-12", "12")]
    assert search_all("x", "order") == []


def test_a_group_has_a_number_or_a_name() -> None:
    """Without either it is the first, and the whole match where there is none."""
    match = search(r"(a)(?P<rest>b+)?", "xab")
    assert match is not None
    assert [match.group(which) for which in (None, 0, 1, 2, "rest")] == ["a", "ab", "a", "b", "b"]
    with pytest.raises(PatternError, match="it has no group 'nope'; its groups are rest"):
        match.group("nope")
    whole = search("b+", "xabb")
    assert whole is not None
    assert whole.group(None) == "bb"
    with pytest.raises(PatternError, match="it has no group 1; it has none"):
        whole.group(1)


def test_replacing_and_finding_all_have_a_limit_too() -> None:
    """Whatever is done with a pattern, it cannot hang a run."""
    assert replace(r"\d+", "a1b22", r"<\1>") == r"a<\1>b<\1>"
    for act in (search_all, partial(replace, replacement="")):
        with pytest.raises(PatternError, match="was stopped"):
            act("(a|a)*$", "a" * 40 + "b")
    with pytest.raises(PatternError, match="not a regular expression"):
        search_all("(", "a")


def test_the_groups_of_a_pattern() -> None:
    """How many there are, and which have names; also of patterns that only `regex` can read."""
    assert groups_of(r"(a)(?P<b>b)") == (2, ("b",))
    assert groups_of(r"\p{L}+(x)") == (1, ())
