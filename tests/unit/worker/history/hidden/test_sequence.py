"""Plans whose tests run in exactly one order."""

from hypothesis import given
from hypothesis import strategies as st

from tests.builders import a_suite, a_test
from tests.unit.worker.history.hidden.worlds import World
from worker.graph import make_plan
from worker.history.hidden.sequence import in_this_order, needed_by

PLAN = make_plan(
    [
        a_suite(
            a_test("login"),
            a_test("cart", needs=["login"]),
            a_test("order", needs=["cart"]),
            a_test("report", after=["order"]),
            a_test("health"),
        )
    ]
)


@given(st.lists(st.sampled_from(list(PLAN.tests)), unique=True, min_size=1))
async def test_every_order_that_is_asked_for_is_a_valid_one(names: list[str]) -> None:
    """All that is needed is there and before; what was asked for keeps its order where it can."""
    plan = in_this_order(PLAN, names)
    assert set(plan.tests) == needed_by(PLAN, names)
    order = list(plan.tests)
    for name, edges in PLAN.requires.items():
        for required in edges:
            assert name not in order or required not in order or order.index(required) < order.index(name)
    ran = await World({}).run(plan, shuffle="any")
    assert list(ran.order) == order


def test_independent_tests_run_as_asked() -> None:
    """Not as they were written."""
    assert list(in_this_order(PLAN, ["shop/health", "shop/login"]).tests) == ["shop/health", "shop/login"]


def test_an_order_brings_nothing_with_it() -> None:
    """`after` says who is first if both run."""
    assert list(in_this_order(PLAN, ["shop/report"]).tests) == ["shop/report"]
    assert needed_by(PLAN, ["shop/order"]) == {"shop/login", "shop/cart", "shop/order"}
