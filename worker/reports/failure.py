"""What a person needs to see of a test that failed: where, what, the exchange, and what it stopped."""

from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from worker.models.outcome import (
    Attempt,
    CheckResult,
    Cleanup,
    ExchangeRecord,
    StepRecord,
    TestOutcome,
    Verdict,
)
from worker.models.problem import Location
from worker.reports.asides import as_attempt, cleanup_title, quarantine_note
from worker.reports.curl import curl_command
from worker.reports.exchange import body_lines, redirect_lines, response_head
from worker.reports.record import RunRecord
from worker.reports.steps import step_lines
from worker.reports.style import Style
from worker.reports.words import Labels, clipped, count, duration, first_line, listed, printable

#: Response headers shown with a failure, and those that hardly ever explain one.
_HEADERS_SHOWN = 12
_HEADERS_LEFT_OUT = frozenset({"connection", "content-length", "date", "keep-alive", "server"})
#: How far a long line of the user's file is shown to the left of what the caret points at.
_CONTEXT_COLUMNS = 40


class FailureBlock:
    """Writes the block of one failed or broken test, line by line."""

    def __init__(
        self, record: RunRecord, *, style: Style, labels: Labels, sources: Mapping[str, str]
    ) -> None:
        self._record = record
        self._style = style
        self._labels = labels
        self._sources = {path: text.splitlines() for path, text in sources.items()}
        self._blocked = record.blocked

    def lines(self, outcome: TestOutcome) -> list[str]:
        """The whole block, without an empty line at its end."""
        parts = [
            [self._title(outcome)],
            *self._reasons(outcome),
            self._attempts(outcome.attempts),
            self._steps(outcome.last_attempt),
            *self.exchange(outcome.last_attempt, excerpt=True),
            self._waiting(outcome),
        ]
        return [line for number, part in enumerate(filter(None, parts)) for line in _apart(part, number)]

    def cleanup(self, cleanup: Cleanup) -> list[str]:
        """The block of an undo that went wrong."""
        mark, title = self._style.mark(cleanup.verdict), cleanup_title(cleanup, self._labels)
        attempt = as_attempt(cleanup)
        parts = [
            [f"{mark} {self._style.bold(title)}  {self._style.dim(cleanup.verdict)}"],
            self._indented([cleanup.reason]),
            self._steps(attempt) if len(cleanup.steps) > 1 else [],
            *self.exchange(attempt, excerpt=True),
        ]
        return [line for number, part in enumerate(filter(None, parts)) for line in _apart(part, number)]

    def exchange(self, attempt: Attempt | None, *, excerpt: bool) -> Iterable[list[str]]:
        """The request as a curl command and the response, each a paragraph: those that decided, or where
        no excerpt is wanted, those of all steps."""
        if attempt is None:
            return
        if attempt.has_steps and not excerpt:
            for step in attempt.steps:
                yield self._indented([self._style.bold(_title_of(step))], safe=True)
                yield from self._exchange(step.exchange, excerpt=excerpt)
            return
        yield from self._exchange(attempt.exchange, excerpt=excerpt)

    def _exchange(self, exchange: ExchangeRecord | None, *, excerpt: bool) -> Iterable[list[str]]:
        if exchange is None:
            return
        yield self._indented(curl_command(exchange))
        if exchange.status_code is not None:
            yield self._response(exchange, excerpt=excerpt)

    def _steps(self, attempt: Attempt | None) -> list[str]:
        lines = step_lines(attempt, style=self._style) if attempt else []
        return self._indented(lines, safe=True)

    def _title(self, outcome: TestOutcome) -> str:
        name = self._style.bold(self._labels(outcome.test))
        category = f" · {outcome.category}" if outcome.category else ""
        facts = self._style.dim(f"{outcome.verdict}{category} · {duration(outcome.seconds)}")
        why = f"  {quarantine_note(outcome.quarantine)}" if outcome.quarantine else ""
        return f"{self._style.mark(outcome.verdict)} {name}  {facts}{why}"

    def _reasons(self, outcome: TestOutcome) -> list[list[str]]:
        attempt = outcome.last_attempt
        failed = [check for check in attempt.checks if not check.passed] if attempt else []
        if failed:
            return [self._check(check) for check in sorted(failed, key=_position)]
        where = self._record.where(outcome.test)
        place = self._place(where, outcome.reason) if where else []
        return [place or self._indented([outcome.reason])]

    def _check(self, check: CheckResult) -> list[str]:
        place = self._place(check.expectation.where, check.message)
        return [*place, *self._indented(map(self._toned, check.difference.splitlines()), by=4, safe=True)]

    def _toned(self, line: str) -> str:
        """A line of a difference: what was expected is red, what came instead is green."""
        colour = {"-": "31", "+": "32"}.get(line[:1])
        return self._style.paint(printable(line), colour) if colour else printable(line)

    def _place(self, where: Location, message: str) -> list[str]:
        """The user's own line with a caret under it, and what is wrong with it."""
        head, *rest = message.splitlines() or [""]
        lines = [f"  {self._style.paint(str(where), '36')}"]
        source = self._source_line(where)
        if source is None:
            return [*lines, *self._indented([head, *rest], by=4)]
        shown, column = _window(source, where.column, self._style.width - 12)
        length = max(1, min(where.length, len(shown) - column + 1))
        number = f"{where.line:>5}"
        beside, below = self._said(printable(head), room=self._style.width - 9 - column - length)
        caret = self._style.paint(f"{'^' * length}{beside}", "31")
        lines.append(f"  {self._style.dim(f'{number} |')} {printable(shown)}")
        lines.append(f"  {self._style.dim('      |')} {' ' * (column - 1)}{caret}")
        return [*lines, *below, *self._indented(rest, by=4)]

    def _said(self, message: str, *, room: int) -> tuple[str, list[str]]:
        """A message beside its caret where there is room for it, else in a line of its own."""
        if len(message) <= room:
            return f" {message}", []
        return "", [f"    {self._style.paint(message, '31')}"]

    def _source_line(self, where: Location) -> str | None:
        lines = self._sources.get(where.path, [])
        if not 1 <= where.line <= len(lines) or not lines[where.line - 1].strip():
            return None
        # A tab is one column wide in a Location, so it must be here, too.
        return lines[where.line - 1].replace("\t", " ")

    def _attempts(self, attempts: Sequence[Attempt]) -> list[str]:
        if len(attempts) <= 1:
            return []
        # A test that is tried again mostly fails as before: that is one line.
        alike = groupby(attempts, key=lambda attempt: first_line(attempt.reason) or str(attempt.verdict))
        told = [f"{_numbers([each.number for each in some])}: {reason}" for reason, some in alike]
        return self._indented(clipped(line, self._style.width - 2) for line in told)

    def _response(self, exchange: ExchangeRecord, *, excerpt: bool) -> list[str]:
        headers = _headers(exchange, excerpt=excerpt)
        body = body_lines(exchange, excerpt=excerpt)
        way = map(self._style.dim, map(printable, redirect_lines(exchange)))
        lines = [
            *way,
            self._style.bold(response_head(exchange)),
            *map(self._style.dim, map(printable, headers)),
        ]
        return self._indented([*lines, *([""] if body else []), *map(printable, body)], safe=True)

    def _waiting(self, outcome: TestOutcome) -> list[str]:
        waiting = self._blocked.get(outcome.test, ())
        if not waiting:
            return []
        names = listed([self._labels(name) for name in waiting], shown=5)
        told = printable(f"blocked {count(len(waiting), 'test')}: {names}")
        return self._indented([self._style.verdict(told, Verdict.BLOCKED)], safe=True)

    def _indented(self, lines: Iterable[str], *, by: int = 2, safe: bool = False) -> list[str]:
        """Lines moved to the right; not `safe` means that an API may have written into them."""
        return [f"{' ' * by}{line if safe else printable(line)}".rstrip() for line in lines]


