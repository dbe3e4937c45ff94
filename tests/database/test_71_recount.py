"""A plain recount: whatever arrives twice or late, the figures are what a list and a loop would give."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from statistics import fmean
from uuid import UUID

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.database.history import a_run_of, another_environment, arrive_late, forget_times, ran
from tests.database.pushes import Json, a_result
from tests.database.world import World

TESTS = ("accounts/login", "accounts/login", "shop/cart", "shop/catalog")
NO_EVIDENCE = ("dns", "gateway_502_503_504", "cancelled")
OUTCOMES: dict[str, Json | None] = {
    "completed": {"status": "completed"},
    "tests": {"status": "failed", "reason": "tests"},
    "environment": {"status": "failed", "reason": "environment"},
    "timeout": {"status": "failed", "reason": "timeout"},
    "cancelled": {"status": "cancelled"},
    "goes on": None,
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What is sent of one test."""

    test: str
    verdict: str
    category: str | None
    fingerprint: str | None
    ms: float | None

    def row(self) -> Json:
        """As a worker sends it."""
        return a_result(
            self.test,
            self.verdict,
            error_category=self.category,
            fingerprint=self.fingerprint,
            execution_ms=self.ms,
            total_ms=self.ms,
            details=[],
        )

    def is_evidence(self) -> bool:
        """Whether it says something about the test."""
        return self.verdict in ("passed", "failed", "broken") and self.category not in NO_EVIDENCE


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """One run: what is sent before its end in which batches, and what arrives after it."""

    environment: str
    days_ago: int
    outcome: str
    batches: list[list[Said]]
    late: list[Said]
    #: After which batch the lease is lost, so that another worker sends all of it again.
    lost_after: int | None


@dataclass(slots=True)
class Kept:
    """What the database ought to know of a run: of each test what was said first."""

    story: Story
    results: dict[str, Said] = field(default_factory=dict)

    def hear(self, results: Iterable[Said]) -> None:
        """What was known stays."""
        for said in results:
            self.results.setdefault(said.test, said)

    def counts(self) -> bool:
        """Whether it is part of a trend."""
        return self.story.outcome not in ("goes on", "environment")


def _said() -> st.SearchStrategy[Said]:
    return st.builds(
        Said,
        test=st.sampled_from(TESTS),
        verdict=st.sampled_from(("passed", "passed", "failed", "broken", "skipped")),
        category=st.sampled_from((None, "status", "server_5xx", *NO_EVIDENCE)),
        fingerprint=st.sampled_from((None, "f1", "f2")),
        ms=st.none() | st.integers(0, 4000).map(lambda quarters: quarters / 4),
    )


def _batch() -> st.SearchStrategy[list[Said]]:
    return st.lists(_said(), max_size=3, unique_by=lambda said: said.test)


def _story() -> st.SearchStrategy[Story]:
    return st.builds(
        Story,
        environment=st.sampled_from(("staging", "staging", "live")),
        days_ago=st.sampled_from((0, 0, 0, 1, 3)),
        outcome=st.sampled_from(tuple(OUTCOMES)),
        batches=st.lists(_batch(), min_size=1, max_size=3),
        late=_batch(),
        lost_after=st.none() | st.integers(0, 2),
    )


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(stories=st.lists(_story(), min_size=1, max_size=7), data=st.data())
def test_the_figures_are_those_of_a_plain_recount(
    world: World, stories: list[Story], data: st.DataObject
) -> None:
    """Metrics, history, failures and counters, with the runs' batches and ends in any order.

    A run adds its own results to its day only; now and then what it adds to is forgotten, as after the day.
    """
    world.session.change("savepoint example")
    try:
        _tell_and_compare(world, stories, data)
    finally:
        world.session.change("rollback to savepoint example")


@dataclass(frozen=True, slots=True, kw_only=True)
class Day:
    """Runs of one day with one test: some end one by one, some in one statement, one result is late."""

    one_by_one: list[Said]
    at_once: list[Said]
    late: Said
    #: After how many runs what they add to is forgotten.
    forgotten_after: int


def _day() -> st.SearchStrategy[Day]:
    usual = st.builds(
        Said,
        test=st.just(TESTS[0]),
        verdict=st.sampled_from(("passed", "failed")),
        category=st.none(),
        fingerprint=st.none(),
        ms=st.integers(0, 4000).map(lambda quarters: quarters / 4),
    )
    said = st.one_of(usual, usual, _said().map(lambda said: replace(said, test=TESTS[0])))
    return st.builds(
        Day,
        one_by_one=st.lists(said, min_size=4, max_size=9),
        at_once=st.lists(said, max_size=4),
        late=said,
        forgotten_after=st.integers(0, 9),
    )


@settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(day=_day())
def test_each_run_of_a_day_adds_its_own(world: World, day: Day) -> None:
    """The figures are those of all of them after each, however many there are."""
    world.session.change("savepoint example")
    try:
        _add_and_compare(world, day)
    finally:
        world.session.change("rollback to savepoint example")


def _add_and_compare(world: World, day: Day) -> None:
    known: list[Said] = []
    for number, said in enumerate(day.one_by_one):
        ran(world, said.row())
        known.append(said)
        assert _counted_metrics(world) == _metrics_of_day(known)
        if number == day.forgotten_after:
            forget_times(world)
    _end_at_once(world, day.at_once)
    late_for = ran(world)
    arrive_late(world, late_for, day.late.row())
    known += [*day.at_once, day.late]
    assert _counted_metrics(world) == _metrics_of_day(known)


def _end_at_once(world: World, results: Sequence[Said]) -> None:
    for said in results:
        world.record(a_run_of(world), 1, {"results": [said.row()]})
    world.session.change(
        "update public.test_runs set status = 'completed', finished_at = clock_timestamp() "
        "where not private.is_over(status)"
    )


