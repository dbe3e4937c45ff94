"""Which tests a selection means."""

import pytest

from tests.builders import a_suite, a_test
from worker.errors import UsageError
from worker.graph import Selection, build_graph
from worker.graph.select import select

GRAPH = build_graph(
    [
        a_suite(a_test("login", tags=("smoke", "auth")), a_test("catalog", tags=("smoke",)), a_test("cart")),
        a_suite(a_test("login", suite="admin", tags=("auth",)), a_test("users", suite="admin"), key="admin"),
    ]
)


@pytest.mark.parametrize(
    ("selection", "names"),
    [
        (Selection(), {"shop/login", "shop/catalog", "shop/cart", "admin/login", "admin/users"}),
        (Selection(only=("cart",)), {"shop/cart"}),
        (Selection(only=("login",)), {"shop/login", "admin/login"}),
        (Selection(only=("shop/login",)), {"shop/login"}),
        (Selection(only=("c*", "admin/*")), {"shop/catalog", "shop/cart", "admin/login", "admin/users"}),
        (Selection(tags=("smoke",)), {"shop/login", "shop/catalog"}),
        (Selection(tags=("smoke", "auth")), {"shop/login", "shop/catalog", "admin/login"}),
        (Selection(suites=("admin",)), {"admin/login", "admin/users"}),
        (Selection(only=("login",), tags=("smoke",)), {"shop/login"}),
        (Selection(suites=("admin",), tags=("auth",)), {"admin/login"}),
    ],
)
def test_what_is_given_must_hold_together(selection: Selection, names: set[str]) -> None:
    """Several of one kind are alternatives, several kinds must all hold."""
    assert select(GRAPH.tests, selection) == names


@pytest.mark.parametrize(
    ("selection", "what", "hint"),
    [
        (Selection(only=("crat",)), "there is no test 'crat'", "did you mean 'cart'?"),
        (Selection(only=("shop/lgin",)), "there is no test 'shop/lgin'", "did you mean 'shop/login'?"),
        (Selection(only=("z*",)), "there is no test 'z*'", "one of: login, catalog, cart, users"),
        (Selection(tags=("smok",)), "no test has the tag 'smok'", "did you mean 'smoke'?"),
        (Selection(suites=("shpo",)), "there is no suite 'shpo'", "did you mean 'shop'?"),
        (
            Selection(only=("cart",), tags=("auth",)),
            "no test is all that was asked for",
            "ask for less at a time",
        ),
    ],
)
def test_a_selection_that_means_nothing_is_refused(selection: Selection, what: str, hint: str) -> None:
    """Each part of it must mean something, or a slip would run too little and be green."""
    with pytest.raises(UsageError) as caught:
        select(GRAPH.tests, selection)
    assert caught.value.what == what
    assert caught.value.hint is not None
    assert caught.value.hint.startswith(hint)


def test_tests_can_be_picked_by_what_is_known_of_them() -> None:
    """Together with other words, and whatever says `only`; there may be none left."""
    picked = {"shop/login": "it failed last time", "shop/gone": "it failed last time"}
    assert select(GRAPH.tests, Selection(picked=picked)) == {"shop/login"}
    assert select(GRAPH.tests, Selection(picked=picked, tags=("auth",))) == {"shop/login"}
    assert select(GRAPH.tests, Selection(picked=picked, only=("cart",))) == set()
    assert select(GRAPH.tests, Selection(picked={})) == set()
    focused = build_graph([a_suite(a_test("login"), a_test("cart", only=True))])
    assert select(focused.tests, Selection(picked=picked)) == {"shop/login"}
