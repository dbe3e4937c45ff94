"""Which test may start, and what a verdict makes pointless."""

from dataclasses import replace

from tests.builders import a_plan, a_test, critical
from worker.engine.schedule import Schedule
from worker.models.graph import Plan
from worker.models.outcome import TestOutcome, Verdict


def known(**verdicts: Verdict) -> dict[str, TestOutcome]:
    """Verdicts that are known before the run, by key."""
    return {f"shop/{key}": TestOutcome(test=f"shop/{key}", verdict=said) for key, said in verdicts.items()}


def opened(plan: Plan) -> Schedule:
    """A schedule that has begun."""
    schedule = Schedule(plan)
    schedule.begin({})
    return schedule


def taken(schedule: Schedule) -> list[str]:
    """The keys of all tests that may start now, in the order in which they should."""
    names = iter(schedule.take, None)
    return [name.removeprefix("shop/") for name in names]


def test_a_test_is_ready_when_all_it_needs_has_passed() -> None:
    """Two needs: one is not enough."""
    schedule = opened(a_plan(a_test("a"), a_test("b"), a_test("c", needs=["a", "b"])))
    assert taken(schedule) == ["a", "b"]
    assert schedule.finish("shop/a", Verdict.PASSED).ready == []
    assert schedule.finish("shop/b", Verdict.PASSED).ready == ["shop/c"]
    assert taken(schedule) == ["c"]


def test_the_longest_remaining_path_goes_first() -> None:
    """What the most waits for starts first, whatever the file's order."""
    plan = a_plan(a_test("short"), a_test("long"), a_test("then", needs=["long"]))
    assert taken(opened(plan)) == ["long", "short"]


def test_priority_breaks_ties_and_then_the_order_of_the_file() -> None:
    """Priority decides only between equally long paths."""
    assert taken(opened(a_plan(a_test("a"), a_test("b"), critical("c")))) == ["c", "a", "b"]


def test_medians_outweigh_the_number_of_tests() -> None:
    """The plan's weight decides, so a slow test without followers may go before a quick chain."""
    plan = a_plan(a_test("quick"), a_test("then", needs=["quick"]), a_test("slow"))
    plan = replace(plan, weight={"shop/quick": 0.2, "shop/then": 0.1, "shop/slow": 9.0})
    assert taken(opened(plan)) == ["slow", "quick"]


def test_a_failure_blocks_what_needs_it_however_far_down() -> None:
    """Each is blocked once, by the root cause."""
    plan = a_plan(
        a_test("a"),
        a_test("b", needs=["a"]),
        a_test("c", needs=["a"]),
        a_test("d", needs=["b", "c"]),
    )
    schedule = opened(plan)
    schedule.take()
    blocked = schedule.finish("shop/a", Verdict.FAILED).blocked
    assert blocked == [("shop/b", "shop/a"), ("shop/c", "shop/a"), ("shop/d", "shop/a")]


def test_a_blocked_test_lets_those_start_that_only_come_after_it() -> None:
    """`after:` waits for any verdict; blocked is one."""
    plan = a_plan(a_test("a"), a_test("b", needs=["a"]), a_test("c", after=["b"]))
    schedule = opened(plan)
    schedule.take()
    consequences = schedule.finish("shop/a", Verdict.BROKEN)
    assert (consequences.blocked, consequences.ready) == ([("shop/b", "shop/a")], ["shop/c"])


def test_a_test_is_blocked_at_once_also_while_it_waits_for_others() -> None:
    """Nobody needs to wait for the rest to know that it cannot run."""
    plan = a_plan(a_test("a"), a_test("b"), a_test("c", needs=["a", "b"]))
    schedule = opened(plan)
    schedule.take(), schedule.take()
    assert schedule.finish("shop/a", Verdict.FAILED).blocked == [("shop/c", "shop/a")]
    later = schedule.finish("shop/b", Verdict.FAILED)
    assert (later.blocked, later.ready) == ([], [])


def test_known_verdicts_count_as_if_the_tests_had_run() -> None:
    """A run that is taken up goes on where it was."""
    plan = a_plan(
        a_test("a"), a_test("b", needs=["a"]), a_test("c", needs=["b"]), a_test("x"), a_test("y", needs=["x"])
    )
    schedule = Schedule(plan)
    consequences = schedule.begin(known(a=Verdict.PASSED, b=Verdict.PASSED, x=Verdict.FAILED))
    assert consequences.blocked == [("shop/y", "shop/x")]
    assert taken(schedule) == ["c"]


def test_a_root_cause_of_an_earlier_run_is_kept() -> None:
    """What was blocked before names the same root to those it blocks now."""
    plan = a_plan(a_test("a"), a_test("b", needs=["a"]), a_test("c", needs=["b"]))
    earlier = known(a=Verdict.FAILED)
    earlier["shop/b"] = TestOutcome(test="shop/b", verdict=Verdict.BLOCKED, blocked_by="shop/a")
    assert Schedule(plan).begin(earlier).blocked == [("shop/c", "shop/a")]
