"""Whatever the graph and whatever happens to its tests, a run keeps its promises."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tests.builders import a_plan
from tests.engines import Line, Play, a_step, no_answer
from worker.models.events import Event, RunFinished, RunStarted, TestFinished, TestReady, TestStarted
from worker.models.graph import Plan
from worker.models.outcome import Verdict
from worker.models.suite import DependencyKind

#: How a test of a generated run is made to end.
FATES = (Verdict.PASSED, Verdict.PASSED, Verdict.PASSED, Verdict.FAILED, Verdict.BROKEN, Verdict.SKIPPED)


@dataclass(frozen=True)
class Story:
    """A generated run: the graph, how each test ends if it is sent, and how long that takes."""

    plan: Plan
    fates: Mapping[str, Verdict]
    lasts: Mapping[str, int]
    jobs: int

    def play(self) -> Play:
        """The run, not begun yet."""
        lines: dict[Verdict, Line] = {Verdict.FAILED: 418, Verdict.BROKEN: no_answer()}
        script = {key: lines.get(fate, 200) for key, fate in self.fates.items()}
        return Play(self.plan, script, self.lasts)


@st.composite
def stories(draw: st.DrawFn) -> Story:
    """Any graph of up to ten tests, with both kinds of edges, and any fates."""
    keys = [f"t{number}" for number in range(draw(st.integers(1, 10)))]
    fates = {key: draw(st.sampled_from(FATES)) for key in keys}
    tests = []
    for position, key in enumerate(keys):
        before = keys[:position]
        needs = draw(st.lists(st.sampled_from(before), unique=True, max_size=3)) if before else []
        after = draw(st.lists(st.sampled_from(before), unique=True, max_size=2)) if before else []
        skip = "by choice" if fates[key] is Verdict.SKIPPED else None
        # `needs` last: of two edges of a pair the stronger one counts.
        only_after = [each for each in after if each not in needs]
        tests.append(a_step(key, needs=needs, after=only_after, skip_reason=skip))
    lasts = {key: draw(st.integers(0, 3)) for key in keys}
    return Story(a_plan(*tests), fates, lasts, draw(st.integers(1, 4)))


every_story = settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.too_slow])


@every_story
@given(stories())
def test_every_test_gets_one_verdict_and_the_right_one(story: Story) -> None:
    """A test is blocked if and only if something it needs did not pass; else it ends by its fate."""
    play = asyncio.run(story.play().run(jobs=story.jobs))
    assert len(play.finished) == len(story.plan.tests) == len(play.verdicts)
    passed = {outcome.test for outcome in play.finished if outcome.verdict is Verdict.PASSED}
    for name, test in story.plan.tests.items():
        spoilt = any(
            edge.kind is not DependencyKind.ORDER and edge.required not in passed
            for edge in story.plan.requires[name].values()
        )
        fate = story.fates[test.key]
        blocked = spoilt and fate is not Verdict.SKIPPED
        assert play.verdicts[test.key] is (Verdict.BLOCKED if blocked else fate)
    assert sum(play.started.count(test.key) for test in story.plan.tests.values()) == len(play.sender.sent)


@every_story
@given(stories())
def test_no_test_starts_before_what_it_waits_for_is_over(story: Story) -> None:
    """Both kinds of edges hold back; a need must have passed, too."""
    play = asyncio.run(story.play().run(jobs=story.jobs))
    over: dict[str, Verdict] = {}
    for event in play.events:
        if isinstance(event, TestFinished):
            over[event.outcome.test] = event.outcome.verdict
        elif isinstance(event, TestStarted):
            for edge in story.plan.requires[event.test].values():
                assert edge.required in over
                assert edge.kind is DependencyKind.ORDER or over[edge.required] is Verdict.PASSED


@every_story
@given(stories())
def test_the_root_cause_is_a_test_that_was_run_and_did_not_pass(story: Story) -> None:
    """From a blocked test, needs lead to its root cause through blocked tests only."""
    play = asyncio.run(story.play().run(jobs=story.jobs))
    outcomes = {outcome.test: outcome for outcome in play.finished}
    for outcome in play.finished:
        assert (outcome.blocked_by is not None) == (outcome.verdict is Verdict.BLOCKED)
        if outcome.blocked_by is None:
            continue
        assert outcomes[outcome.blocked_by].verdict in (Verdict.FAILED, Verdict.BROKEN, Verdict.SKIPPED)
        blockers = {
            edge.required
            for edge in story.plan.requires[outcome.test].values()
            if edge.kind is not DependencyKind.ORDER
        }
        causes = {outcomes[name].blocked_by or name for name in blockers}
        assert outcome.blocked_by in causes


@every_story
@given(stories())
def test_no_slot_is_idle_while_a_test_is_ready(story: Story) -> None:
    """Whenever time passes, all slots are in use or nothing is ready."""

    def look(play: Play) -> None:
        ready = {event.test for event in play.events if isinstance(event, TestReady)}
        started = {event.test for event in play.events if isinstance(event, TestStarted)}
        in_flight = started - {outcome.test for outcome in play.finished}
        assert len(in_flight) <= story.jobs
        assert len(in_flight) == story.jobs or ready == started

    asyncio.run(story.play().run(watch=look, jobs=story.jobs))


@every_story
@given(stories(), st.integers(0, 10))
def test_a_run_that_is_taken_up_ends_as_if_it_had_never_stopped(story: Story, stopped_after: int) -> None:
    """Whatever was recorded before a stop, the rest gets the same verdicts, and nothing runs twice."""
    whole = asyncio.run(story.play().run(jobs=story.jobs))
    recorded = {outcome.test: outcome for outcome in whole.finished[:stopped_after]}
    rest = asyncio.run(story.play().run(jobs=story.jobs, finished=recorded))
    assert not recorded.keys() & {outcome.test for outcome in rest.finished}
    assert {**verdicts(whole.events[-1])} == {**verdicts(rest.events[-1])}
    assert rest.end.counters == whole.end.counters


def verdicts(event: Event) -> dict[str, Verdict]:
    """All verdicts of a run, from its last event."""
    assert isinstance(event, RunFinished)
    return {outcome.test: outcome.verdict for outcome in event.outcomes}


@every_story
@given(stories())
def test_the_first_event_announces_and_the_last_one_sums_up(story: Story) -> None:
    """Counters agree with the verdicts; nothing comes before, nothing after."""
    play = asyncio.run(story.play().run(jobs=story.jobs))
    assert isinstance(play.events[0], RunStarted)
    assert [test.name for test in play.events[0].tests] == list(story.plan.tests)
    for verdict in Verdict:
        assert getattr(play.end.counters, verdict) == list(play.verdicts.values()).count(verdict)
    assert play.end.counters.pending == 0
