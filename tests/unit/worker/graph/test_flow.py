"""Rows, hooks, undos and `only` in the graph."""

import pytest

from tests.flows import a_written_suite
from worker.errors import SuiteError, UsageError
from worker.graph import build_graph, find_problems, make_plan
from worker.models.environment import Environment, EnvironmentKind
from worker.models.graph import Plan, Selection
from worker.models.suite import Suite

ROWS = """
login: { rows: [{ id: ada }, { id: bob }], POST: "/{{ row.id }}", capture: { user: $.id } }
audit: { GET: /audit, needs: [login] }
one: { GET: "/{{ captured_data['login[ada]'].user }}" }
"""


def keys(plan: Plan) -> list[str]:
    """The keys of the planned tests."""
    return [test.key for test in plan.tests.values()]


def required(suite: Suite, key: str) -> dict[str, str]:
    """What a test waits for, each with its kind."""
    edges = build_graph([suite]).requires[f"{suite.key}/{key}"]
    return {name.partition("/")[2]: edge.kind.value for name, edge in edges.items()}


def test_whoever_needs_a_test_with_rows_waits_for_all_of_them() -> None:
    """And a row may be named for itself."""
    suite = a_written_suite(ROWS)
    assert required(suite, "audit") == {"login[ada]": "data", "login[bob]": "data"}
    assert required(suite, "one") == {"login[ada]": "data"}


def problems_of(tests: str) -> list[str]:
    """What is wrong with these tests together."""
    return [problem.what for problem in find_problems([a_written_suite(tests)], known_names=())]


def test_rows_of_one_test_are_no_producers_of_one_another() -> None:
    """Each has its own, and has it too late for its own request."""
    tests = 't: { rows: [{ id: a }, { id: b }], GET: "/{{ x }}", capture: { variables: { x: $.x } } }'
    assert problems_of(tests) == ["only this test captures 'x', and it needs it before"]


def test_a_name_that_all_rows_capture_is_ambiguous() -> None:
    """So is one that steps of two tests capture, though each of them uses its own."""
    rows = """
        t: { rows: [{ id: a }, { id: b }], GET: /, capture: { variables: { x: $.x } } }
        u: { GET: "/{{ x }}" }
    """
    assert problems_of(rows) == ["several tests capture the variable 'x': t[a], t[b]"]
    steps = """
        a: { steps: [{ GET: /, capture: { variables: { x: $.x } } }, { GET: "/{{ x }}" }] }
        b: { steps: [{ GET: /, capture: { variables: { x: $.x } } }, { GET: "/{{ x }}" }] }
        c: { GET: "/{{ x }}" }
    """
    assert problems_of(steps) == ["several tests capture the variable 'x': a, b"]


@pytest.mark.parametrize(
    ("pattern", "selected"),
    [
        ("login", ["login[ada]", "login[bob]"]),
        ("s/login", ["login[ada]", "login[bob]"]),
        ("log*", ["login[ada]", "login[bob]"]),
        ("login[ada]", ["login[ada]"]),
        ("s/login[ada]", ["login[ada]"]),
        ("login[b*]", ["login[bob]"]),
        ("audit", ["login[ada]", "login[bob]", "audit"]),
    ],
)
def test_rows_are_selected_by_their_names(pattern: str, selected: list[str]) -> None:
    """One of them, some, or all."""
    assert keys(make_plan([a_written_suite(ROWS)], Selection(only=(pattern,)))) == selected


UNDO = """
order: { POST: /orders, cleanup: { DELETE: /orders, auth: { bearer: "{{ tokens.admin }}" } } }
login: { POST: /login, capture: { tokens: { admin: $.t } } }
other: { GET: /other }
"""


def test_what_an_undo_needs_is_in_the_run_but_nobody_waits_for_it() -> None:
    """It keeps its own undo until that one is over."""
    suite = a_written_suite(UNDO)
    plan = make_plan([suite], Selection(only=("order",)))
    assert keys(plan) == ["order", "login"]
    assert plan.requires["s/order"] == {}
    assert list(plan.undo_requires["s/order"]) == ["s/login"]
    assert plan.required_only == {"s/login"}


def test_an_undo_may_need_what_comes_later() -> None:
    """Which is no circle: it is over by then."""
    tests = """
        order: { POST: /, capture: { id: $.id }, cleanup: { DELETE: "/{{ captured_data.bill.id }}" } }
        bill: { POST: "/{{ captured_data.order.id }}", capture: { id: $.id } }
    """
    assert problems_of(tests) == []


def test_an_undo_that_needs_what_nobody_provides_is_a_problem() -> None:
    """Before anything is sent."""
    assert problems_of('t: { POST: /, cleanup: { DELETE: "/{{ nothing }}" } }') == [
        "nothing provides 'nothing'"
    ]


HOOKS = "hooks: { before_all: [{ POST: /begin }], after_all: [{ POST: /end }] }"


@pytest.mark.parametrize("selection", [Selection(only=("b",)), Selection(tags=("x",))])
def test_hooks_come_with_the_tests_of_their_suite(selection: Selection) -> None:
    """Whatever was selected."""
    suite = a_written_suite("a: { GET: / }\nb: { GET: /, tags: [x] }", head=HOOKS)
    plan = make_plan([suite], selection)
    assert keys(plan) == ["before-all", "b", "after-all"]
    assert plan.required_only == {"s/before-all", "s/after-all"}


def test_a_hook_that_needs_a_test_it_comes_before_is_a_circle() -> None:
    """With the way round in the file's own lines."""
    head = 'hooks: { before_all: [{ POST: "/{{ captured_data.a.id }}" }] }'
    with pytest.raises(SuiteError) as caught:
        build_graph([a_written_suite("a: { GET: /, capture: { id: $.id } }", head=head)])
    [problem] = caught.value.problems
    assert problem.what == "these tests wait for each other: before-all → a → before-all"


FOCUS = "a: { GET: /, only: true, needs: [b] }\nb: { GET: / }\nc: { GET: /, tags: [x] }"


def test_only_leaves_all_other_tests_out() -> None:
    """But what it needs; and the plan says so."""
    plan = make_plan([a_written_suite(FOCUS)])
    assert (keys(plan), plan.required_only) == (["b", "a"], frozenset({"s/b"}))
    assert plan.notices == ("'only: true' (s.yaml:4:3) leaves out 1 of 3 tests",)


def test_who_asks_for_a_test_by_name_gets_it() -> None:
    """Whatever the file says of others."""
    plan = make_plan([a_written_suite(FOCUS)], Selection(only=("c",)))
    assert (keys(plan), plan.notices) == (["c"], ())


def test_a_selection_that_only_leaves_nothing_of_is_refused() -> None:
    """With the line that does it."""
    with pytest.raises(UsageError) as caught:
        make_plan([a_written_suite(FOCUS)], Selection(tags=("x",)))
    assert caught.value.hint == "'only: true' in s.yaml:4:3 leaves all others out"


def test_only_can_be_forbidden() -> None:
    """It is for the work on one test, not for everybody."""
    [problem] = find_problems([a_written_suite(FOCUS)], forbid_only=True)
    assert problem.what == "'only: true' of 'a' leaves all other tests out"


def test_a_test_that_may_not_run_here_needs_nothing_from_here() -> None:
    """What its own environments have, this one may lack."""
    suite = a_written_suite('t: { GET: "/{{ env.x }}", requires: { environment: staging } }')
    here, there = Environment(name="a"), Environment(name="b", kind=EnvironmentKind.STAGING)
    assert find_problems([suite], known_names=(), environment=here) == ()
    assert len(find_problems([suite], known_names=(), environment=there)) == 1
