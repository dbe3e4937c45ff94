"""What a run did beside its tests, as a person reads it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date, timedelta

from tests.unit.worker.reports.listening import on_console
from tests.unit.worker.reports.runs import NOON, Story, a_story, attempt, exchange, outcome
from worker.models.events import (
    CleanupFinished,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TokenRenewed,
)
from worker.models.outcome import (
    Cleanup,
    Counters,
    Renewal,
    RunFailure,
    RunOutcome,
    RunStatus,
    StepRecord,
    TestOutcome,
    Verdict,
)
from worker.models.suite import Quarantine
from worker.reports.style import Style


def a_renewal(number: int = 1, *, reason: str = "") -> Renewal:
    """A login that ran again."""
    return Renewal(
        test="shop/login",
        tokens=("access_token",),
        cause="it had expired",
        wanted_by=f"shop/t{number}",
        reason=reason,
        started_at=NOON,
        finished_at=NOON + timedelta(seconds=0.1),
    )


def a_cleanup(test: str, verdict: Verdict = Verdict.PASSED, *, reason: str = "", number: int = 1) -> Cleanup:
    """An undo that was tried, unless it is skipped."""
    tried = verdict is not Verdict.SKIPPED
    step = StepRecord(verdict=verdict, reason=reason, exchange=exchange(method="DELETE", status=500))
    return Cleanup(
        test=test,
        attempt=number,
        verdict=verdict,
        reason=reason,
        steps=(step,) if tried else (),
        started_at=NOON if tried else None,
        finished_at=NOON if tried else None,
    )


async def shown(
    *outcomes: TestOutcome,
    beside: Iterable[Event] = (),
    cleanups: Iterable[Cleanup] = (),
    more: Mapping[str, object] | None = None,
    **counters: int,
) -> str:
    """What the console writes about such a run."""
    begin = a_story().events[0]
    assert isinstance(begin, RunStarted)
    tests = outcomes or (outcome("shop/login", attempt()),)
    bad = sum(test.verdict is not Verdict.PASSED and test.quarantine is None for test in tests)
    run = RunOutcome(
        status=RunStatus.FAILED if bad else RunStatus.COMPLETED,
        failure=RunFailure.TESTS if bad else None,
        counters=Counters(**{"total": len(tests), "passed": len(tests), **counters}),
        seconds=1,
        cleanups=tuple(cleanups),
        **(more or {}),  # type: ignore[arg-type] # by name
    )
    events: list[Event] = [
        replace(begin, tests=tuple(PlannedTest(name=test.test, title="") for test in tests)),
        *(TestFinished(outcome=test) for test in tests),
        *beside,
        *(CleanupFinished(cleanup=each) for each in run.cleanups if each.verdict is not Verdict.SKIPPED),
        RunFinished(outcome=run, outcomes=tests),
    ]
    return await on_console(Story(plan=a_story().plan, events=tuple(events)))


def renewed(*renewals: Renewal) -> list[Event]:
    """What is told of them."""
    return [TokenRenewed(renewal=renewal) for renewal in renewals]


async def test_a_renewal_is_told_and_counted() -> None:
    """While it happens, and in the sum."""
    text = await shown(beside=renewed(a_renewal()))
    assert "↻ access_token renewed by login: it had expired\n" in text
    assert "access_token was renewed once\n" in text


async def test_many_renewals_are_only_counted() -> None:
    """A run of an hour with tokens of a minute does not fill the screen with them."""
    text = await shown(beside=renewed(*map(a_renewal, range(60))))
    assert text.count("↻") == 3
    assert "access_token was renewed 60 times\n" in text


async def test_a_renewal_that_failed_is_always_told() -> None:
    """With what the login was answered."""
    failed = a_renewal(reason="expected status 200, got 401")
    text = await shown(beside=renewed(*map(a_renewal, range(9)), failed))
    assert "↻ login failed when renewing access_token: expected status 200, got 401\n" in text
    assert "renewed 9 times" in text


async def test_undos_that_went_well_are_one_number() -> None:
    """There is nothing to do about them."""
    text = await shown(cleanups=[a_cleanup("shop/order"), a_cleanup("shop/cart")])
    assert "\n2 clean-ups done\n" in text
    assert "order" not in text


async def test_an_undo_that_failed_is_shown_with_its_exchange() -> None:
    """Somebody will have to do it by hand."""
    bad = a_cleanup("shop/order", Verdict.FAILED, reason="expected status 2xx, got 500", number=2)
    text = await shown(cleanups=[a_cleanup("shop/cart"), bad])
    assert (
        "✗ clean-up of order, attempt 2  failed\n\n  expected status 2xx, got 500\n\n  curl -X DELETE" in text
    )
    assert "1 clean-up done\n1 clean-up failed: order\n" in text


async def test_undos_that_were_not_done_are_named() -> None:
    """What was made is still there."""
    skipped = [
        a_cleanup(f"shop/{key}", Verdict.SKIPPED, reason="not done: the run was stopped at once")
        for key in ("order", "cart")
    ]
    text = await shown(cleanups=skipped)
    assert "2 clean-ups not done: the run was stopped at once: order, cart\n" in text


OURS = Quarantine(owner="ada", reason="ticket 12", until=date(2026, 12, 1))


async def test_a_failure_in_quarantine_is_apart_from_those_that_count() -> None:
    """With who answers for it, and until when."""
    flaky = replace(outcome("shop/flaky", attempt(verdict=Verdict.FAILED, reason="no")), quarantine=OURS)
    text = await shown(outcome("shop/a", attempt()), flaky, passed=1, failed=1, quarantined=1)
    assert "✗ flaky    41 ms  no · in quarantine (ada, until 2026-12-01)\n" in text
    assert "1 passed, 1 failed in quarantine (ada, until 2026-12-01) · 1.0 s\n" in text
    assert "Run again" not in text


async def test_failures_that_count_and_others_are_told_apart() -> None:
    """Several in quarantine are a number."""
    bad = outcome("shop/bad", attempt(verdict=Verdict.FAILED, reason="no"))
    flaky = [replace(outcome(f"shop/f{at}", bad.attempts[0]), quarantine=OURS) for at in range(2)]
    text = await shown(bad, *flaky, passed=0, failed=3, quarantined=2)
    assert "1 failed, 2 failed in quarantine · 1.0 s\n" in text
    assert "baton run shop.yaml --only shop/bad\n" in text


async def test_the_best_possible_time_is_told_where_slots_decide() -> None:
    """Where the critical path decides, it is the best possible time."""
    path = {"critical_path": ("shop/a", "shop/b"), "critical_path_seconds": 2.0}
    assert "2.0 s, at best 5.0 s)" in await shown(more={**path, "best_possible_seconds": 5.0})
    assert "2.0 s)" in await shown(more={**path, "best_possible_seconds": 2.0})


async def test_without_unicode_words_stand_for_signs() -> None:
    """A log of an old machine."""
    assert Style(unicode=False).plain("↻ renewed") == "~ renewed"
