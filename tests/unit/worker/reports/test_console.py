"""The run in a terminal or a log."""

import asyncio
import io
import re
from dataclasses import replace

from tests.unit.worker.reports.listening import on_console, tell
from tests.unit.worker.reports.runs import (
    PATH,
    SOURCE,
    ManualClock,
    Story,
    a_green_story,
    a_story,
    attempt,
    exchange,
    outcome,
)
from worker.models.events import (
    CleanupUnderWay,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TestStarted,
)
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus, TestOutcome, Verdict
from worker.reports import ConsoleReport
from worker.reports.style import Style


def _of(*outcomes: TestOutcome, run: RunOutcome | None = None) -> Story:
    """A story of these tests; without `run` it has no end."""
    begin = a_story().events[0]
    assert isinstance(begin, RunStarted)
    planned = tuple(PlannedTest(name=found.test, title="") for found in outcomes)
    events: list[Event] = [replace(begin, tests=planned)]
    events += [TestFinished(outcome=found) for found in outcomes]
    if run is not None:
        events.append(RunFinished(outcome=run, outcomes=outcomes))
    return Story(plan=a_story().plan, events=tuple(events))


def _failed_run(**counters: int) -> RunOutcome:
    return RunOutcome(
        status=RunStatus.FAILED, failure=RunFailure.TESTS, counters=Counters(**counters), seconds=1
    )


def _many_failures(number: int) -> Story:
    outcomes = [outcome(f"shop/t{n}", attempt(verdict=Verdict.FAILED, reason="no")) for n in range(number)]
    return _of(*outcomes, run=_failed_run(total=number, failed=number))


async def test_a_run_stopped_half_way_gets_its_sum() -> None:
    """Without its end a run is still summed up: what did not run is named, and how to go on."""
    story = a_story()
    text = await on_console(Story(plan=story.plan, events=story.events[:4]))
    assert "1 passed, 6 not run" in text
    assert "6 tests did not run. Start again: baton run shop.yaml" in text


async def test_one_failure_and_what_it_blocked_is_one_line() -> None:
    """A failure does not spread as noise: its 37 dependents are one line, not 37."""
    bad = outcome("shop/login", attempt(verdict=Verdict.FAILED, reason="status is 401"))
    blocked = [
        outcome(
            f"shop/t{n}", verdict=Verdict.BLOCKED, blocked_by="shop/login", reason="blocked by shop/login"
        )
        for n in range(37)
    ]
    text = await on_console(_of(bad, *blocked, run=_failed_run(total=38, failed=1, blocked=37)))
    assert "⊘ 37 tests blocked by login: t0, t1, t2 and 34 more" in text
    assert "1 failed, 37 blocked by login" in text
    assert text.count("⊘") == 1


async def test_several_causes_of_blocking_are_told_apart() -> None:
    """Who looks at the sum sees which failure costs most."""
    blocked = [
        outcome(f"shop/{n}", verdict=Verdict.BLOCKED, blocked_by=f"shop/{'a' if n < 3 else 'b'}")
        for n in range(4)
    ]
    text = await on_console(_of(*blocked, run=_failed_run(total=4, blocked=4)))
    assert "4 blocked (3 by a, 1 by b)" in text


async def test_many_causes_at_once_are_one_line() -> None:
    """A run that is cut off blocks much by much; nobody wants a line for each."""
    blocked = [outcome(f"shop/b{n}", verdict=Verdict.BLOCKED, blocked_by=f"shop/a{n}") for n in range(10)]
    text = await on_console(_of(*blocked, run=_failed_run(total=10, blocked=10)))
    assert "⊘ 10 tests blocked by a0, a1, a2 and 7 more" in text
    assert text.count("⊘") == 1


async def test_what_a_cancelled_run_left_undone_is_two_lines() -> None:
    """Tests that never began and tests that were cut short are counted, not listed as failures."""
    left = [outcome(f"shop/t{n}", reason="not run: the run was cancelled") for n in range(8)]
    cut = outcome("shop/slow", verdict=Verdict.BROKEN, category="cancelled", reason="stopped while running")
    run = RunOutcome(status=RunStatus.CANCELLED, counters=Counters(total=9, broken=1, skipped=8), seconds=1)
    text = await on_console(_of(cut, *left, run=run))
    assert "– 8 tests not run: the run was cancelled" in text
    assert "‼ 1 test stopped while running: slow" in text
    assert "1 broken, 8 not run · 1.0 s" in text
    assert "Stopped; 8 tests did not run. Start again: baton run shop.yaml" in text


async def test_names_carry_their_suite_where_there_are_several() -> None:
    """`login` of two suites are two tests; a reader must not guess."""
    text = await on_console(_of(outcome("shop/login", attempt()), outcome("auth/login", attempt())))
    assert "✓ shop/login" in text
    assert "✓ auth/login" in text


