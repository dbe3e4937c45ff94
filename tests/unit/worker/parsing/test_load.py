"""A file becomes a Suite."""

from pathlib import Path

import pytest

from tests.unit.worker.parsing.reading import only_problem, problems_of, suite_of, test_of
from worker.errors import SuiteError
from worker.models.dependency import DependencyKind
from worker.models.environment import EnvironmentKind
from worker.models.problem import ProblemKind
from worker.models.request import AuthKind, BodyKind
from worker.models.suite import Priority
from worker.parsing import load_suite, parse_suite
from worker.parsing.load import read_suite
from worker.parsing.source import Source

SKETCH = """
    suite: shop checkout
    environments:
      local: { base_url: "http://127.0.0.1:8900" }
    defaults: { timeout: 10s, retries: 0 }
    tests:
      login:
        POST: /auth/login
        json: { email: "{{ env.email }}", password: "{{ secrets.password }}" }
        expect: { status: 200, json: { access_token: { matches: "^ey" } } }
        capture:
          tokens: { access_token: $.access_token }
          variables: { user_id: $.user.id }
      catalog:
        GET: /catalog
        auth: { bearer: "{{ tokens.access_token }}" }
        expect: { status: 200, time: "< 500ms" }
        capture: { product_ids: "$.products[*].id" }
      add-to-cart:
        POST: /cart
        json: { product_id: "{{ captured_data.catalog.product_ids[0] }}" }
        expect: { status: 201 }
"""


def test_the_sketch_is_a_suite() -> None:
    """The first file that anybody sees can be read."""
    suite = suite_of(SKETCH)
    assert (suite.key, suite.title) == ("shop-checkout", "shop checkout")
    assert list(suite.tests) == ["login", "catalog", "add-to-cart"]
    assert suite.environments["local"].base_url == "http://127.0.0.1:8900"
    assert {test.timeout_seconds for test in suite.tests.values()} == {10.0}
    assert suite.tests["login"].name == "shop-checkout/login"


def test_a_suite_says_everything_about_itself() -> None:
    """Title, key, description, tags, variables and environments."""
    suite = suite_of("""
        suite: The Shop
        key: shop
        description: words
        tags: [a, b]
        variables: { currency: EUR, sizes: [1, 2] }
        environments:
          local:
            base_url: http://127.0.0.1
            variables: { email: ada@shop.example }
            default: true
          staging:
            base_url: https://staging.shop.example/api
            kind: staging
            max_parallel: 4
            rate_limit: 10
            timeout: 5s
        tests: { ping: { GET: / } }
    """)
    assert (suite.key, suite.description, suite.tags) == ("shop", "words", ("a", "b"))
    assert suite.variables == {"currency": "EUR", "sizes": [1, 2]}
    local, staging = suite.environments.values()
    assert (local.kind, local.is_default) == (EnvironmentKind.LOCAL, True)
    assert local.variables == {"email": "ada@shop.example"}
    assert (staging.kind, staging.max_parallel) == (EnvironmentKind.STAGING, 4)
    assert (staging.rate_limit_per_second, staging.timeout_seconds) == (10.0, 5.0)


def test_a_test_that_says_nothing_has_sensible_values() -> None:
    """What everybody would expect."""
    test = test_of("GET: /health")
    assert (test.request.method, test.request.url, test.request.body_kind) == (
        "GET",
        "/health",
        BodyKind.NONE,
    )
    assert (test.timeout_seconds, test.retries, test.retry_delay_seconds) == (30.0, 0, 0.5)
    assert (test.priority, test.idempotent, test.skip_reason) == (Priority.MEDIUM, True, None)
    assert (test.request.follow_redirects, test.request.connection.verify) == (False, None)
    assert (test.title, test.tags, test.needs, test.captures) == ("", (), (), ())


