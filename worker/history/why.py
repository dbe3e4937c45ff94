"""Why a test waits, what it got from whom, and what kept it from passing."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field

from worker.history.facts import Edge, Gift, RunFacts, TestFacts
from worker.models.dependency import DependencyKind
from worker.models.outcome import Verdict
from worker.models.suite import TestName


@dataclass(frozen=True, slots=True, kw_only=True)
class Handover:
    """A value that went from one test to another."""

    giver: TestName
    gift: Gift


@dataclass(frozen=True, slots=True, kw_only=True)
class Link:
    """An edge somewhere above the test. `depth` counts from 1, its own edges; `again`: what is above the
    required test was told already."""

    dependent: TestName
    edge: Edge
    depth: int
    again: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """Everything that is known about why one test is as it is.

    `links` are all edges above it, the nearest first, each followed by what is above it. `cause` is the
    test that kept it from passing: itself, or one far above; `way` leads from there to the test.
    """

    test: TestFacts
    run: RunFacts
    links: tuple[Link, ...] = ()
    received: tuple[Handover, ...] = ()
    waiting: Mapping[TestName, Edge] = field(default_factory=dict)
    cause: TestFacts | None = None
    way: tuple[TestName, ...] = ()


def explain(run: RunFacts, name: TestName) -> Explanation:
    """What is known of this test, which is one of the run's."""
    test = run.tests[name]
    cause = _cause(run, test)
    return Explanation(
        test=test,
        run=run,
        links=tuple(_links(run, test)),
        received=tuple(_received(run, name)),
        waiting=dict(_waiting(run, name)),
        cause=cause,
        way=_way(run, cause.name, name) if cause else (),
    )


def _links(run: RunFacts, test: TestFacts) -> Iterator[Link]:
    """The edges above a test, depth first. A stack, because a chain may be thousands of tests long."""
    told: set[TestName] = set()
    stack = [(test, edge, 1) for edge in reversed(test.edges)]
    while stack:
        dependent, edge, depth = stack.pop()
        required = run.tests.get(edge.required)
        above = required.edges if required else ()
        yield Link(
            dependent=dependent.name, edge=edge, depth=depth, again=bool(above) and edge.required in told
        )
        if required is not None and edge.required not in told:
            told.add(edge.required)
            stack.extend((required, each, depth + 1) for each in reversed(above))


def _received(run: RunFacts, name: TestName) -> Iterator[Handover]:
    for giver in run.tests.values():
        for gift in giver.gifts:
            if name in gift.used_by:
                yield Handover(giver=giver.name, gift=gift)


def _waiting(run: RunFacts, name: TestName) -> Iterator[tuple[TestName, Edge]]:
    for other in run.tests.values():
        for edge in other.edges:
            if edge.required == name:
                yield other.name, edge


def _cause(run: RunFacts, test: TestFacts) -> TestFacts | None:
    if test.verdict in (Verdict.FAILED, Verdict.BROKEN):
        return test
    if test.verdict is Verdict.BLOCKED and test.blocked_by:
        return run.tests.get(test.blocked_by)
    return None


def _way(run: RunFacts, cause: TestName, name: TestName) -> tuple[TestName, ...]:
    """The shortest way from the cause down to the test, over edges that block."""
    came_from: dict[TestName, TestName] = {}
    waiting = [name]
    for each in waiting:
        if each == cause:
            break
        for edge in run.tests[each].edges if each in run.tests else ():
            known = edge.required in came_from or edge.required == name
            if edge.kind is not DependencyKind.ORDER and not known:
                came_from[edge.required] = each
                waiting.append(edge.required)
    way = [cause]
    while way[-1] in came_from:
        way.append(came_from[way[-1]])
    return tuple(way) if way[-1] == name else (cause, name)


def context_after(run: RunFacts, name: TestName) -> Iterator[tuple[Handover, bool]]:
    """What the run knew after this test, in the order in which it learned it; whether from this test.

    A run of which no order is known tells nothing.
    """
    for each in run.order[: run.order.index(name) + 1] if name in run.order else ():
        for gift in run.tests[each].gifts if each in run.tests else ():
            if gift.known:
                yield Handover(giver=each, gift=gift), each == name
