"""Where two texts part: the changed lines with their numbers, never two whole texts."""

import json
from collections.abc import Iterator, Sequence

from worker.assertions.alignment import Stretch, align
from worker.assertions.values import hidden_text

#: Characters of text around the first place where two texts part.
CONTEXT_WIDTH = 40
#: Lines shown in all; the rest is counted.
LINES_SHOWN = 24
#: Lines before and behind a change that show where it is.
CONTEXT_LINES = 1
#: Characters of a line that are shown.
LINE_WIDTH = 100


def text_difference(expected: str, actual: str) -> str:
    """Where two texts part, with what stands there; empty when they are the same."""
    if expected == actual:
        return ""
    left, right = hidden_text(expected), hidden_text(actual)
    if left == right:
        return "they part inside of a secret"
    if "\n" in left.strip("\n") or "\n" in right.strip("\n"):
        return "\n".join(_in_lines(left, right))
    return _in_one_line(left, right)


def _in_one_line(expected: str, actual: str) -> str:
    place = _first_difference(expected, actual)
    line = expected.count("\n", 0, place) + 1
    column = place - (expected.rfind("\n", 0, place) + 1) + 1
    return (
        f"they part at line {line}, column {column}:\n"
        f"  expected {_around(expected, place)}\n"
        f"  got      {_around(actual, place)}"
    )


def _first_difference(left: str, right: str) -> int:
    shorter = min(len(left), len(right))
    return next((index for index in range(shorter) if left[index] != right[index]), shorter)


def _around(text: str, place: int) -> str:
    start, end = max(0, place - CONTEXT_WIDTH), place + CONTEXT_WIDTH
    cut = json.dumps(text[start:end], ensure_ascii=False)
    return f"{'…' if start else ''}{cut}{'…' if end < len(text) else ''}"


def _in_lines(expected: str, actual: str) -> Iterator[str]:
    # What both end with says nothing.
    shared = 1 if expected.endswith("\n") and actual.endswith("\n") else 0
    left, right = (text.split("\n")[: -shared or None] for text in (expected, actual))
    stretches = align(left, right)
    changed = sum(
        max(each.left_end - each.left, each.right_end - each.right) for each in stretches if not each.same
    )
    shown = list(_lines(left, right, stretches))
    lines = "1 line differs" if changed == 1 else f"{changed} lines differ"
    yield f"{lines} (- expected, + got):"
    yield from shown[:LINES_SHOWN]
    if len(shown) > LINES_SHOWN:
        yield f"… and {len(shown) - LINES_SHOWN} more lines of this"


def _lines(left: Sequence[str], right: Sequence[str], stretches: Sequence[Stretch]) -> Iterator[str]:
    # Numbers are those of the text that came, except for lines that it does not have.
    width = len(str(max(len(left), len(right))))
    last = len(stretches) - 1
    for number, stretch in enumerate(stretches):
        if stretch.same:
            lines = range(stretch.right, stretch.right_end)
            yield from _context(right, lines, width, behind=number > 0, before=number < last)
        else:
            yield from _changed(left, right, stretch, width)


def _context(right: Sequence[str], lines: range, width: int, *, behind: bool, before: bool) -> Iterator[str]:
    """Lines that are the same: those right behind a change, and those right before the next."""
    head = lines[:CONTEXT_LINES] if behind else lines[:0]
    rest = lines[len(head) :]
    tail = rest[-CONTEXT_LINES:] if before else rest[:0]
    yield from (_line(" ", index, right[index], width) for index in head)
    if behind and before and len(tail) < len(rest):
        yield "  …"
    yield from (_line(" ", index, right[index], width) for index in tail)


def _changed(left: Sequence[str], right: Sequence[str], stretch: Stretch, width: int) -> Iterator[str]:
    for index in range(stretch.left, stretch.left_end):
        other = stretch.right + index - stretch.left
        beside = right[other] if other < stretch.right_end else None
        yield _line("-", index, left[index], width, beside=beside)
    for index in range(stretch.right, stretch.right_end):
        other = stretch.left + index - stretch.right
        beside = left[other] if other < stretch.left_end else None
        yield _line("+", index, right[index], width, beside=beside)


def _line(sign: str, index: int, text: str, width: int, *, beside: str | None = None) -> str:
    return f"{sign} {index + 1:>{width}} | {_shown(text, beside)}".rstrip()


def _shown(text: str, beside: str | None) -> str:
    """The line, from near the place where it parts from the other; white space shows where it counts."""
    if beside is not None and text.split() == beside.split():
        text, beside = json.dumps(text, ensure_ascii=False), json.dumps(beside, ensure_ascii=False)
    if len(text) <= LINE_WIDTH:
        return text
    place = _first_difference(text, beside) if beside is not None else 0
    start = max(0, place - CONTEXT_WIDTH)
    cut = text[start : start + LINE_WIDTH]
    return f"{'…' if start else ''}{cut}{'…' if start + LINE_WIDTH < len(text) else ''}"