async def test_a_thousand_failures_do_not_bury_the_sum() -> None:
    """Only the first failures are shown in full; the rest is counted."""
    text = await on_console(_many_failures(1000))
    assert "… and 980 more failures, which -v shows too." in text
    assert "1,000 failed" in text


async def test_an_environment_that_is_down_is_told_once() -> None:
    """People are asked to look at the API, not at their tests."""
    run = RunOutcome(
        status=RunStatus.FAILED,
        failure=RunFailure.ENVIRONMENT,
        message="the environment cannot be reached: connection refused",
        counters=Counters(total=2, broken=2),
        seconds=0.1,
    )
    down = attempt(verdict=Verdict.BROKEN, reason="refused")
    text = await on_console(_of(outcome("shop/a", down), outcome("shop/b", down), run=run))
    assert "\nThe environment cannot be reached: connection refused\n" in text
    assert "Is http://shop.test up? Run again: baton run shop.yaml" in text
    assert "… and 1 more failure" in text
    of_service = replace(run, unreached="billing (http://billing.test)")
    text = await on_console(_of(outcome("shop/a", down), run=of_service))
    assert "Is billing (http://billing.test) up? Run again: baton run shop.yaml" in text


async def test_what_an_api_answers_cannot_move_the_cursor() -> None:
    """Escape sequences of a response are shown, not obeyed."""
    record = exchange(body="\x1b[2Jgone\x07")
    bad = outcome("shop/a", attempt(verdict=Verdict.FAILED, reason="\x1b[31mred", record=record))
    text = await on_console(_of(bad, run=_failed_run(total=1, failed=1)))
    assert "\x1b" not in text
    assert "\\x1b[2Jgone\\x07" in text


async def test_secrets_in_events_stay_inside() -> None:
    """`ContextChange.secrets` is for the recorder only."""
    assert "eyCANARY" not in await on_console(a_story(), verbose=True)


async def test_a_log_gets_no_escape_sequence() -> None:
    """Where there is no terminal, nothing is drawn over and nothing is coloured."""
    assert "\x1b" not in await on_console(a_story())


def _live(stream: io.StringIO, story: Story, clock: ManualClock) -> ConsoleReport:
    style = Style(live=True, width=100)
    return ConsoleReport(stream, style=style, clock=clock, plan=story.plan, sources={PATH: SOURCE})


async def test_a_terminal_shows_how_far_the_run_is() -> None:
    """The live lines count, name what runs and how long, and are gone at the end."""
    stream, clock, story = io.StringIO(), ManualClock(), a_story()
    report = _live(stream, story, clock)
    for event in story.until(RunFinished)[:5]:
        clock.seconds += 1
        await report.on(event)
    assert "1/7" in stream.getvalue()
    assert "catalog 1.0 s" in stream.getvalue()
    await report.close()
    assert stream.getvalue().endswith("Start again: baton run shop.yaml\n") is False
    assert "\x1b[?25h" in stream.getvalue()


async def test_a_terminal_shows_what_is_being_undone() -> None:
    """Tests are over, the run is not: the live lines say what is waited for, and how long."""
    stream, clock, story = io.StringIO(), ManualClock(), a_story()
    report = _live(stream, story, clock)
    await report.on(story.events[0])
    for tests in (("shop/login",), ("shop/login", "shop/catalog")):
        clock.seconds += 1
        await report.on(CleanupUnderWay(tests=tests, left=5))
    assert stream.getvalue().endswith("  cleaning up: login 1.0 s · catalog 0 ms · 3 more")
    clock.seconds += 1
    await report.on(CleanupUnderWay(tests=(), left=0))
    assert "cleaning" not in stream.getvalue().rpartition("\x1b[0J")[2]
    await report.close()


async def test_a_terminal_is_not_drawn_more_often_than_ten_times_a_second() -> None:
    """A thousand events in no time are one picture."""
    stream, clock, story = io.StringIO(), ManualClock(), a_story()
    report = _live(stream, story, clock)
    await report.on(story.events[0])
    drawn = stream.getvalue()
    for _ in range(1000):
        await report.on(TestStarted(test="shop/login", attempt=1, started_at=clock.now()))
    assert stream.getvalue() == drawn
    await report.close()


async def test_time_moves_on_a_terminal_although_nothing_happens() -> None:
    """A slow API must not look like a hung runner."""
    stream, clock, story = io.StringIO(), ManualClock(), a_story()
    report = _live(stream, story, clock)
    await report.on(story.events[0])
    for _ in range(3):
        await asyncio.sleep(0)
    times = re.findall(r"0/7  (\S+ m?s)", stream.getvalue())
    await report.close()
    assert len(set(times)) > 1


