"""Places in files, and the lines they are in."""

import pytest

from worker.models.problem import Location, line_of


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r", "\x85", "\u2028"])
def test_lines_are_counted_as_yaml_counts_them(end: str) -> None:
    """Whatever ends a line for the parser ends it for us, or all places would be wrong."""
    text = f"one{end}two{end}{end}four"
    assert [line_of(text, number) for number in range(1, 5)] == ["one", "two", "", "four"]


@pytest.mark.parametrize("number", [0, -1, 3])
def test_beyond_the_text_lines_are_empty(number: int) -> None:
    """A place may be where something is missing."""
    assert line_of("one\ntwo", number) == ""


def test_a_place_is_written_as_editors_understand_it() -> None:
    """So that a click in a terminal leads there."""
    assert str(Location("shop.yaml", 14, 13, 6)) == "shop.yaml:14:13"