def _metrics_of_day(results: Iterable[Said]) -> list[tuple[object, ...]]:
    evidence = [said for said in results if said.is_evidence()]
    return [(TESTS[0], "staging", 0, *_figures(evidence))] if evidence else []


def _tell_and_compare(world: World, stories: list[Story], data: st.DataObject) -> None:
    another_environment(world)
    runs = [Told(world, story) for story in stories]
    order = [run.go_on for run in runs for _ in range(run.steps)]
    forgetting = [lambda: forget_times(world)] * data.draw(st.integers(0, 2))
    for happen in data.draw(st.permutations(order + forgetting)):
        happen()
    known = [run.kept for run in runs]
    assert _counted_metrics(world) == _metrics_of(known)
    assert _counted_failures(world) == _failures_of(known)
    assert _counted_history(world) == sorted(
        (run.id, *_counters(run.kept)) for run in runs if run.kept.story.outcome != "goes on"
    )
    for run in runs:
        row = world.run(run.id)
        assert tuple(row[name] for name in ("passed", "failed", "broken", "skipped")) == _counters(run.kept)


class Told:
    """A run that is told step by step: its batches, its end, what comes late."""

    def __init__(self, world: World, story: Story) -> None:
        self._world = world
        self._lease = 1
        self._batch = 0
        self._step = 0
        self.kept = Kept(story)
        self.steps = len(story.batches) + 2
        self.id = a_run_of(world, days_ago=story.days_ago, environment=story.environment)

    def go_on(self) -> None:
        """The next step."""
        story, step = self.kept.story, self._step
        self._step += 1
        if step < len(story.batches):
            self._record(story.batches[step])
            if story.lost_after == step:
                self._begin_again(story.batches[: step + 1])
        elif step == len(story.batches):
            outcome = OUTCOMES[story.outcome]
            if outcome:
                self._world.finish(self.id, outcome, lease=self._lease)
        elif story.outcome != "goes on":
            arrive_late(self._world, self.id, *(said.row() for said in story.late))
            self.kept.hear(story.late)

    def _record(self, batch: Sequence[Said]) -> None:
        self._batch += 1
        sent: Json = {"results": [said.row() for said in batch]}
        for _ in range(2):  # the answer was lost: sent again
            self._world.record(self.id, self._batch, sent, lease=self._lease)
        self.kept.hear(batch)

    def _begin_again(self, batches: Sequence[Sequence[Said]]) -> None:
        self._world.lose_lease(self.id)
        assert self._world.claim("another")["run"]["id"] == str(self.id)
        self._lease, self._batch = self._lease + 1, 0
        for batch in batches:
            self._record(batch)


def _counters(kept: Kept) -> tuple[int, ...]:
    verdicts = [said.verdict for said in kept.results.values()]
    return tuple(verdicts.count(name) for name in ("passed", "failed", "broken", "skipped"))


def _percentile(values: Sequence[float], part: float) -> float:
    place = part * (len(values) - 1)
    below = int(place)
    above = min(below + 1, len(values) - 1)
    return values[below] + (values[above] - values[below]) * (place - below)


def _metrics_of(known: Sequence[Kept]) -> list[tuple[object, ...]]:
    days: dict[tuple[str, str, int], list[Said]] = {}
    for kept in known:
        for said in kept.results.values():
            if kept.counts() and said.is_evidence():
                key = (said.test, kept.story.environment, kept.story.days_ago)
                days.setdefault(key, []).append(said)
    return [(*key, *_figures(days[key])) for key in sorted(days)]


def _figures(results: Sequence[Said]) -> tuple[object, ...]:
    good = sum(said.verdict == "passed" for said in results)
    times = sorted(said.ms for said in results if said.ms is not None and said.verdict != "broken")
    if not times:
        return (len(results), good, 0, *[None] * 6)
    percentiles = (_percentile(times, part) for part in (0.5, 0.95, 0.99))
    figures = (fmean(times), *percentiles, times[0], times[-1])
    return (len(results), good, len(times), *(pytest.approx(figure) for figure in figures))


def _counted_metrics(world: World) -> list[tuple[object, ...]]:
    rows = world.session.rows(
        "select private.name_test(test_case_id), environment.name, private.day_of(now()) - date as days_ago, "
        "total_runs, successful_runs, measured_runs, average_response_time_ms, p50_response_time_ms, "
        "p95_response_time_ms, p99_response_time_ms, min_response_time_ms, max_response_time_ms "
        "from public.performance_metrics as metric "
        "join public.environments as environment on environment.id = metric.environment_id"
    )
    return sorted(tuple(row.values()) for row in rows)


def _failures_of(known: Sequence[Kept]) -> dict[tuple[str, str, str], int]:
    failures: dict[tuple[str, str, str], int] = {}
    for kept in known:
        for said in kept.results.values():
            if said.verdict in ("failed", "broken") and said.category != "cancelled":
                key = (said.test, kept.story.environment, said.fingerprint or said.category or "unknown")
                failures[key] = failures.get(key, 0) + 1
    return failures


def _counted_failures(world: World) -> dict[tuple[str, str, str], int]:
    rows = world.session.rows(
        "select private.name_test(test_case_id) as test, environment.name, fingerprint, occurrences "
        "from public.failure_analysis as known "
        "join public.environments as environment on environment.id = known.environment_id"
    )
    return {(row["test"], row["name"], row["fingerprint"]): row["occurrences"] for row in rows}


def _counted_history(world: World) -> list[tuple[UUID, ...]]:
    rows = world.session.rows("select run_id, passed, failed, broken, skipped from public.test_run_history")
    return sorted(tuple(row.values()) for row in rows)