async def test_the_cursor_comes_back_when_a_run_is_stopped() -> None:
    """Whatever ends a run, the terminal is left as it was."""
    stream, clock, story = io.StringIO(), ManualClock(), a_story()
    report = _live(stream, story, clock)
    await tell(report, story.events[:3])
    text = stream.getvalue()
    assert text.count("\x1b[?25l") == text.count("\x1b[?25h") == 1


async def test_no_live_line_is_wider_than_the_terminal() -> None:
    """A line that wraps could not be drawn over."""
    stream, clock, story = io.StringIO(), ManualClock(), a_story()
    report = ConsoleReport(stream, style=Style(live=True, width=30), clock=clock)
    for event in story.until(RunFinished):
        clock.seconds += 1
        await report.on(event)
    frames = re.split(r"\x1b\[\d*[AJ]", stream.getvalue())[1:]
    pictures = [line for frame in frames for line in frame.splitlines()[-2:]]
    assert len(pictures) > 10
    assert all(len(line) < 30 for line in pictures), pictures
    await report.close()


async def test_large_runs_on_a_terminal_list_only_what_did_not_pass() -> None:
    """Ten thousand green lines would push the red one off the screen."""
    good = [outcome(f"shop/t{n}", attempt()) for n in range(100)]
    bad = outcome("shop/bad", attempt(verdict=Verdict.FAILED, reason="no"))
    story = _of(*good, bad, run=_failed_run(total=101, passed=100, failed=1))
    text = await on_console(story, style=Style(live=True, width=100))
    assert "✗ bad" in text
    assert "✓" not in text


async def test_a_run_that_never_began_writes_nothing() -> None:
    """Closing before the first event is no reason to speak."""
    stream = io.StringIO()
    await tell(ConsoleReport(stream, style=Style(live=True), clock=ManualClock()), ())
    assert stream.getvalue() == ""


async def test_a_green_run_ends_with_its_sum() -> None:
    """The last line is the answer."""
    assert (await on_console(a_green_story())).splitlines()[-1] == "1 passed · 50 ms"


async def test_the_last_line_runs_what_failed_again() -> None:
    """It can be pasted; where that would be too long it says which part of it that is."""
    few, many = [await on_console(_many_failures(number)) for number in (3, 9)]
    names = " --only shop/t0 --only shop/t1 --only shop/t2"
    again = f"baton run shop.yaml{names}"
    assert few.splitlines()[-1] == f"Run again only what failed, with what it needs: {again}"
    assert many.splitlines()[-1] == f"Run again the first 3 of 9 that failed, with what they need: {again}"


async def test_the_last_line_names_a_shorter_command_where_the_machine_remembers_the_run() -> None:
    """For many failures, for what they blocked, and for what a stopped run did not come to; a few that
    blocked nothing are named all the same."""
    few, many = [await on_console(_many_failures(number), rerun="baton rerun --failed") for number in (3, 9)]
    assert "baton run shop.yaml --only shop/t0" in few.splitlines()[-1]
    assert many.splitlines()[-1] == "Run again the 9 that failed, and what they blocked: baton rerun --failed"
    story = a_story()
    stopped = Story(plan=story.plan, events=story.events[:4])
    blocking = await on_console(a_story(), rerun="baton rerun --failed")
    assert (
        blocking.splitlines()[-1]
        == "Run again the 2 that failed, and what they blocked: baton rerun --failed"
    )
    half = await on_console(stopped, rerun="baton rerun --failed")
    assert half.splitlines()[-1] == (
        "Stopped; 6 tests did not run. Go on with what has not passed: baton rerun --failed"
    )


async def test_what_did_not_hold_is_told_from_the_top_of_the_file() -> None:
    """Whatever the order in which it was looked at."""
    story = a_story()
    cart = next(found for found in _outcomes_of(story) if found.test == "shop/cart")
    checks = [check for check in cart.attempts[0].checks if not check.passed]
    turned = attempt(verdict=Verdict.FAILED, reason="no", checks=checks[::-1])
    text = await on_console(_of(outcome("shop/cart", turned), run=_failed_run(total=1, failed=1)))
    assert text.index("shop.yaml:12:23") < text.index("shop.yaml:12:43")


def _outcomes_of(story: Story) -> tuple[TestOutcome, ...]:
    end = story.events[-1]
    assert isinstance(end, RunFinished)
    return end.outcomes


async def test_attempts_that_ended_alike_are_one_line() -> None:
    """A test that is tried again mostly fails as before; what was different stands alone."""
    reasons = ["503", "503", "503", "no answer", "503", "503"]
    attempts = [
        attempt(number, Verdict.FAILED, reason=reason) for number, reason in enumerate(reasons, start=1)
    ]
    text = await on_console(_of(outcome("shop/pay", *attempts)))
    told = [line.strip() for line in text.splitlines() if line.strip().startswith("attempt")]
    assert told == ["attempts 1 to 3: 503", "attempt 4: no answer", "attempts 5 and 6: 503"]