def test_a_test_says_everything_about_itself() -> None:
    """Each key has its place in the model."""
    test = test_of("""
        title: A title
        description: words
        PATCH: /x
        query: { a: 1, b: [x, y] }
        headers: { X-Count: 3, X-On: true }
        text: hello
        timeout: 500ms
        retries: 2
        retry_delay: 1s
        tags: [smoke]
        priority: critical
        idempotent: false
        skip: not now
        follow_redirects: true
        verify_tls: false
        needs: [login, other/thing]
        after: [warm-up]
    """)
    assert (test.title, test.description, test.skip_reason) == ("A title", "words", "not now")
    assert (test.request.method, test.request.query) == ("PATCH", {"a": 1, "b": ["x", "y"]})
    assert test.request.headers == {"X-Count": "3", "X-On": "true"}
    assert (test.request.body_kind, test.request.body) == (BodyKind.TEXT, "hello")
    assert (test.timeout_seconds, test.retries, test.retry_delay_seconds) == (0.5, 2, 1.0)
    assert (test.tags, test.priority, test.idempotent) == (("smoke",), Priority.CRITICAL, False)
    assert (test.request.follow_redirects, test.request.connection.verify) == (True, False)
    assert [(need.name, need.kind) for need in test.needs] == [
        ("login", DependencyKind.DATA),
        ("other/thing", DependencyKind.DATA),
        ("warm-up", DependencyKind.ORDER),
    ]
    assert (test.needs[1].where.line, test.needs[1].where.column) == (19, 20)


@pytest.mark.parametrize("method", ["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"])
def test_every_usual_method_is_a_key(method: str) -> None:
    """The method and the path are one line."""
    assert test_of(f"{method}: /x").request.method == method


def test_any_other_method_is_written_out() -> None:
    """HTTP has more methods than anybody lists."""
    request = test_of("request: { method: PROPFIND, url: /files }").request
    assert (request.method, request.url) == ("PROPFIND", "/files")


def test_a_body_of_null_is_a_body() -> None:
    """JSON has a null, and an API may want it."""
    request = test_of("POST: /\njson: null").request
    assert (request.body_kind, request.body) == (BodyKind.JSON, None)


@pytest.mark.parametrize(
    ("auth", "kind", "values"),
    [
        ("none", AuthKind.NONE, {}),
        ("{ bearer: t }", AuthKind.BEARER, {"token": "t"}),
        ("{ basic: { username: u, password: p } }", AuthKind.BASIC, {"username": "u", "password": "p"}),
        ("{ header: { name: X-Key, value: v } }", AuthKind.HEADER, {"name": "X-Key", "value": "v"}),
    ],
)
def test_auth_has_four_kinds(auth: str, kind: AuthKind, values: dict[str, str]) -> None:
    """Each with the values that the request needs."""
    read = test_of(f"GET: /\nauth: {auth}").request.auth
    assert (read.kind, dict(read.values)) == (kind, values)


def test_defaults_hold_for_tests_that_do_not_say_otherwise() -> None:
    """The nearest value wins; tags are added up."""
    suite = suite_of("""
        suite: s
        tags: [suite]
        defaults:
          timeout: 1s
          retries: 2
          retry_delay: 2s
          priority: low
          tags: [default, suite]
          headers: { Accept: text/plain, X-A: a }
          follow_redirects: true
          verify_tls: false
        tests:
          plain: { GET: / }
          own:
            GET: /
            timeout: 3s
            retries: 0
            tags: [own]
            priority: high
            headers: { accept: text/html }
            follow_redirects: false
    """)
    plain, own = suite.tests["plain"], suite.tests["own"]
    assert (plain.timeout_seconds, plain.retries, plain.retry_delay_seconds) == (1.0, 2, 2.0)
    assert (plain.priority, plain.tags) == (Priority.LOW, ("suite", "default"))
    assert plain.request.headers == {"Accept": "text/plain", "X-A": "a"}
    assert (plain.request.follow_redirects, plain.request.connection.verify) == (True, False)
    assert (own.timeout_seconds, own.retries, own.priority) == (3.0, 0, Priority.HIGH)
    assert own.request.headers == {"X-A": "a", "accept": "text/html"}
    assert own.tags == ("suite", "default", "own")
    assert own.request.follow_redirects is False


def test_all_problems_come_at_once_in_the_order_of_lines() -> None:
    """Nobody likes to mend a file ten times."""
    problems = problems_of("""
        suite: s
        tests:
          one: { GET: x, retries: -1 }
          two: { POST: /, frob: 1, needs: x }
        tag: []
    """)
    assert [problem.where.line for problem in problems] == [4, 4, 5, 5, 6]


def test_one_slip_is_one_problem() -> None:
    """A misspelt method is not also a missing method."""
    assert only_problem("suite: s\ntests: { a: { get: / } }").kind is ProblemKind.UNKNOWN_KEY
    assert only_problem("sute: s\ntests: { a: { GET: / } }").kind is ProblemKind.UNKNOWN_KEY


