"""What an endpoint says holds where neither the test nor its suite says so."""

from worker.models.run import ClaimedEndpoint
from worker.models.suite import Suite, Test
from worker.parsing import parse_suite
from worker.service.endpoints import with_endpoints


def a_suite(test: str = "", defaults: str = "") -> Suite:
    """A suite of one test, and what it and the suite say."""
    head = f"suite: shop\ndefaults: {{ {defaults} }}\n" if defaults else "suite: shop\n"
    return parse_suite(f"{head}tests:\n  login: {{ GET: /login{test} }}\n", path="shop.yaml")


def an_endpoint(*tests: str, **more: object) -> ClaimedEndpoint:
    """One that has patience."""
    values = {"timeout_seconds": 20.0, "retries": 3, "retry_delay_seconds": 1.5} | more
    return ClaimedEndpoint(tests=frozenset(tests), **values)  # type: ignore[arg-type]  # by its users


def login(suite: Suite, **endpoint: object) -> Test:
    """The test, with what its endpoint says."""
    return with_endpoints(suite, [an_endpoint("login", **endpoint)]).tests["login"]


def test_where_no_test_calls_an_endpoint_the_suite_is_what_it_was() -> None:
    """Nothing is made anew. Keys that the suite does not have change nothing either."""
    suite = a_suite()
    assert with_endpoints(suite, []) is suite
    assert with_endpoints(suite, [an_endpoint("gone")]).tests == suite.tests


def test_an_endpoint_says_what_test_and_suite_leave_open() -> None:
    """Timeout, retries, and the pause before them."""
    test = login(a_suite())
    assert (test.timeout_seconds, test.retries, test.retry_delay_seconds) == (20.0, 3, 1.5)
    assert "timeout" in test.said


def test_what_the_suite_says_goes_before_the_endpoint() -> None:
    """Each word for itself."""
    test = login(a_suite(defaults="timeout: 5s, retries: 0"))
    assert (test.timeout_seconds, test.retries, test.retry_delay_seconds) == (5.0, 0, 1.5)


def test_what_the_test_says_goes_before_all() -> None:
    """Also before its suite."""
    test = login(a_suite(", timeout: 1s, retry_delay: 0", defaults="timeout: 5s, retry_delay: 9s"))
    assert (test.timeout_seconds, test.retries, test.retry_delay_seconds) == (1.0, 3, 0.0)


def test_headers_of_an_endpoint_are_added_to_the_others() -> None:
    """Neither replaced nor taken away ones come back, however they are written."""
    suite = a_suite(", headers: { X-One: mine, Accept: null }", defaults="headers: { X-Two: ours }")
    headers = {"x-one": "theirs", "X-Two": "theirs", "ACCEPT": "theirs", "X-Three": True, "X-Four": 4}
    test = login(suite, headers=headers | {"X-Five": None, "X-Six": []})
    assert test.request.headers == {"X-Three": "true", "X-Four": "4", "X-Two": "ours", "X-One": "mine"}


def test_templates_in_headers_of_an_endpoint_are_uses() -> None:
    """The test waits for the token. A template that cannot be read is the affair of whoever sends it."""
    test = login(a_suite(), headers={"X-Token": "{{ tokens.access }}", "X-Bad": "{{ tokens."})
    assert [(use.path, use.field) for use in test.uses] == [(("tokens", "access"), "headers.X-Token")]


def test_an_endpoint_that_wants_to_know_who_calls_is_remembered() -> None:
    """Unless the test says who, be it nobody."""
    assert login(a_suite(), auth_type="bearer").auth_wanted == "bearer"
    assert login(a_suite(", auth: none"), auth_type="bearer").auth_wanted is None
    assert login(a_suite()).auth_wanted is None


def test_rows_call_what_their_test_calls() -> None:
    """An endpoint knows a test by the key that stands in the file; the rows are no requests of their own."""
    source = """
      suite: shop
      tests: { login: { GET: /login, rows: [{ id: a, x: 1 }, { id: b, x: 2 }] } }
    """
    suite = with_endpoints(parse_suite(source, path="shop.yaml"), [an_endpoint("login")])
    assert [test.retries for test in suite.tests.values()] == [3, 3]


def test_headers_of_an_endpoint_go_to_the_tests_own_steps() -> None:
    """Neither to those of the suite's hooks, which call something else, nor over what one of them says."""
    source = """
      suite: shop
      hooks: { before_each: [{ POST: /reset }] }
      tests: { order: { steps: [{ POST: /orders, headers: { X-One: mine } }, { GET: /orders/1 }] } }
    """
    headers = {"X-One": "theirs", "X-Two": "theirs"}
    suite = with_endpoints(parse_suite(source, path="shop.yaml"), [an_endpoint("order", headers=headers)])
    told = [dict(step.request.headers) for step in suite.tests["order"].steps]
    assert told == [{}, {"X-Two": "theirs", "X-One": "mine"}, {"X-Two": "theirs"}]