def _title_of(step: StepRecord) -> str:
    times = f", the {step.iteration}. time" if step.iteration > 1 else ""
    return f"{printable(step.name or 'the test itself')}{times}: {step.verdict}"


def _numbers(numbers: Sequence[int]) -> str:
    if len(numbers) == 1:
        return f"attempt {numbers[0]}"
    return f"attempts {numbers[0]} {'and' if len(numbers) == 2 else 'to'} {numbers[-1]}"


def _position(check: CheckResult) -> tuple[str, int, int]:
    """People read a file from its top."""
    where = check.expectation.where
    return where.path, where.line, where.column


def _headers(exchange: ExchangeRecord, *, excerpt: bool) -> list[str]:
    pairs = [
        (name, value)
        for name, value in exchange.response_headers
        if not excerpt or name.lower() not in _HEADERS_LEFT_OUT
    ]
    shown = pairs[:_HEADERS_SHOWN] if excerpt else pairs
    more = [f"… and {count(len(pairs) - len(shown), 'more header')}"] if len(shown) < len(pairs) else []
    return [*(f"{name}: {value}" for name, value in shown), *more]


def _apart(part: list[str], number: int) -> list[str]:
    return ["", *part] if number else part


def _window(line: str, column: int, width: int) -> tuple[str, int]:
    """The part of a long line around a column, and the column in it."""
    width = max(width, _CONTEXT_COLUMNS)
    if len(line) <= width or column <= _CONTEXT_COLUMNS:
        return clipped(line, width), min(column, width)
    start = column - _CONTEXT_COLUMNS
    return "…" + clipped(line[start:], width - 1), _CONTEXT_COLUMNS + 1