def test_a_test_with_mistakes_is_still_known() -> None:
    """What it captures, and what it is called, stays known to the tests that build on it."""
    source = Source(
        "s.yaml",
        "suite: s\ntests:\n  a:\n    GET: x\n    capture: { id: 5 }\n  b:\n    GET: /\n    captur: {}\n",
    )
    suite = read_suite(source)
    assert suite is not None
    assert [rule.name for rule in suite.tests["a"].captures] == ["id"]
    assert suite.unreadable == {"b"}
    assert len(source.problems) == 3


def test_keys_that_begin_with_x_are_a_place_for_anchors() -> None:
    """At the top of the file, and nowhere else."""
    suite = suite_of("""
        suite: s
        x-headers: &headers { Accept: text/plain }
        tests: { t: { GET: /, headers: *headers } }
    """)
    assert suite.tests["t"].request.headers == {"Accept": "text/plain"}
    assert only_problem("suite: s\ntests: { t: { GET: /, x-y: 1 } }").kind is ProblemKind.UNKNOWN_KEY


@pytest.mark.parametrize(
    ("text", "hint"),
    [
        ("suite: s\ntests: { t: { GET: /, status: 200 } }", "put it under 'expect'"),
        ("suite: s\ntests: { t: { GET: /, bearer: x } }", "put it under 'auth'"),
        ("suite: s\nretries: 1\ntests: { t: { GET: / } }", "put it under 'defaults'"),
        ("suite: s\nbase_url: http://x\ntests: { t: { GET: / } }", "put it into one of the 'environments'"),
        ("suite: s\nPATCH: /\ntests: { t: { GET: / } }", "put it into one of the 'tests'"),
    ],
)
def test_a_key_in_the_wrong_place_is_sent_home(text: str, hint: str) -> None:
    """Most such mistakes are a level too high."""
    assert only_problem(text).hint == hint


def test_only_one_environment_is_the_default() -> None:
    """Two defaults are none."""
    problem = only_problem("""
        suite: s
        environments: { a: { default: true }, b: { default: true } }
        tests: { t: { GET: / } }
    """)
    assert "'a' is it already" in problem.what


def test_a_title_without_letters_needs_a_key() -> None:
    """A key cannot be made of every title."""
    assert (
        only_problem("suite: 店\ntests: { t: { GET: / } }").hint
        == "add 'key:' with small letters, digits and '-'"
    )
    assert suite_of("suite: 店\nkey: mise\ntests: { t: { GET: / } }").key == "mise"


def test_a_file_is_loaded_by_its_path(tmp_path: Path) -> None:
    """The path is what problems and reports call it."""
    path = tmp_path / "shop.yaml"
    path.write_text("suite: shop\ntests: { ping: { GET: / } }", encoding="utf-8")
    suite = load_suite(path)
    assert suite.path == str(path)
    assert suite.source.startswith("suite: shop")


def test_a_file_that_is_not_there_is_a_problem(tmp_path: Path) -> None:
    """Not an exception of Python's."""
    with pytest.raises(SuiteError) as caught:
        load_suite(tmp_path / "nothing.yaml")
    (problem,) = caught.value.problems
    assert problem.kind is ProblemKind.CANNOT_READ
    assert "no such file" in problem.what


def test_a_file_that_is_too_large_is_refused(tmp_path: Path) -> None:
    """Before it is read to its end."""
    path = tmp_path / "large.yaml"
    path.write_bytes(b"#" * (16 * 1024 * 1024 + 1))
    with pytest.raises(SuiteError) as caught:
        load_suite(path)
    assert "larger than 16 MiB" in caught.value.problems[0].what


def test_a_text_with_a_lone_surrogate_is_refused() -> None:
    """Such a text cannot be written to any file, but a program may hand it over."""
    with pytest.raises(SuiteError) as caught:
        parse_suite("suite: '\ud800'", path="x.yaml")
    assert "U+D800" in caught.value.problems[0].what


@pytest.mark.parametrize("value", ["'{{ a }}'", "[1, { b: 'x {{ a }}' }]", "'{% if a %}b{% endif %}'"])
def test_a_variable_of_an_environment_holds_no_template(value: str) -> None:
    """It would be sent as it stands: an environment is also kept where nobody fills templates."""
    environment = f"local: {{ variables: {{ x: {value} }} }}"
    text = f"suite: s\nenvironments: {{ {environment} }}\ntests: {{ t: {{ GET: / }} }}\n"
    with pytest.raises(SuiteError) as caught:
        parse_suite(text, path="s.yaml")
    [problem] = caught.value.problems
    assert (problem.kind, problem.where.line) == (ProblemKind.BAD_TEMPLATE, 2)
