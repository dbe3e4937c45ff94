"""Which of the ready tests goes first, and which waits for a lock."""

from dataclasses import replace

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_plan, a_test, critical
from tests.engines import keys
from worker.engine.ready import ReadyTests
from worker.models.graph import Plan


def ready(plan: Plan, **more: object) -> ReadyTests:
    """All tests of the plan, ready."""
    tests = ReadyTests(plan, **more)  # type: ignore[arg-type] # by name
    for name in plan.tests:
        tests.push(name)
    return tests


def taken(tests: ReadyTests) -> list[str]:
    """Everything that may be taken now, in order."""
    names = []
    while (name := tests.take()) is not None:
        names.append(name)
    return keys(names)


def test_two_tests_of_one_lock_are_not_handed_out_together() -> None:
    """The second comes when the first has given its lock back."""
    plan = a_plan(a_test("a", locks=("x",)), a_test("b", locks=("x",)), a_test("c"))
    tests = ready(plan)
    assert taken(tests) == ["a", "c"]
    tests.give_back("shop/a")
    assert taken(tests) == ["b"]


def test_a_test_of_two_locks_needs_both() -> None:
    """It waits for the one that is taken, and holds neither meanwhile."""
    plan = a_plan(a_test("a", locks=("x",)), a_test("both", locks=("x", "y")), a_test("c", locks=("y",)))
    tests = ready(plan)
    assert taken(tests) == ["a", "c"]
    tests.give_back("shop/a")
    assert taken(tests) == []
    tests.give_back("shop/c")
    assert taken(tests) == ["both"]


def test_who_waits_for_a_lock_keeps_his_place() -> None:
    """Among those of one lock the longest path goes first, then the priority, then the file."""
    tests = [a_test("first", locks=("x",)), a_test("later", locks=("x",)), critical("urgent", locks=("x",))]
    waiting = ready(a_plan(*tests))
    order = []
    while (name := waiting.take()) is not None:
        order.append(name)
        assert waiting.take() is None
        waiting.give_back(name)
    assert keys(order) == ["urgent", "first", "later"]


def test_one_that_needs_the_run_to_itself_goes_after_its_equals() -> None:
    """The others have to end before it can start, so it starts late."""
    plan = a_plan(a_test("alone", exclusive=True), a_test("a"), a_test("b"))
    assert taken(ready(plan)) == ["a", "b", "alone"]


def test_what_was_dropped_is_not_handed_out_and_blocks_nobody() -> None:
    """Also when it was the next of its lock."""
    plan = a_plan(a_test("a", locks=("x",)), a_test("b", locks=("x",)), a_test("c", locks=("x",)))
    tests = ready(plan)
    assert taken(tests) == ["a"]
    tests.drop("shop/b")
    tests.give_back("shop/a")
    assert taken(tests) == ["c"]


def test_a_seed_shuffles_and_shuffles_alike() -> None:
    """Chance decides, and the same seed decides the same."""
    plan = a_plan(*(a_test(f"t{number}") for number in range(20)))
    orders = {seed: taken(ready(plan, shuffle=seed)) for seed in ("one", "two", 3)}
    assert orders["one"] == taken(ready(plan, shuffle="one"))
    assert len({tuple(order) for order in orders.values()}) == 3
    assert all(sorted(order) == sorted(keys(plan.tests)) for order in orders.values())


def test_a_seed_decides_of_two_tests_alike_whatever_else_runs() -> None:
    """A smaller selection keeps the order of what is left: a found pair can be tried alone."""
    tests = [a_test(f"t{number}") for number in range(10)]
    whole, part = taken(ready(a_plan(*tests), shuffle=7)), taken(ready(a_plan(*tests[:4]), shuffle=7))
    assert part == [key for key in whole if key in part]


@given(st.lists(st.sets(st.sampled_from("xyz")), max_size=12), st.data())
def test_whatever_the_locks_nobody_is_forgotten(locks: list[set[str]], data: st.DataObject) -> None:
    """Whenever no test may be taken, each that waits shares a lock with one that is out; and at the
    end all have been out, each once."""
    plan = a_plan(*(a_test(f"t{at}", locks=tuple(sorted(names))) for at, names in enumerate(locks)))
    plan = replace(plan, weight={name: float(data.draw(st.integers(1, 3))) for name in plan.tests})
    tests = ready(plan)
    out: list[str] = []
    seen: list[str] = []
    while len(seen) < len(plan.tests) or out:
        name = tests.take()
        if name is not None:
            held = [lock for each in out for lock in plan.tests[each].locks]
            assert not set(held) & set(plan.tests[name].locks)
            out.append(name)
            seen.append(name)
            continue
        held = [lock for each in out for lock in plan.tests[each].locks]
        for waiting in plan.tests.keys() - set(seen):
            assert set(plan.tests[waiting].locks) & set(held)
        tests.give_back(out.pop(data.draw(st.integers(0, len(out) - 1))))
    assert sorted(seen) == sorted(plan.tests)
