"""Whatever the graph and whatever happens to its tests, a run keeps its promises."""

import asyncio
from collections.abc import Mapping
from dataclasses import dataclass

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.builders import a_place, a_plan, a_request, an_expectation
from tests.engines import Line, Play, a_step, no_answer
from worker.engine import StopSignal
from worker.models.dependency import DependencyKind
from worker.models.events import (
    CleanupFinished,
    Event,
    RunFinished,
    RunStarted,
    TestFinished,
    TestReady,
    TestStarted,
)
from worker.models.graph import Plan
from worker.models.outcome import Verdict
from worker.models.suite import Step, Test

#: How a test of a generated run is made to end.
FATES = (Verdict.PASSED, Verdict.PASSED, Verdict.PASSED, Verdict.FAILED, Verdict.BROKEN, Verdict.SKIPPED)


@dataclass(frozen=True)
class Story:
    """A generated run: the graph, how each test ends if it is sent, and how long that takes."""

    plan: Plan
    fates: Mapping[str, Verdict]
    lasts: Mapping[str, int]
    jobs: int
    undos_fail: frozenset[str] = frozenset()

    def play(self) -> Play:
        """The run, not begun yet."""
        lines: dict[Verdict, Line] = {Verdict.FAILED: 418, Verdict.BROKEN: no_answer()}
        script = {key: lines.get(fate, 200) for key, fate in self.fates.items()}
        script.update({f"undo-{key}": 500 for key in self.undos_fail})
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
        tests.append(
            a_step(
                key,
                needs=needs,
                after=only_after,
                skip_reason=skip,
                locks=tuple(draw(st.sets(st.sampled_from("xy"), max_size=2))),
                exclusive=draw(st.integers(0, 5)) == 0,
                cleanup=(an_undo(key),) if draw(st.booleans()) else (),
            )
        )
    lasts = {name: draw(st.integers(0, 3)) for key in keys for name in (key, f"undo-{key}")}
    fail = draw(st.frozensets(st.sampled_from(keys)))
    return Story(a_plan(*tests), fates, lasts, draw(st.integers(1, 4)), fail)


def an_undo(key: str) -> Step:
    """What undoes a test."""
    return Step(
        request=a_request("PUT", f"/undo-{key}"), expectations=(an_expectation(200),), where=a_place()
    )


every_story = settings(max_examples=60)


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
    undos = [request for request in play.sender.sent if "/undo-" in request.url]
    assert sum(map(play.started.count, play.verdicts)) == len(play.sender.sent) - len(undos)


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
@given(stories(), st.one_of(st.none(), st.integers()))
def test_no_slot_is_idle_while_a_test_may_start(story: Story, seed: int | None) -> None:
    """Whenever time passes, all slots are in use, or each ready test waits for a lock, or somebody
    runs alone or is about to. The same holds for shuffled runs."""

    def look(play: Play) -> None:
        running = in_flight(play, story.plan)
        waiting = [story.plan.tests[name] for name in ready(play)]
        assert len(running) <= story.jobs
        if len(running) == story.jobs or any(test.exclusive for test in running):
            return
        held = {lock for test in running for lock in test.locks}
        if any(test.exclusive and not held.intersection(test.locks) for test in waiting):
            assert running
        else:
            assert all(held.intersection(test.locks) for test in waiting)

    asyncio.run(story.play().run(watch=look, jobs=story.jobs, shuffle=seed))


@every_story
@given(stories())
def test_locks_never_overlap_and_who_runs_alone_is_alone(story: Story) -> None:
    """At no moment run two tests that share a lock, nor any beside one that needs the run to itself."""

    def look(play: Play) -> None:
        running = in_flight(play, story.plan)
        held = [lock for test in running for lock in test.locks]
        assert len(held) == len(set(held))
        assert len(running) == 1 or not any(test.exclusive for test in running)

    asyncio.run(story.play().run(watch=look, jobs=story.jobs))


def in_flight(play: Play, plan: Plan) -> list[Test]:
    """The tests that run at this moment."""
    started = dict.fromkeys(event.test for event in play.events if isinstance(event, TestStarted))
    over = {outcome.test for outcome in play.finished}
    return [plan.tests[name] for name in started if name not in over]


def ready(play: Play) -> list[str]:
    """The tests that could start at this moment, as far as their needs go."""
    said = dict.fromkeys(event.test for event in play.events if isinstance(event, TestReady))
    gone = {event.test for event in play.events if isinstance(event, TestStarted)}
    return [name for name in said if name not in gone]


@every_story
@given(stories(), st.one_of(st.none(), st.integers(0, 12)), st.one_of(st.none(), st.integers(1, 3)))
def test_undos_run_once_each_and_backwards_whatever_fails(
    story: Story, cancelled_after: int | None, bail: int | None
) -> None:
    """Also in a run that was stopped: exactly what was sent is undone, and what came later first."""
    play = asyncio.run(a_stopped_run(story, cancelled_after, bail))
    cleanups = [event.cleanup for event in play.events if isinstance(event, CleanupFinished)]
    sent = {
        name
        for name, test in story.plan.tests.items()
        if test.cleanup and any(each.url.endswith(f"/{test.key}") for each in play.sender.sent)
    }
    # No answer came in time: that is for the test, the API may have done it all the same.
    assert sorted(cleanup.test for cleanup in cleanups) == sorted(sent)
    spans = {cleanup.test: (cleanup.started_at, cleanup.finished_at) for cleanup in cleanups}
    for name in sent:
        for earlier in all_before(name, story.plan) & sent:
            ended, begun = spans[name][1], spans[earlier][0]
            assert ended is not None
            assert begun is not None
            assert ended <= begun
    failed = {cleanup.test for cleanup in cleanups if cleanup.verdict is not Verdict.PASSED}
    assert failed == {name for name in sent if story.plan.tests[name].key in story.undos_fail}


async def a_stopped_run(story: Story, cancelled_after: int | None, bail: int | None) -> Play:
    """The whole run, perhaps cancelled after some seconds."""
    play, stop = story.play(), StopSignal()
    play.start(jobs=story.jobs, bail=bail, stop=stop)
    if cancelled_after is not None:
        await play.clock.advance(cancelled_after)
        stop.cancel()
    await play.finish()
    return play


def all_before(name: str, plan: Plan) -> set[str]:
    """Every test that this one waits for, however far up."""
    found: set[str] = set()
    waiting = list(plan.requires[name])
    while waiting:
        required = waiting.pop()
        if required not in found:
            found.add(required)
            waiting.extend(plan.requires[required])
    return found


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
