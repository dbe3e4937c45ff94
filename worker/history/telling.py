"""An explanation as a person reads it."""

import json
from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, datetime, timedelta

from worker.history.facts import Exchange, Gift, TestFacts
from worker.history.why import Explanation, Handover, context_after
from worker.models.dependency import DependencyKind
from worker.models.outcome import Verdict
from worker.models.suite import TestName
from worker.reports.style import Style
from worker.reports.words import Labels, clipped, count, duration, first_line, listed, printable

#: Edges of a chain that are shown, and names of those that wait.
_LINKS_SHOWN, _NAMES_SHOWN = 40, 8
#: Characters of a value, and lines of an answer.
_VALUE_SHOWN, _LINES_SHOWN = 80, 12

_WORDS = {
    Verdict.PASSED: "passed",
    Verdict.FAILED: "failed",
    Verdict.BROKEN: "broke",
    Verdict.BLOCKED: "was blocked",
    Verdict.SKIPPED: "was skipped",
}
_KINDS = {
    DependencyKind.ORDER: "its end",
    DependencyKind.DATA: "its data",
    DependencyKind.TOKEN: "its token",
}


class Teller:
    """Writes explanations line by line. Everything it writes is safe for a terminal."""

    def __init__(self, explanation: Explanation, *, style: Style, now: datetime) -> None:
        self._told = explanation
        self._style = style
        self._now = now
        self._labels = Labels(explanation.run.tests)

    def lines(self) -> Iterator[str]:
        """All of it: how it ended, for whom it waits, what it got and gave, and what went wrong."""
        yield from self._title()
        yield from self._part("waits for", self._waits_for())
        yield from self._part(self._tense("received", "will receive"), self._received())
        yield from self._part(self._tense("handed on", "will hand on"), self._handed_on())
        yield from self._part("is waited for by", self._waited_for())
        yield from self._part(self._cause_title(), self._cause())

    def context(self) -> Iterator[str]:
        """What the run knew after the test."""
        test, run = self._told.test, self._told.run
        yield from self._title()
        if test.name not in run.order:
            yield ""
            yield "  The run knows no context after it: it never came to its end there."
            return
        place = run.order.index(test.name) + 1
        yield from self._part(
            f"the context after it, {place} of {len(run.order)} that ended", self._context()
        )

    def _title(self) -> Iterator[str]:
        test, run = self._told.test, self._told.run
        name = self._style.bold(printable(test.name))
        yield "  ".join(filter(None, (name, self._style.dim(printable(test.title)), self._dim(test.place))))
        if not run.id:
            yield self._style.dim("not run: this is what the files say")
        elif test.verdict is None:
            yield self._style.dim(f"run {run.id} did not come to it")
        else:
            yield f"{self._style.mark(test.verdict)} {self._how_it_ended(test)}"

    def _how_it_ended(self, test: TestFacts) -> str:
        run = self._told.run
        assert test.verdict is not None
        words = [f"{_WORDS[test.verdict]} in {run.environment or 'a run'}"]
        words += [f"after {count(len(test.tries), 'attempt')}"] if len(test.tries) > 1 else []
        words += ["others need it"] if test.required_only else []
        words += [_ago(run.started_at, self._now), f"run {run.id}"]
        said = first_line(test.reason) if test.verdict is Verdict.SKIPPED else ""
        return printable(" · ".join(filter(None, (*words, said))))

    def _part(self, title: str, lines: Iterable[str]) -> Iterator[str]:
        found = list(lines)
        if found:
            yield ""
            yield self._style.bold(title)
            yield from (f"  {line}" for line in found)

    def _tense(self, past: str, future: str) -> str:
        return past if self._told.run.id else future

    def _waits_for(self) -> Iterator[str]:
        links = self._told.links
        if not links:
            yield "nothing: it may be the first"
        for link in links[:_LINKS_SHOWN]:
            before = "  " * (link.depth - 1)
            name = self._labels(link.edge.required)
            again = self._style.dim(" (as above)") if link.again else ""
            yield f"{before}{name}{again}, for {_KINDS[link.edge.kind]}"
            for reason, place in _with_places(link.edge.reasons, link.edge.places):
                yield f"{before}    {printable(reason)}{self._behind(place)}"
        if len(links) > _LINKS_SHOWN:
            yield f"… and {count(len(links) - _LINKS_SHOWN, 'more edge')} above: --json tells all of them"

    def _received(self) -> Iterator[str]:
        if self._told.run.id and not self._told.test.tries:
            return
        yield from (self._handover(each) for each in self._told.received)

    def _handover(self, each: Handover) -> str:
        finds = self._tense("found", "finds")
        found = f", whose capture {each.gift.capture} {finds} it" if each.gift.capture else ""
        return f"{self._gift(each.giver, each.gift)}  from {self._labels(each.giver)}{self._dim(found)}"

    def _gift(self, giver: TestName, gift: Gift) -> str:
        path = gift.path if gift.kind != "data" else f"captured_data.{self._labels(giver)}.{gift.name}"
        value = f" = {_value(gift)}" if gift.known or gift.secret else ""
        return printable(f"{path}{value}")

    def _handed_on(self) -> Iterator[str]:
        for gift in self._told.test.gifts:
            users = listed([self._labels(name) for name in gift.used_by], shown=_NAMES_SHOWN)
            used = f"used by {users}" if users else "used by nobody"
            yield f"{self._gift(self._told.test.name, gift)}  {self._dim(gift.capture)}  {used}".rstrip()

    def _waited_for(self) -> Iterator[str]:
        names = [self._labels(name) for name in self._told.waiting]
        if names:
            yield listed(names, shown=_NAMES_SHOWN)

    def _cause_title(self) -> str:
        verdict = self._told.test.verdict
        return "why it was blocked" if verdict is Verdict.BLOCKED else "why it did not pass"

    def _cause(self) -> Iterator[str]:
        cause = self._told.cause
        if cause is None:
            if self._told.test.verdict is Verdict.BLOCKED:
                yield printable(first_line(self._told.test.reason))
            return
        if len(self._told.way) > 1:
            yield " → ".join(self._labels(name) for name in self._told.way)
        yield from self._failure(cause)

    def _failure(self, cause: TestFacts) -> Iterator[str]:
        assert cause.verdict is not None
        last = cause.tries[-1] if cause.tries else None
        bad = [each for each in last.exchanges if each.reason or each.complaints] if last else []
        said = "" if bad and bad[-1].complaints else f": {printable(first_line(cause.reason))}"
        yield f"{self._labels(cause.name)} {_WORDS[cause.verdict]}{said}{self._behind(cause.place)}"
        for exchange in bad[-1:]:
            yield from self._exchange(exchange)

    def _exchange(self, exchange: Exchange) -> Iterator[str]:
        if exchange.step:
            yield f"in its step {printable(exchange.step)}"
        for said, place in exchange.complaints:
            yield f"{printable(first_line(said))}{self._behind(place)}"
        if exchange.request:
            answer = "no answer" if exchange.status is None else str(exchange.status)
            yield f"{printable(exchange.request)} → {answer} in {duration(exchange.seconds)}"
        yield from (f"  {self._dim(line)}" for line in _excerpt(exchange.excerpt))

    def _context(self) -> Iterator[str]:
        run = self._told.run
        variables, secrets = run.start.get("variables"), run.start.get("secrets")
        for name, value in (variables if isinstance(variables, dict) else {}).items():
            yield f"  env.{name} = {_json(value)}"
        for name in secrets if isinstance(secrets, list) else []:
            yield f"  secrets.{name} = ***"
        for handover, own in context_after(run, self._told.test.name):
            mark = self._style.verdict("+", Verdict.PASSED) if own else " "
            by = self._dim(f"{self._labels(handover.giver)}, {handover.gift.capture}")
            yield f"{mark} {self._gift(handover.giver, handover.gift)}  {by}"

    def _behind(self, place: str) -> str:
        return f"  {self._dim(place)}" if place else ""

    def _dim(self, text: str) -> str:
        return self._style.dim(printable(text))


