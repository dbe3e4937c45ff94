"""A test as one line of a remembered run, and back.

Long texts are cut: this is for saying what happened, not for doing it again.
"""

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import fields
from functools import cache
from typing import Any

from context.execution import ExecutionContext
from context.state import Provenance
from context.values import JsonValue
from worker.history.facts import Edge, Exchange, Gift, TestFacts, Try
from worker.models.dependency import DependencyKind
from worker.models.graph import Dependency
from worker.models.outcome import NOT_WELL, Attempt, StepRecord, TestOutcome, Verdict
from worker.models.problem import Location
from worker.models.suite import Test, TestName

#: Characters of a captured value, as JSON; of the beginning of an answer; of what is said.
VALUE_LENGTH, EXCERPT_LENGTH, WORDS_LENGTH = 500, 1000, 2000

#: Steps of an attempt that are kept: a step that is repeated a thousand times is told by its last ones.
_STEPS_KEPT = 20

Line = dict[str, Any]


def place_text(where: Location | None) -> str:
    """A place as people click on it."""
    return "" if where is None else f"{where.path}:{where.line}:{where.column}"


def edge_of(edge: Dependency) -> Edge:
    """An edge of a graph in words."""
    return Edge(
        required=edge.required,
        kind=edge.kind,
        reasons=edge.reasons,
        places=tuple(place_text(where) for where in edge.places),
    )


def planned(
    test: Test, edges: Mapping[TestName, Dependency], undo_edges: Mapping[TestName, Dependency]
) -> TestFacts:
    """What is known of a test before it runs."""
    return TestFacts(
        name=test.name,
        title=test.title,
        place=place_text(test.where),
        edges=tuple(edge_of(edge) for edge in edges.values()),
        undo_edges=tuple(edge_of(edge) for edge in undo_edges.values()),
    )


def tries_of(outcome: TestOutcome) -> tuple[Try, ...]:
    """The attempts of a test in short."""
    return tuple(
        Try(
            number=attempt.number,
            verdict=attempt.verdict,
            reason=_cut(attempt.reason, WORDS_LENGTH),
            exchanges=tuple(_exchange(step) for step in _steps(attempt)),
        )
        for attempt in outcome.attempts
    )


def _steps(attempt: Attempt) -> Iterable[StepRecord]:
    return attempt.steps[-_STEPS_KEPT:]


def _exchange(step: StepRecord) -> Exchange:
    sent = step.exchange
    wrong = [check for check in step.checks if not check.passed]
    return Exchange(
        step=step.name,
        iteration=step.iteration,
        request=f"{sent.method} {_cut(sent.url, WORDS_LENGTH)}" if sent else "",
        status=sent.status_code if sent else None,
        seconds=round(step.seconds, 6),
        reason=_cut(step.reason, WORDS_LENGTH) if step.verdict in NOT_WELL else "",
        complaints=tuple(
            (_cut(check.message, WORDS_LENGTH), place_text(check.expectation.where)) for check in wrong
        ),
        excerpt=_cut(sent.response_body or "", EXCERPT_LENGTH) if sent and step.verdict in NOT_WELL else "",
    )


def gifts_of(context: ExecutionContext) -> dict[TestName, tuple[Gift, ...]]:
    """What each test has handed on, and to whom; masked."""
    found: dict[TestName, list[Gift]] = {}
    for origin in context.provenance:
        value = context.values_of(origin.test).get(origin.name)
        found.setdefault(origin.test, []).append(_gift(origin, value, context))
    return {test: tuple(gifts) for test, gifts in found.items()}


def _gift(origin: Provenance, value: JsonValue, context: ExecutionContext) -> Gift:
    return Gift(
        name=origin.name,
        kind=origin.kind.value,
        capture=context.mask.text(origin.capture),
        secret=origin.secret,
        known=True,
        value="***" if origin.secret else short_value(context.mask.value(value)),
        used_by=origin.used_by,
        expires_at=origin.expires_at.isoformat() if origin.expires_at else None,
    )


def short_value(value: JsonValue) -> JsonValue:
    """The value itself if it is short, else the beginning of its JSON."""
    text = json.dumps(value, ensure_ascii=False)
    return value if len(text) <= VALUE_LENGTH else f"{text[:VALUE_LENGTH]}…"


def line_of(facts: TestFacts) -> Line:
    """A test as JSON, without what says nothing."""
    return _said(facts, edges=_lines, undo_edges=_lines, gifts=_lines, tries=_tries)


def _lines(parts: Iterable[Edge | Gift | Exchange]) -> list[Line]:
    return [_said(part) for part in parts]


def _tries(tries: Iterable[Try]) -> list[Line]:
    return [_said(each, exchanges=_lines) for each in tries]


def _said(part: Any, **by_name: Callable[[Any], list[Line]]) -> Line:
    """The fields of a dataclass that say more than their default. By hand: `asdict` copies everything, and
    takes ten times as long."""
    line: Line = {}
    for name, default in _defaults(part.__class__).items():
        value = getattr(part, name)
        if value != default:
            line[name] = by_name[name](value) if name in by_name else value
    return line


@cache
def _defaults(kind: type) -> dict[str, Any]:
    """The fields of a dataclass with their defaults; a required field has one that equals nothing."""
    return {field.name: field.default for field in fields(kind)}


def facts_of(line: Line) -> TestFacts:
    """The way back. Raises ValueError, KeyError or TypeError for what is no such line."""
    return TestFacts(
        **{
            **line,
            "edges": tuple(map(_edge_back, line.get("edges", ()))),
            "undo_edges": tuple(map(_edge_back, line.get("undo_edges", ()))),
            "gifts": tuple(
                Gift(**{**each, "used_by": tuple(each.get("used_by", ()))}) for each in line.get("gifts", ())
            ),
            "tries": tuple(map(_try_back, line.get("tries", ()))),
            "verdict": Verdict(line["verdict"]) if line.get("verdict") else None,
        }
    )


def _edge_back(line: Line) -> Edge:
    return Edge(
        required=line["required"],
        kind=DependencyKind(line["kind"]),
        reasons=tuple(line.get("reasons", ())),
        places=tuple(line.get("places", ())),
    )


def _try_back(line: Line) -> Try:
    exchanges = (
        Exchange(**{**each, "complaints": tuple((said, place) for said, place in each.get("complaints", ()))})
        for each in line.get("exchanges", ())
    )
    return Try(
        number=line["number"],
        verdict=Verdict(line["verdict"]),
        reason=line.get("reason", ""),
        exchanges=tuple(exchanges),
    )


def _cut(text: str, length: int) -> str:
    return text if len(text) <= length else f"{text[:length]}…"
