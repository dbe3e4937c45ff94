"""Hunting for dependencies that nobody wrote down."""

from collections.abc import Sequence
from itertools import count

import pytest

from tests.builders import a_test
from tests.unit.worker.history.hidden.worlds import World, a_plan_of, hunted, several
from worker.history.hidden import Hidden, HowItDepends
from worker.history.hidden.telling import declaration, finding_lines, plain_report, sum_line
from worker.reports.style import Style
from worker.reports.words import Labels

MANY = [f"t{number}" for number in range(30)]


def found(hidden: Sequence[Hidden]) -> list[tuple[str, tuple[str, ...], str]]:
    """The pairs, by their keys."""
    return [
        (each.test.removeprefix("shop/"), tuple(name.removeprefix("shop/") for name in each.others), each.how)
        for each in hidden
    ]


async def test_tests_that_do_not_care_for_the_order_are_left_alone() -> None:
    """One round each, and nothing more is run."""
    world = World({})
    report = await hunted(a_plan_of(*several(*MANY)), world, rounds=4)
    assert (report.hidden, report.unexplained, report.complete) == ((), (), True)
    assert len(world.orders) == 5


async def test_a_test_that_needs_another_is_found_with_it() -> None:
    """Among thirty, in a few runs."""
    world = World({"t3": lambda before: "t20" in before})
    report = await hunted(a_plan_of(*several(*MANY)), world)
    assert found(report.hidden) == [("t3", ("t20",), "needs")]
    assert len(world.orders) < 25


async def test_a_test_that_another_disturbs_is_found_with_it() -> None:
    """As well."""
    world = World({"t20": lambda before: "t3" not in before})
    report = await hunted(a_plan_of(*several(*MANY)), world)
    assert found(report.hidden) == [("t20", ("t3",), "disturbed")]


async def test_two_that_only_do_it_together_are_named_together() -> None:
    """No one of them alone explains it."""
    world = World({"t20": lambda before: not {"t3", "t5"} <= set(before)})
    report = await hunted(a_plan_of(*several(*MANY)), world)
    [(test, others, how)] = found(report.hidden)
    assert (test, set(others), how) == ("t20", {"t3", "t5"}, "disturbed")


async def test_one_of_two_that_would_do_is_enough() -> None:
    """Either brings the state: no single one explains all rounds, but one is named."""
    world = World({"t20": lambda before: bool({"t3", "t5"} & set(before))})
    report = await hunted(a_plan_of(*several(*MANY)), world, rounds=20)
    [(test, others, how)] = found(report.hidden)
    assert (test, how) == ("t20", "needs")
    assert len(others) == 1
    assert set(others) <= {"t3", "t5"}


async def test_what_a_test_needs_stands_where_it_stood() -> None:
    """The third disturbs what the first has made for the second: it has to come between them."""
    tests = (a_test("make"), a_test("use", needs=["make"]), a_test("spoil"), *several(*MANY[:5]))

    def unspoiled(before: Sequence[str]) -> bool:
        return "spoil" not in before or before.index("spoil") < before.index("make")

    report = await hunted(a_plan_of(*tests), World({"use": unspoiled}), rounds=30)
    assert found(report.hidden) == [("use", ("spoil",), "disturbed")]


async def test_a_flaky_test_is_not_taken_for_one() -> None:
    """Its verdict changes though the order is the same."""
    turn = count()
    world = World({"t3": lambda before: next(turn) % 2 == 0})
    report = await hunted(a_plan_of(*several(*MANY[:6])), world)
    assert report.hidden == ()
    [unexplained] = report.unexplained
    assert unexplained.test == "shop/t3"
    assert "flaky" in unexplained.why


async def test_a_blocked_test_is_no_suspect() -> None:
    """The one above it is."""
    tests = (a_test("set"), a_test("get"), a_test("after", needs=["get"]))
    report = await hunted(a_plan_of(*tests), World({"get": lambda before: "set" in before}))
    assert found(report.hidden) == [("get", ("set",), "needs")]
    assert report.unexplained == ()


async def test_what_never_passes_is_said_apart() -> None:
    """Nothing can be told of it."""
    report = await hunted(a_plan_of(*several("a", "b")), World({"b": lambda before: False}))
    assert report.always_wrong == ("shop/b",)
    assert report.hidden == ()


@pytest.mark.parametrize("runs", range(12))
async def test_a_hunt_that_ends_early_tells_what_it_knows(runs: int) -> None:
    """And that it has not looked everywhere."""
    world = World({"t3": lambda before: "t20" in before}, runs_left=runs)
    report = await hunted(a_plan_of(*several(*MANY)), world, rounds=10)
    assert not report.complete
    assert report.hidden == ()
    assert all("no time" in each.why for each in report.unexplained)


async def test_declared_orders_are_kept_in_every_run() -> None:
    """Also while it is narrowed down."""
    tests = (
        *several(*MANY[:8]),
        a_test("last", after=MANY[:4]),
        a_test("t9", needs=["t8"]),
        a_test("t8"),
    )
    world = World({"t5": lambda before: "last" not in before})
    report = await hunted(a_plan_of(*tests), world, rounds=12)
    assert found(report.hidden) == [("t5", ("last",), "disturbed")]
    for order in world.orders:
        for early in MANY[:4]:
            if early in order and "last" in order:
                assert order.index(early) < order.index("last")
        if "t9" in order:
            assert order.index("t8") < order.index("t9")


# ── as people and programs read it

PLAN = a_plan_of(a_test("get[a b]", row_of="get"), a_test("set"), a_test("spoil"))


@pytest.mark.parametrize(
    ("hidden", "test", "line"),
    [
        (
            Hidden(test="shop/get[a b]", others=("shop/set",), how=HowItDepends.NEEDS),
            "shop/get[a b]",
            "needs: [set]",
        ),
        (
            Hidden(test="shop/get[a b]", others=("shop/spoil",), how=HowItDepends.DISTURBED),
            "shop/spoil",
            'after: ["get[a b]"]',
        ),
    ],
)
def test_the_line_that_would_declare_it(hidden: Hidden, test: str, line: str) -> None:
    """In the test that has to wait, as YAML wants it."""
    where, written = declaration(hidden, PLAN.tests)
    assert (where.name, written) == (test, line)


async def test_a_finding_says_what_where_and_what_to_write() -> None:
    """With both orders, and why the test failed in one of them."""
    hidden = Hidden(
        test="shop/set", others=("shop/spoil",), how=HowItDepends.DISTURBED, reason="expected 200, got 404"
    )
    text = "\n".join(finding_lines(hidden, PLAN.tests, style=Style(), labels=Labels(PLAN.tests)))
    assert text == (
        "✗ set fails if spoil ran before it  suite.yaml:1:1\n"
        "    spoil → set  failed: expected 200, got 404\n"
        "    set alone    passed\n"
        "  It is not written down. In suite.yaml, under spoil:\n"
        "    after: [set]\n"
        "  Or let a cleanup of it undo what it leaves behind."
    )


async def test_programs_read_the_same() -> None:
    """Rounds with their orders, findings with their lines."""
    plan = a_plan_of(*several("set", "get"))
    report = await hunted(plan, World({"get": lambda before: "set" in before}), rounds=5)
    plain = plain_report(report, plan.tests, runs=9)
    assert plain["hidden"] == [
        {
            "test": "shop/get",
            "others": ["shop/set"],
            "how": "needs",
            "reason": "",
            "declare": {"test": "shop/get", "path": "suite.yaml", "line": "needs: [set]"},
        }
    ]
    assert sum_line(report, runs=9) == "1 hidden dependency, in 9 runs"
