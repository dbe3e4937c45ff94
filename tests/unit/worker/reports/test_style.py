"""What a terminal can show."""

import io

import pytest

from worker.models.outcome import Verdict
from worker.reports.style import Style, in_ci


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self) -> bool:
        """It does."""
        return True

    @property
    def encoding(self) -> str:  # type: ignore[override] # a StringIO has none
        """What modern terminals speak."""
        return "utf-8"


@pytest.mark.parametrize(
    ("settings", "colour"),
    [
        ({}, True),
        ({"NO_COLOR": "1"}, False),
        ({"NO_COLOR": ""}, True),
        ({"TERM": "dumb"}, False),
        ({"NO_COLOR": "1", "FORCE_COLOR": "1"}, False),
        ({"TERM": "dumb", "FORCE_COLOR": "1"}, True),
        ({"FORCE_COLOR": "0"}, False),
    ],
)
def test_colours_follow_the_terminal_and_the_person(settings: dict[str, str], colour: bool) -> None:
    """A terminal has colours unless NO_COLOR says no; NO_COLOR wins over FORCE_COLOR."""
    assert Style.for_stream(Terminal(), environment=settings).colour is colour


def test_a_log_has_colours_only_when_forced() -> None:
    """What is no terminal gets plain text."""
    assert Style.for_stream(io.StringIO(), environment={}).colour is False
    assert Style.for_stream(io.StringIO(), environment={"FORCE_COLOR": "1"}).colour is True


@pytest.mark.parametrize("said", ["", "0", "false", "False", "no"])
def test_a_ci_that_says_no_is_none(said: str) -> None:
    """People switch it off by saying so."""
    assert not in_ci({"CI": said})
    assert in_ci({"CI": "true"})


@pytest.mark.parametrize("settings", [{"CI": "true"}, {"TERM": "dumb"}])
def test_nothing_moves_where_nobody_looks(settings: dict[str, str]) -> None:
    """Under CI lines are written once, also when a terminal is pretended."""
    assert Style.for_stream(Terminal(), environment=settings).live is False
    assert Style.for_stream(Terminal(), environment={}).live is True


def test_a_stream_that_cannot_write_marks_gets_words() -> None:
    """Where there is no Unicode, ASCII says the same."""
    stream = io.TextIOWrapper(io.BytesIO(), encoding="ascii")
    style = Style.for_stream(stream, environment={})
    assert style.unicode is False
    assert style.mark(Verdict.FAILED).strip() == "FAILED"
    assert style.plain("a → b · 1 s") == "a -> b - 1 s"


def test_columns_say_how_wide_it_is() -> None:
    """COLUMNS wins; nonsense in it is ignored."""
    assert Style.for_stream(io.StringIO(), environment={"COLUMNS": "66"}).width == 66
    assert Style.for_stream(io.StringIO(), environment={"COLUMNS": "wide"}).width == 100