def _with_places(reasons: Sequence[str], places: Sequence[str]) -> Iterator[tuple[str, str]]:
    for position, reason in enumerate(reasons):
        yield reason, places[position] if position < len(places) else ""


def _value(gift: Gift) -> str:
    return "***" if gift.secret else _json(gift.value)


def _json(value: object) -> str:
    text = value if isinstance(value, str) and value.endswith("…") else json.dumps(value, ensure_ascii=False)
    return clipped(printable(str(text)), _VALUE_SHOWN)


def _excerpt(text: str) -> list[str]:
    lines = printable(text).splitlines()
    return [
        *(clipped(line, 160) for line in lines[:_LINES_SHOWN]),
        *(["…"] if len(lines) > _LINES_SHOWN else []),
    ]


def _ago(started_at: str, now: datetime) -> str:
    try:
        moment = datetime.fromisoformat(started_at)
    except ValueError:
        return ""
    passed = max(now - moment, timedelta())
    if passed < timedelta(minutes=1):
        return "just now"
    if passed < timedelta(hours=1):
        return f"{count(int(passed.total_seconds() // 60), 'minute')} ago"
    if passed < timedelta(days=2):
        return f"{count(int(passed.total_seconds() // 3600), 'hour')} ago"
    return f"{moment.astimezone(UTC):%Y-%m-%d %H:%M} UTC"
