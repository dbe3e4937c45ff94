"""Edges that are written, and edges that follow from used names."""

import pytest

from tests.builders import a_capture, a_suite, a_test, a_token, a_use, a_variable
from worker.graph import find_problems
from worker.graph.edges import resolve, stronger
from worker.models.dependency import DependencyKind
from worker.models.graph import Dependency
from worker.models.problem import Problem, ProblemKind
from worker.models.suite import Suite

ORDER, DATA, TOKEN = DependencyKind.ORDER, DependencyKind.DATA, DependencyKind.TOKEN


def edges_of(name: str, *suites: Suite) -> dict[str, Dependency]:
    """The edges of one test; no problems are expected."""
    resolution = resolve(suites)
    assert resolution.problems == []
    return resolution.requires[name]


def kinds_of(name: str, *suites: Suite) -> dict[str, DependencyKind]:
    """The edges of one test, in short."""
    return {required: edge.kind for required, edge in edges_of(name, *suites).items()}


def only_problem(*suites: Suite) -> Problem:
    """The one problem of these suites."""
    (problem,) = resolve(suites).problems
    return problem


def test_needs_and_after_are_edges() -> None:
    """`needs` wants the other to pass, `after` only to be over."""
    suite = a_suite(a_test("a"), a_test("b"), a_test("c", needs=["a"], after=["b"]))
    assert kinds_of("shop/c", suite) == {"shop/a": DATA, "shop/b": ORDER}
    assert edges_of("shop/c", suite)["shop/b"].reasons == ("after b",)


def test_needs_may_cross_suites() -> None:
    """By the full name; a test's own suite may be named in full as well."""
    auth = a_suite(a_test("login", suite="auth"), key="auth")
    shop = a_suite(a_test("a"), a_test("b", needs=["auth/login", "shop/a"]))
    assert kinds_of("shop/b", shop, auth) == {"auth/login": DATA, "shop/a": DATA}


@pytest.mark.parametrize("root", ["tokens", "shared_auth_tokens"])
def test_a_used_token_is_a_token_edge(root: str) -> None:
    """Both spellings of it."""
    suite = a_suite(
        a_test("login", capture=[a_token("access")]),
        a_test("catalog", uses=[a_use(root, "access", field="auth.bearer")]),
    )
    edge = edges_of("shop/catalog", suite)["shop/login"]
    assert edge.kind is TOKEN
    assert edge.reasons == (f"uses {root}.access in auth.bearer",)


def test_used_data_is_a_data_edge() -> None:
    """`captured_data.catalog.ids` needs catalog, whatever it takes out of the ids."""
    suite = a_suite(
        a_test("catalog", capture=[a_capture("ids")]),
        a_test("cart", uses=[a_use("captured_data", "catalog", "ids", 0, "x", field="json.id")]),
        a_test("all", uses=[a_use("captured_data", "catalog", field="json")]),
    )
    assert edges_of("shop/cart", suite)["shop/catalog"].reasons == (
        "uses captured_data.catalog.ids in json.id",
    )
    assert kinds_of("shop/all", suite) == {"shop/catalog": DATA}


def test_data_of_another_suite_is_named_in_full() -> None:
    """`captured_data['auth/login']`; a test of the own suite is nearer."""
    auth = a_suite(a_test("login", suite="auth", capture=[a_capture("id")]), key="auth")
    shop = a_suite(
        a_test("login", capture=[a_capture("id")]),
        a_test("far", uses=[a_use("captured_data", "auth/login", "id")]),
        a_test("near", uses=[a_use("captured_data", "login", "id")]),
    )
    assert kinds_of("shop/far", auth, shop) == {"auth/login": DATA}
    assert kinds_of("shop/near", auth, shop) == {"shop/login": DATA}


@pytest.mark.parametrize("path", [("user_id",), ("shared_variables", "user_id")])
def test_a_used_variable_is_a_data_edge(path: tuple[str, ...]) -> None:
    """If exactly one other test captures it. A suite's variable of that name is further away."""
    suite = a_suite(
        a_test("login", capture=[a_variable("user_id")]),
        a_test("user", uses=[a_use(*path)]),
        variables={"user_id": 1},
    )
    assert kinds_of("shop/user", suite) == {"shop/login": DATA}


