"""Problems as a person reads them. Their words are in tests/golden/problems."""

import unicodedata

import pytest

from tests.builders import a_place
from worker.models.problem import Problem, ProblemKind, Related
from worker.parsing import format_problems
from worker.parsing.problems import WIDEST_LINE


def a_problem(text: str, *, column: int = 1, length: int = 1, hint: str | None = "mend it") -> Problem:
    """A problem in this line."""
    where = a_place(14, column, path="checkout.yaml", length=length)
    return Problem(kind=ProblemKind.BAD_VALUE, what="it is wrong", where=where, text=text, hint=hint)


def caret_columns(printed: str) -> tuple[int, int]:
    """Where the caret begins behind the gutter, and how long it is, in columns of the terminal."""
    line = printed.splitlines()[2]
    return line.index("^") - line.index("|") - 2, line.count("^")


def width(text: str) -> int:
    """Columns that a terminal needs."""
    return sum(
        0 if unicodedata.combining(sign) else 2 if unicodedata.east_asian_width(sign) in "WF" else 1
        for sign in text
    )


def test_a_problem_has_its_place_its_line_and_its_hint() -> None:
    """In exactly this manner."""
    problem = Problem(
        kind=ProblemKind.UNKNOWN_TEST,
        what="'log in' is not a test in this suite",
        where=a_place(14, 13, path="checkout.yaml", length=6),
        text="    needs: [log in]",
        hint="did you mean 'login'?",
    )
    assert format_problems([problem]) == (
        "checkout.yaml:14:13  'log in' is not a test in this suite\n"
        "  14 |     needs: [log in]\n"
        "     |             ^^^^^^ did you mean 'login'?\n"
    )


def test_no_problems_are_no_text() -> None:
    """Nothing is printed about nothing."""
    assert format_problems([]) == ""


def test_related_lines_follow_with_their_notes() -> None:
    """A line of another file says which file."""
    related = (
        Related(where=a_place(3, 1, path="checkout.yaml"), text="one", note="first"),
        Related(where=a_place(1200, 2, path="other.yaml"), text="two", note="second"),
    )
    problem = Problem(
        kind=ProblemKind.CYCLE,
        what="round",
        where=a_place(14, path="checkout.yaml"),
        text="x",
        related=related,
    )
    assert format_problems([problem]).splitlines() == [
        "checkout.yaml:14:1  round",
        "   14 | x",
        "      | ^",
        "    3 | one",
        "      | ^ first",
        "      | other.yaml:1200:2",
        " 1200 | two",
        "      |  ^ second",
    ]


@pytest.mark.parametrize("before", ["", "\t", "\t\ta: \t", "日本: ", "é: ", "e\u0301: ", "👍 ", "a\u200db "])
def test_the_caret_stays_in_place(before: str) -> None:
    """Tabs, wide characters and accents do not push it away."""
    printed = format_problems([a_problem(f"{before}wrong right", column=len(before) + 1, length=5)])
    shown = printed.splitlines()[1].partition("| ")[2]
    begins, length = caret_columns(printed)
    assert begins == width(shown[: shown.index("wrong")].replace("\u200d", ""))
    assert length == 5


@pytest.mark.parametrize("offset", [0, 30, 90, 200, 380])
def test_a_long_line_is_cut_around_the_caret(offset: int) -> None:
    """What is wrong is always to be seen."""
    text = "a" * offset + "wrong" + "b" * (400 - offset)
    printed = format_problems([a_problem(text, column=offset + 1, length=5)])
    shown = printed.splitlines()[1].partition("| ")[2]
    begins, length = caret_columns(printed)
    assert shown[begins : begins + length] == "wrong"
    assert len(shown) <= WIDEST_LINE
    assert shown.startswith("…") == (begins < offset)


def test_a_long_line_of_wide_characters_is_cut_as_well() -> None:
    """Columns are counted, not characters."""
    text = "日" * 100 + "wrong" + "本" * 100
    printed = format_problems([a_problem(text, column=101, length=5)])
    shown = printed.splitlines()[1].partition("| ")[2]
    begins, _ = caret_columns(printed)
    assert width(shown[: shown.index("wrong")]) == begins
    assert width(shown) <= WIDEST_LINE


def test_a_caret_longer_than_the_line_is_cut() -> None:
    """A value of a thousand characters does not fill the screen."""
    printed = format_problems([a_problem("x" * 1000, column=10, length=900)])
    assert all(len(line) < WIDEST_LINE + 30 for line in printed.splitlines())


@pytest.mark.parametrize("sign", ["\x1b", "\x07", "\x9b", "\u202e", "\u2066", "\ufeff"])
def test_nothing_in_a_file_steers_the_terminal(sign: str) -> None:
    """Escape sequences and characters that turn text round are shown as a replacement."""
    problem = Problem(
        kind=ProblemKind.BAD_VALUE,
        what=f"what {sign}",
        where=a_place(1, path=f"path{sign}.yaml"),
        text=f"text {sign}",
        hint=f"hint {sign}",
    )
    printed = format_problems([problem])
    assert sign not in printed
    assert printed.count("\ufffd") == 4


def test_a_problem_without_a_line_has_only_its_hint() -> None:
    """A file that cannot be read has no lines."""
    assert format_problems([a_problem("")]) == "checkout.yaml:14:1  it is wrong\n     | mend it\n"
    assert format_problems([a_problem("", hint=None)]) == "checkout.yaml:14:1  it is wrong\n"


def test_a_caret_may_stand_behind_the_line() -> None:
    """Where something is missing at the end."""
    printed = format_problems([a_problem("ab", column=3)])
    assert caret_columns(printed) == (2, 1)


def test_colours_are_there_when_they_are_wanted() -> None:
    """And change nothing but colours."""
    problem = a_problem("x: y", column=4)
    coloured = format_problems([problem], colour=True)
    assert "\x1b[31m^\x1b[0m" in coloured
    plain = coloured
    for code in ("\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"):
        plain = plain.replace(code, "")
    assert plain == format_problems([problem])
