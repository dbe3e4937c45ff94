"""Time limits of an attempt and of a suite, and how many tests of a suite run at a time."""

from tests.builders import a_plan, a_request, a_test, an_expectation
from tests.engines import Play, a_step, keys
from worker.engine.ready import ReadyTests
from worker.models.flow import StepPhase, TestRole
from worker.models.outcome import RunStatus, Verdict
from worker.models.suite import Priority, Step, SuiteLimits, Test

ONE_BY_ONE = {"shop": SuiteLimits(at_once=1)}


def of_steps(key: str, *urls: str, last: StepPhase = StepPhase.OWN, **more: object) -> Test:
    """A test of several steps, the last one of this phase."""
    where = a_test("x").where
    steps = [
        Step(
            index=number,
            name=url,
            request=a_request(url=f"/{url}"),
            expectations=(an_expectation(200),),
            where=where,
            phase=last if url == urls[-1] else StepPhase.OWN,
        )
        for number, url in enumerate(urls)
    ]
    return a_test(key, steps=tuple(steps), **more)  # type: ignore[arg-type] # by name


async def test_an_attempt_ends_when_its_time_is_over() -> None:
    """However many steps it has, and though none of them took too long by itself."""
    test = of_steps("a", "one", "two", "three", attempt_seconds=5)
    play = await Play(a_plan(test), lasts={"one": 3, "two": 3, "three": 3}).run()
    outcome = play.outcome("a")
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "test_timeout")
    assert outcome.reason == "two: the test took longer than 5 s, all its steps together"
    assert [step.verdict for step in outcome.attempts[0].steps] == [Verdict.PASSED, Verdict.BROKEN]


async def test_an_attempt_in_time_is_left_alone() -> None:
    """The limit says nothing about tests that keep to it."""
    play = await Play(a_plan(of_steps("a", "one", "two", attempt_seconds=7)), lasts={"one": 3}).run()
    assert play.outcome("a").verdict is Verdict.PASSED


async def test_what_comes_after_each_test_runs_also_after_its_time() -> None:
    """It puts in order what the test has left, and has no share in its limit."""
    test = of_steps("a", "one", "after", last=StepPhase.AFTER, attempt_seconds=2)
    play = await Play(a_plan(test), lasts={"one": 9, "after": 3}).run()
    assert play.outcome("a").verdict is Verdict.BROKEN
    verdicts = [(step.name, step.verdict) for step in play.outcome("a").attempts[0].steps]
    assert verdicts == [("one", Verdict.BROKEN), ("after", Verdict.PASSED)]


async def test_each_attempt_has_its_own_time() -> None:
    """A test that was too slow once may be tried again."""
    lasts = {"a": 9}
    test = a_step("a", attempt_seconds=3, retries=1, retry_delay_seconds=1)

    play = Play(a_plan(test), {}, lasts)
    play.start()
    await play.finish(watch=lambda now: lasts.update(a=0))
    assert play.started == ["a", "a"]
    assert play.outcome("a").verdict is Verdict.PASSED


async def test_a_suite_ends_when_its_time_is_over() -> None:
    """What runs is cut short and broken, what has not begun is left out: nobody waits for it in vain."""
    tests = [a_step("a"), a_step("b", needs=["a"]), a_step("c", needs=["b"])]
    play = await Play(a_plan(*tests), lasts={"a": 2, "b": 9}).run(
        suites={"shop": SuiteLimits(timeout_seconds=4)}
    )
    assert play.verdicts == {"a": Verdict.PASSED, "b": Verdict.BROKEN, "c": Verdict.SKIPPED}
    assert play.outcome("b").reason == "stopped: the time of its suite (4 s) was over"
    assert play.outcome("c").reason == "not run: the time of its suite (4 s) was over"
    assert play.end.status is RunStatus.FAILED


async def test_the_end_of_one_suite_leaves_the_others_alone() -> None:
    """Each suite has its own clock."""
    tests = [a_step("a", suite="one"), a_step("b", suite="two")]
    play = await Play(a_plan(*tests), lasts={"a": 9, "b": 9}).run(
        suites={"one": SuiteLimits(timeout_seconds=4)}
    )
    assert play.verdicts == {"a": Verdict.BROKEN, "b": Verdict.PASSED}


async def test_a_suite_that_waits_when_its_time_is_over_is_not_green() -> None:
    """Somebody has to answer for tests that were not run, or nobody would notice."""
    tests = [
        a_step("first", suite="one"),
        a_step("long", suite="two", needs=["one/first"]),
        a_step("waiting", suite="one", needs=["two/long"]),
    ]
    play = await Play(a_plan(*tests), lasts={"long": 20}).run(suites={"one": SuiteLimits(timeout_seconds=4)})
    assert play.verdicts["waiting"] is Verdict.BROKEN
    assert play.end.status is RunStatus.FAILED


async def test_what_comes_after_all_has_time_of_its_own() -> None:
    """Tearing down is not cut short because the tests were slow."""
    after = a_step("after-all", role=TestRole.AFTER_ALL, after=["a"])
    play = await Play(a_plan(a_step("a"), after), lasts={"a": 9, "after-all": 3}).run(
        suites={"shop": SuiteLimits(timeout_seconds=4)}
    )
    assert play.outcome("after-all").verdict is Verdict.PASSED


async def test_a_suite_runs_one_after_the_other_where_it_says_so() -> None:
    """In the order of the file as far as needs allow, whatever is long or urgent."""
    tests = [
        a_step("a"),
        a_step("b"),
        a_step("d"),
        a_step("c", needs=["d"]),
        a_step("e", priority=Priority.CRITICAL),
    ]
    play = await Play(a_plan(*tests), lasts=dict.fromkeys("abcde", 1)).run(suites=ONE_BY_ONE)
    assert play.started == ["a", "b", "d", "c", "e"]
    assert play.clock.monotonic() >= 5


def test_of_a_suite_no_more_than_its_limit_are_handed_out() -> None:
    """Tests of other suites pass by."""
    tests = [*(a_test(key) for key in "abc"), a_test("other", suite="two")]
    plan = a_plan(*tests)
    waiting = ReadyTests(plan, suites={"shop": SuiteLimits(at_once=2)})
    for name in plan.tests:
        waiting.push(name)
    names = [waiting.take() for _ in range(4)]
    assert [name for name in names if name] == ["shop/a", "shop/b", "two/other"]
    waiting.give_back("two/other")
    assert waiting.take() is None
    waiting.give_back("shop/a")
    assert keys([waiting.take() or ""]) == ["c"]
