"""What is said of a choice of tests."""

from tests.builders import a_suite, a_test
from worker.graph import Plan, Selection, make_plan

SUITE = a_suite(a_test("login"), a_test("cart", needs=["login"]), a_test("order", needs=["cart"]))


def picked(**why: str) -> Plan:
    """A plan of these tests, each picked for a reason."""
    return make_plan([SUITE], Selection(picked={f"shop/{key}": reason for key, reason in why.items()}))


def test_picked_tests_are_told_by_their_reasons_with_what_they_bring() -> None:
    """In the order of the files."""
    plan = picked(order="it failed last time", cart="its words are different", gone="it failed last time")
    assert plan.choice == (
        "Picked, because its words are different: cart",
        "Picked, because it failed last time: order",
        "With what they need: login",
        "No longer there: shop/gone",
    )
    assert plan.required_only == {"shop/login"}


def test_where_nothing_was_picked_that_is_said() -> None:
    """The plan is empty, and there is nothing wrong with that."""
    plan = picked()
    assert plan.choice == ("No test was picked, so there is nothing to run.",)
    assert not plan.tests


def test_many_are_counted() -> None:
    """A notice is a line."""
    suite = a_suite(*(a_test(f"t{number}") for number in range(9)))
    plan = make_plan([suite], Selection(picked={name: "it is new" for name in make_plan([suite]).tests}))
    assert plan.choice == ("Picked, because it is new: t0, t1, t2, t3 and 5 more",)


def test_nothing_is_said_where_nobody_picked() -> None:
    """Words of a selection need no explanation."""
    assert make_plan([SUITE], Selection(only=("cart",))).choice == ()
