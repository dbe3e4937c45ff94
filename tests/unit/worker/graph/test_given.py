"""Names that no test captures must come from elsewhere."""

import pytest

from tests.builders import a_capture, a_suite, a_test, a_token, a_use, a_variable, an_environment
from worker.graph import Selection, find_problems
from worker.models.environment import Service
from worker.models.problem import Problem
from worker.models.suite import Suite


def only_problem(suite: Suite, *, known_names: set[str]) -> Problem:
    """The one problem of this suite, if these variables are known."""
    (problem,) = find_problems([suite], known_names=known_names)
    return problem


def test_bare_names_are_checked_against_what_is_known() -> None:
    """If somebody knows it. Functions are proposed with their brackets."""
    suite = a_suite(a_test("a", uses=[a_use("emial")]), variables={"currency": "EUR"})
    assert find_problems([suite]) == ()
    assert only_problem(suite, known_names={"email"}).hint == "did you mean 'email'?"
    call = a_suite(a_test("a", uses=[a_use("uuid")]))
    assert only_problem(call, known_names=set()).hint == "call the function: uuid()"
    postman = a_suite(a_test("a", uses=[a_use("baseUrl")]))
    assert only_problem(postman, known_names=set()).hint == "did you mean 'base_url'?"
    root = a_suite(a_test("a", uses=[a_use("token", "id")]))
    assert only_problem(root, known_names=set()).hint == "did you mean 'tokens'?"
    of_a_test = a_suite(a_test("login"), a_test("a", uses=[a_use("login", "id")]))
    hint = "what that test captures stands under captured_data.login"
    assert only_problem(of_a_test, known_names=set()).hint == hint
    for known in (a_use("email"), a_use("currency"), a_use("shared_variables", "email"), a_use("base_url")):
        fine = a_suite(a_test("a", uses=[known]), variables={"currency": "EUR"})
        assert find_problems([fine], known_names={"email"}) == ()


@pytest.mark.parametrize(("root", "kind"), [("env", "variable"), ("secrets", "secret")])
def test_what_the_environment_lacks_is_said_before_anything_is_sent(root: str, kind: str) -> None:
    """If somebody knows what it has. What a template can do without may be missing."""
    suite = a_suite(a_test("a", uses=[a_use(root, "pasword"), a_use(root, "other", optional=True)]))
    known = {"password"}
    (problem,) = find_problems([suite], known_names=known, known_secrets=known)
    assert problem.what == f"the environment has no {kind} 'pasword'"
    assert problem.hint == "did you mean 'password'?"
    assert find_problems([suite]) == ()
    fine = a_suite(a_test("a", uses=[a_use(root, "password")]))
    assert find_problems([fine], known_names=known, known_secrets=known) == ()


def test_a_name_is_reported_once_a_test() -> None:
    """However often the test uses it."""
    uses = [a_use("x", "y"), a_use("x", "z"), a_use("env", "x"), a_use("env", "x", 0)]
    assert len(find_problems([a_suite(a_test("a", uses=uses))], known_names=())) == 2


def test_tests_that_are_not_run_need_nothing() -> None:
    """Neither those that a selection leaves out, nor those that are skipped."""
    suite = a_suite(
        a_test("login", uses=[a_use("secrets", "password")], capture=[a_token("t")]),
        a_test("me", uses=[a_use("tokens", "t")]),
        a_test("health"),
        a_test("later", uses=[a_use("secrets", "other")], skip_reason="not yet"),
    )
    assert find_problems([suite], known_secrets=(), selection=Selection(only=("health",))) == ()
    for only in ("login", "me"):
        assert len(find_problems([suite], known_secrets=(), selection=Selection(only=(only,)))) == 1
    assert len(find_problems([suite], known_secrets=(), selection=Selection(only=("nothing",)))) == 1


def test_a_variable_that_only_the_test_itself_captures_comes_too_late() -> None:
    """Unless it comes from elsewhere as well."""
    capture = [a_variable("id")]
    late = a_suite(a_test("a", capture=capture, uses=[a_use("id", field="GET")]))
    assert (
        only_problem(late, known_names=set()).what == "only this test captures 'id', and it needs it before"
    )
    assert find_problems([late], known_names={"id"}) == ()


def test_a_name_captured_otherwise_is_explained() -> None:
    """A token is no variable: the hint says how it is reached."""
    suite = a_suite(a_test("a", capture=[a_token("t"), a_capture("d")]), a_test("b", uses=[a_use("t")]))
    assert only_problem(suite, known_names=set()).hint == "write tokens.t"
    suite = a_suite(a_test("a", capture=[a_capture("dd")]), a_test("b", uses=[a_use("dd")]))
    assert only_problem(suite, known_names=set()).hint == "write captured_data.a.dd"


@pytest.mark.parametrize(
    ("name", "way"),
    [
        ("password", "BATON_SECRET_PASSWORD or --secrets-file;"),
        ("client-key", "give it with --secrets-file;"),
        ("key", "give it with --secrets-file;"),
    ],
)
def test_a_missing_secret_says_all_ways_to_give_it(name: str, way: str) -> None:
    """To a run of one's own, and to those of a project; never a variable that cannot be."""
    suite = a_suite(a_test("a", uses=[a_use("secrets", name)]))
    (problem,) = find_problems([suite], known_secrets=())
    assert problem.hint is not None
    assert way in problem.hint
    assert problem.hint.endswith(f"baton secret set {name}")


def test_services_are_looked_for_in_all_environments_where_none_is_chosen() -> None:
    """Where none of them has any, and for tests that run elsewhere, nobody knows."""
    local = an_environment(name="local", services={"billing": Service(base_url="http://127.0.0.1:1")})
    bare = an_environment(name="ci")
    suite = a_suite(
        a_test("wrong", uses=[a_use("services", "biling")]),
        a_test("right", uses=[a_use("services", "billing")]),
        a_test("here", uses=[a_use("services", "crm")], environments=("local",)),
        a_test("elsewhere", uses=[a_use("services", "crm")], environments=("staging",)),
    )
    found = find_problems([suite], known_places=[bare, local])
    assert [(problem.what, problem.hint) for problem in found] == [
        ("no environment of these suites has the service 'biling'", "did you mean 'billing'?"),
        ("no environment of these suites has the service 'crm'", "they have billing"),
    ]
    assert find_problems([suite], known_places=[bare]) == ()
    assert find_problems([suite]) == ()