def test_what_nobody_captures_makes_no_edge() -> None:
    """It comes from the environment, or from the command line."""
    suite = a_suite(
        a_test(
            "a",
            uses=[
                a_use("email"),
                a_use("env", "email"),
                a_use("secrets", "x"),
                a_use("base_url"),
                a_use("fixture", "users", 0),
                a_use("tokens"),
                a_use("captured_data"),
                a_use("shared_variables", "x"),
            ],
        )
    )
    assert kinds_of("shop/a", suite) == {}


def test_data_captured_under_a_name_is_not_a_variable() -> None:
    """Only `variables` are reached by their bare name."""
    suite = a_suite(a_test("a", capture=[a_capture("id"), a_token("id2")]), a_test("b", uses=[a_use("id")]))
    assert kinds_of("shop/b", suite) == {}


def test_a_producer_of_the_own_suite_is_nearer() -> None:
    """Others count only when there is none."""
    auth = a_suite(a_test("login", suite="auth", capture=[a_token("access")]), key="auth")
    shop = a_suite(
        a_test("login", capture=[a_token("access")]), a_test("catalog", uses=[a_use("tokens", "access")])
    )
    far = a_suite(a_test("page", suite="far", uses=[a_use("tokens", "access")]), key="far")
    assert kinds_of("shop/catalog", auth, shop) == {"shop/login": TOKEN}
    assert kinds_of("far/page", auth, far) == {"auth/login": TOKEN}


def test_one_edge_a_pair_of_the_strongest_kind_with_all_reasons() -> None:
    """Token, then data, then order; a reason that is there twice is said once."""
    suite = a_suite(
        a_test("login", capture=[a_token("access"), a_variable("id")]),
        a_test(
            "user",
            after=["login"],
            uses=[
                a_use("id", field="GET"),
                a_use("tokens", "access", field="auth.bearer"),
                a_use("id", field="GET"),
            ],
        ),
    )
    (edge,) = edges_of("shop/user", suite).values()
    assert edge.kind is TOKEN
    assert edge.reasons == ("after login", "uses id in GET", "uses tokens.access in auth.bearer")
    assert len(edge.places) == 3


def test_an_own_capture_makes_no_edge() -> None:
    """A refresh uses the token it captures anew; it comes from the login."""
    suite = a_suite(
        a_test("login", capture=[a_token("refresh")]),
        a_test("refresh", capture=[a_token("refresh")], uses=[a_use("tokens", "refresh", field="json")]),
    )
    assert kinds_of("shop/refresh", suite) == {"shop/login": TOKEN}


@pytest.mark.parametrize("field", ["auth.bearer", "expect.json.x"])
def test_a_token_that_only_the_test_itself_captures_comes_too_late(field: str) -> None:
    """Its request is sent before, and its expectations decide whether anything is captured."""
    suite = a_suite(a_test("a", capture=[a_token("x")], uses=[a_use("tokens", "x", field=field)]))
    assert only_problem(suite).what == "only this test captures the token 'x', and it needs it before"


@pytest.mark.parametrize("field", ["GET", "expect.json.x"])
def test_captured_data_of_the_test_itself_comes_too_late(field: str) -> None:
    """A test that waits for itself, however that is written."""
    use = a_use("captured_data", "a", "x", field=field)
    suite = a_suite(a_test("a", capture=[a_capture("x")], uses=[use]))
    assert only_problem(suite).what == "only this test captures captured_data.a.x, and it needs it before"


def test_a_default_header_may_be_taken_away_from_the_test_that_makes_its_token() -> None:
    """The login cannot send what it is about to get; once, however many tests have the header."""
    use = a_use("tokens", "x", field="headers.Authorization")
    suite = a_suite(a_test("login", capture=[a_token("x")], uses=[use]), a_test("b", uses=[use]))
    (problem,) = find_problems([suite])
    assert str(problem.hint).endswith("send no such header: 'headers: { Authorization: null }'")
    nobody = a_suite(a_test("a", uses=[use]), a_test("b", uses=[use]))
    assert len(find_problems([nobody])) == 1


