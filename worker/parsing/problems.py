"""Problems as a person reads them: the place, what is wrong, the user's own line, and what to write."""

from collections.abc import Iterator, Sequence
from dataclasses import replace

from worker.models.problem import Location, Problem

#: Problems shown; nobody reads more, and a mistake at the top of a file can make thousands.
MOST_SHOWN = 100

#: Longer lines are cut around the caret; most terminals and logs have room for this.
WIDEST_LINE = 100

#: Characters on either side of a place that are looked at: more than can be seen, whatever they are.
_NEAR = 2 * WIDEST_LINE

#: How far a tab moves, in columns. The line is printed with blanks instead, so it does not matter
#: where the terminal has its tab stops.
_TAB_WIDTH = 4

_BOLD, _DIM, _RED, _YELLOW, _RESET = "\x1b[1m", "\x1b[2m", "\x1b[31m", "\x1b[33m", "\x1b[0m"


def format_problems(problems: Sequence[Problem], *, colour: bool = False) -> str:
    """Problems, one after the other, as text that ends with a line break (empty without problems). Of very
    many the first are shown, and the others counted."""
    painter = _Painter(colour)
    shown = problems[:MOST_SHOWN]
    gutter = max((len(str(place.line)) for problem in shown for place in _places(problem)), default=0)
    width = max(5, gutter + 2)
    lines = [line for problem in shown for line in _lines(problem, width, painter)]
    return "".join(f"{line}\n" for line in (*lines, *_left_out(problems, painter)))


def _left_out(problems: Sequence[Problem], painter: "_Painter") -> Iterator[str]:
    left = problems[MOST_SHOWN:]
    if left:
        files = len({problem.where.path for problem in left})
        where = f"in {files:,} files" if files > 1 else f"in {_clean(left[0].where.path)}"
        yield painter.dim(f"… and {len(left):,} more {'problem' if len(left) == 1 else 'problems'} {where}")


def _places(problem: Problem) -> Iterator[Location]:
    yield problem.where
    yield from (related.where for related in problem.related)


def _lines(problem: Problem, width: int, painter: "_Painter") -> Iterator[str]:
    yield f"{painter.bold(_clean(str(problem.where)))}  {_clean(problem.what)}"
    hint = _clean(problem.hint or "")
    if not problem.text.strip():
        # There is no line to show, so the hint stands alone.
        if hint:
            yield f"{' ' * width}{painter.dim('|')} {painter.hint(hint)}"
    else:
        yield from _excerpt(problem.where, problem.text, hint, width, painter)
    for related in problem.related:
        if related.where.path != problem.where.path:
            yield f"{' ' * width}{painter.dim('|')} {_clean(str(related.where))}"
        yield from _excerpt(related.where, related.text, _clean(related.note), width, painter)


def _excerpt(where: Location, text: str, note: str, width: int, painter: "_Painter") -> Iterator[str]:
    line, begins, length = _cut(*_laid_out(*_near(text, where)))
    number = str(where.line).rjust(width - 1)
    yield f"{painter.dim(f'{number} |')} {line}".rstrip()
    caret = painter.caret("^" * length)
    yield f"{' ' * width}{painter.dim('|')} {' ' * begins}{caret}{' ' + painter.hint(note) if note else ''}"


def _near(text: str, where: Location) -> tuple[str, Location]:
    """The part of a very long line that can be seen, and the place in it. A file may be one line, and
    have thousands of problems: nobody may lay out all of it for each of them."""
    first = max(0, where.column - 1 - _NEAR)
    last = where.column - 1 + min(where.length, _NEAR) + _NEAR
    near = replace(where, column=where.column - first, length=min(where.length, _NEAR))
    return text[first:last], near


def _laid_out(text: str, where: Location) -> tuple[str, int, int]:
    """The line as it is printed, the column where the caret begins (from 0), and its length."""
    shown = [_sign(sign) for sign in text]
    begins = sum(map(_columns, shown[: where.column - 1])) + max(0, where.column - 1 - len(shown))
    marked = shown[where.column - 1 : where.column - 1 + where.length]
    return "".join(shown), begins, max(1, sum(map(_columns, marked)))


def _cut(line: str, begins: int, length: int) -> tuple[str, int, int]:
    """The part of a long line around the caret. All columns are those of the printed line."""
    if sum(map(_columns, line)) <= WIDEST_LINE:
        return line, begins, length
    length = min(length, WIDEST_LINE // 2)
    first = max(0, min(begins - (WIDEST_LINE - length) // 2, sum(map(_columns, line)) - WIDEST_LINE))
    kept, skipped = _columns_from(line, first, WIDEST_LINE - 2)
    ahead = "…" if first else ""
    behind = "…" if skipped + sum(map(_columns, kept)) < sum(map(_columns, line)) else ""
    return f"{ahead}{kept}{behind}", begins - skipped + len(ahead), length


def _columns_from(line: str, first: int, room: int) -> tuple[str, int]:
    """Characters from this column on that fit, and how many columns were left out before them."""
    skipped, used, kept = 0, 0, ""
    for sign in line:
        columns = _columns(sign)
        if skipped < first:
            skipped += columns
        elif used + columns <= room:
            used += columns
            kept += sign
        else:
            break
    return kept, skipped


def _columns(text: str) -> int:
    """How many columns a terminal needs."""
    if len(text) != 1:
        return sum(map(_columns, text))
    import unicodedata

    if unicodedata.combining(text) or text in "\u200d\ufe0e\ufe0f":
        return 0
    return 2 if unicodedata.east_asian_width(text) in "WF" else 1


def _sign(sign: str) -> str:
    """One character as it is printed. What would steer the terminal, or hide text, is replaced."""
    if sign == "\t":
        return " " * _TAB_WIDTH
    if sign in "\u200d":
        return sign
    import unicodedata

    return "\ufffd" if unicodedata.category(sign) in ("Cc", "Cf", "Cs", "Zl", "Zp") else sign


def _clean(text: str) -> str:
    return "".join(map(_sign, text))


class _Painter:
    """Colours, if they are wanted."""

    def __init__(self, colour: bool) -> None:
        self._colour = colour

    def _paint(self, code: str, text: str) -> str:
        return f"{code}{text}{_RESET}" if self._colour and text else text

    def bold(self, text: str) -> str:
        return self._paint(_BOLD, text)

    def dim(self, text: str) -> str:
        return self._paint(_DIM, text)

    def caret(self, text: str) -> str:
        return self._paint(_RED, text)

    def hint(self, text: str) -> str:
        return self._paint(_YELLOW, text)