def test_two_producers_and_no_word_are_an_error_that_names_both() -> None:
    """Once, however often the name is used."""
    suite = a_suite(
        a_test("one", capture=[a_token("access")]),
        a_test("two", capture=[a_token("access")]),
        a_test("user", uses=[a_use("tokens", "access"), a_use("tokens", "access", field="json")]),
    )
    problem = only_problem(suite)
    assert problem.kind is ProblemKind.AMBIGUOUS_PRODUCER
    assert [related.note for related in problem.related] == ["captured by one", "captured by two"]


def test_an_explicit_need_says_which_producer_is_meant() -> None:
    """One that is needed; `after` says nothing about data."""
    producers = [a_test("one", capture=[a_token("access")]), a_test("two", capture=[a_token("access")])]
    use = a_use("tokens", "access")
    needs = a_suite(*producers, a_test("user", needs=["two"], uses=[use]))
    assert kinds_of("shop/user", needs) == {"shop/two": TOKEN}
    for unclear in (
        a_test("user", after=["two"], uses=[use]),
        a_test("user", needs=["one", "two"], uses=[use]),
    ):
        assert only_problem(a_suite(*producers, unclear)).kind is ProblemKind.AMBIGUOUS_PRODUCER


def test_unknown_tests_are_problems_with_a_near_name() -> None:
    """In `needs`, and in captured data."""
    suite = a_suite(a_test("login"), a_test("b", needs=["log in"]))
    assert only_problem(suite).hint == "did you mean 'login'?"
    suite = a_suite(a_test("login"), a_test("b", uses=[a_use("captured_data", "logn", "id")]))
    assert only_problem(suite).kind is ProblemKind.UNKNOWN_TEST


def test_a_test_of_that_key_in_another_suite_is_proposed() -> None:
    """Its full name is what to write."""
    auth = a_suite(a_test("sign-in", suite="auth"), key="auth")
    shop = a_suite(a_test("x", needs=["sign-in"]))
    assert only_problem(auth, shop).hint == "did you mean 'auth/sign-in'?"


def test_data_that_a_test_does_not_capture_is_unknown() -> None:
    """With the name that was probably meant."""
    suite = a_suite(
        a_test("catalog", capture=[a_capture("product_ids")]),
        a_test("cart", uses=[a_use("captured_data", "catalog", "product_id", 0)]),
    )
    assert only_problem(suite).hint == "did you mean 'product_ids'?"


def test_nothing_is_said_about_captures_hidden_by_a_mistake() -> None:
    """One mistake is not reported as ten."""
    catalog = a_test("catalog")
    cart = a_test("cart", uses=[a_use("captured_data", "catalog", "ids")])
    suite = a_suite(catalog, cart, unreadable=frozenset({"catalog"}))
    assert kinds_of("shop/cart", suite) == {"shop/catalog": DATA}


def test_a_token_that_nobody_captures_is_unknown() -> None:
    """Tokens come from nowhere else."""
    suite = a_suite(
        a_test("a", capture=[a_token("access_token")]), a_test("b", uses=[a_use("tokens", "acess_token")])
    )
    problem = only_problem(suite)
    assert (problem.kind, problem.hint) == (ProblemKind.UNKNOWN_NAME, "did you mean 'access_token'?")


def test_what_a_template_can_do_without_is_no_problem() -> None:
    """But if a test captures it, the edge is there."""
    optional = [
        a_use("limit", optional=True),
        a_use("tokens", "x", optional=True),
        a_use("captured_data", "nobody", "x", optional=True),
        a_use("captured_data", "login", "y", optional=True),
        a_use("id", optional=True),
    ]
    suite = a_suite(a_test("login", capture=[a_variable("id")]), a_test("b", uses=optional))
    resolution = resolve([suite])
    assert resolution.problems == []
    assert list(resolution.requires["shop/b"]) == ["shop/login"]


def test_a_test_cannot_wait_for_itself() -> None:
    """Neither by its key nor by its full name."""
    for name in ("a", "shop/a"):
        assert only_problem(a_suite(a_test("a", needs=[name]))).kind is ProblemKind.SELF_DEPENDENCY


def test_the_stronger_kind_wins() -> None:
    """Whatever comes first."""
    assert stronger(ORDER, DATA) is stronger(DATA, ORDER) is DATA
    assert stronger(TOKEN, DATA) is stronger(DATA, TOKEN) is TOKEN
