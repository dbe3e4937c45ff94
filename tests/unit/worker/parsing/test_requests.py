"""What a suite file says of requests, as the rest of Baton knows it."""

from pathlib import Path

import pytest

from worker.errors import SuiteError
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.request import AuthKind, BodyKind, Connection, CookieScope, HttpVersion, Part, Request
from worker.models.suite import Suite, Test
from worker.parsing import load_suites, parse_suite


def a_suite(test: str, *, head: str = "", path: str = "suite.yaml") -> Suite:
    """A suite of one test, written in flow style."""
    return parse_suite(f"suite: s\n{head}\ntests:\n  t: {test}\n", path=path)


def the_test(test: str, *, head: str = "") -> Test:
    """The test as it was read."""
    return a_suite(test, head=head).tests["t"]


def the_request(test: str, *, head: str = "") -> Request:
    """Its request."""
    return the_test(test, head=head).request


def test_a_test_that_says_nothing_is_plain() -> None:
    """No body, no auth, no redirects, a jar for the test, any HTTP, the usual certificates."""
    request = the_request("{ GET: / }")
    assert (request.body_kind, request.auth.kind) == (BodyKind.NONE, AuthKind.NONE)
    assert (request.follow_redirects, request.max_redirects) == (False, 10)
    assert (request.cookie_scope, request.http_version) == (CookieScope.TEST, HttpVersion.AUTO)
    assert (request.connection, request.compressed, request.gzip) == (Connection(), True, False)
    assert (request.connect_timeout_seconds, request.read_timeout_seconds) == (None, None)


@pytest.mark.parametrize(
    ("body", "kind", "value"),
    [
        ("json: null", BodyKind.JSON, None),
        ("text: ''", BodyKind.TEXT, ""),
        ("form: { a: [1, x], b: null }", BodyKind.FORM, {"a": [1, "x"], "b": None}),
        ("xml: <a/>", BodyKind.XML, "<a/>"),
        ("graphql: '{ a }'", BodyKind.GRAPHQL, {"query": "{ a }"}),
        (
            "graphql: { query: 'query A { a }', variables: { x: 1 }, operation: A }",
            BodyKind.GRAPHQL,
            {"query": "query A { a }", "variables": {"x": 1}, "operation": "A"},
        ),
    ],
)
def test_a_body_is_known_by_its_word(body: str, kind: BodyKind, value: object) -> None:
    """One word, one kind."""
    request = the_request(f"{{ POST: /, {body} }}")
    assert (request.body_kind, request.body) == (kind, value)


def test_parts_have_their_names_in_a_mapping_or_in_a_list() -> None:
    """A name may stand for several parts."""
    mapped = the_request(
        "{ POST: /, multipart: { a: 1, b: { file: x.png, filename: y.png, type: image/png },"
        " c: [{ text: one }, two, { file: z.bin }] } }"
    )
    listed = the_request("{ POST: /, multipart: [{ name: a, text: '1' }, { name: b, file: x.png }] }")
    assert mapped.parts == (
        Part(name="a", text="1"),
        Part(name="b", file="x.png", filename="y.png", content_type="image/png"),
        Part(name="c", text="one"),
        Part(name="c", text="two"),
        Part(name="c", file="z.bin"),
    )
    assert listed.parts == (Part(name="a", text="1"), Part(name="b", file="x.png"))


def test_a_file_is_a_body() -> None:
    """By its path, or with its type."""
    assert the_request("{ PUT: /, file: a.png }").parts == (Part(file="a.png"),)
    typed = the_request("{ PUT: /, file: { path: a.bin, type: x/y } }")
    assert typed.parts == (Part(file="a.bin", content_type="x/y"),)


def test_paths_begin_at_the_folder_of_the_suite() -> None:
    """And are known from the folder of the run; the suite lists them with their places."""
    suite = a_suite("{ PUT: /, file: ../shared/cat.png, tls: { ca: ca.pem } }", path="tests/api/suite.yaml")
    assert [use.path for use in suite.files] == ["tests/shared/cat.png", "tests/api/ca.pem"]
    assert [(use.where.line, use.where.column) for use in suite.files] == [(4, 22), (4, 52)]
    assert suite.tests["t"].request.parts[0].file == "tests/shared/cat.png"


def test_files_are_looked_for_where_there_are_files(tmp_path: Path) -> None:
    """Of a text that came from elsewhere nobody knows; of a folder they must be there."""
    text = "suite: s\ntests:\n  t: { PUT: /, file: cat.png }\n"
    assert parse_suite(text, path="suite.yaml").files
    (tmp_path / "suite.yaml").write_text(text)
    with pytest.raises(SuiteError) as caught:
        load_suites([tmp_path])
    [problem] = caught.value.problems
    assert problem.what.endswith("cat.png: there is no such file")
    (tmp_path / "cat.png").touch()
    assert load_suites([tmp_path])


@pytest.mark.parametrize(
    ("auth", "kind", "values"),
    [
        ("none", AuthKind.NONE, {}),
        ("{ bearer: x }", AuthKind.BEARER, {"token": "x"}),
        (
            "{ api_key: { name: k, value: v, in: query } }",
            AuthKind.API_KEY,
            {"name": "k", "value": "v", "in": "query"},
        ),
        (
            "{ oauth2: { token_url: /t, client_id: c, client_secret: s, scope: [a, b] } }",
            AuthKind.OAUTH2,
            {
                "grant": "client_credentials",
                "token_url": "/t",
                "client_id": "c",
                "client_secret": "s",
                "scope": "a b",
            },
        ),
        (
            "{ digest: { username: u, password: p } }",
            AuthKind.DIGEST,
            {"username": "u", "password": "p"},
        ),
        (
            "{ aws: { access_key: a, secret_key: s, region: r, service: x } }",
            AuthKind.AWS,
            {"access_key": "a", "secret_key": "s", "region": "r", "service": "x"},
        ),
    ],
)
def test_auth_is_known_by_its_word(auth: str, kind: AuthKind, values: dict[str, str]) -> None:
    """One word, one kind, with all that it says."""
    request = the_request(f"{{ GET: /, auth: {auth} }}")
    assert (request.auth.kind, request.auth.values) == (kind, values)


def test_a_test_wins_over_the_defaults() -> None:
    """In each thing that it says itself; the others hold."""
    head = (
        "defaults: { auth: { bearer: x }, timeout: { connect: 1s, total: 9s }, cookie_jar: run,"
        " http_version: 2, proxy: 'http://p:1', tls: { ca: a.pem }, follow_redirects: true,"
        " max_redirects: 3 }"
    )
    plain = the_test("{ GET: / }", head=head)
    own = the_test(
        "{ GET: /, auth: none, timeout: { read: 2s, total: 4s }, cookie_jar: off, http_version: 1.1,"
        " proxy: none, verify_tls: false, max_redirects: 1 }",
        head=head,
    )
    assert plain.request.auth.kind is AuthKind.BEARER
    assert (plain.timeout_seconds, plain.request.connect_timeout_seconds) == (9, 1)
    assert plain.request.connection == Connection(proxy="http://p:1", ca="a.pem")
    assert (plain.request.http_version, plain.request.max_redirects) == (HttpVersion.HTTP_2, 3)
    assert own.request.auth.kind is AuthKind.NONE
    assert own.timeout_seconds == 4
    assert (own.request.connect_timeout_seconds, own.request.read_timeout_seconds) == (1, 2)
    assert own.request.connection == Connection(proxy="", verify=False, ca="a.pem")
    assert (own.request.http_version, own.request.cookie_scope) == (HttpVersion.HTTP_1_1, CookieScope.OFF)


def test_an_environment_says_how_it_is_reached() -> None:
    """Templates are filled when it is used: no secret is in a file."""
    head = (
        "environments: { office: { proxy: 'http://{{ secrets.p }}@p:1',"
        " tls: { certificate: c.pem, key: c.key, password: '{{ secrets.k }}' } } }"
    )
    suite = a_suite("{ GET: / }", head=head)
    assert suite.environments["office"].connection == Connection(
        proxy="http://{{ secrets.p }}@p:1",
        certificate="c.pem",
        key="c.key",
        password="{{ secrets.k }}",
    )
    assert [use.path for use in suite.files] == ["c.pem", "c.key"]


def test_names_in_default_auth_are_needed_by_the_tests_that_take_it() -> None:
    """So that they wait for the login, and the login does not wait for itself."""
    suite = parse_suite(
        "suite: s\ndefaults: { auth: { bearer: '{{ tokens.t }}' } }\n"
        "tests:\n  login: { POST: /, auth: none }\n  me: { GET: / }\n",
        path="s.yaml",
    )
    assert suite.tests["login"].uses == ()
    assert [use.path for use in suite.tests["me"].uses] == [("tokens", "t")]


@pytest.mark.parametrize(
    "test",
    [
        "{ POST: /, form: { a: '{{ x }}' } }",
        "{ POST: /, multipart: { a: { text: '{{ x }}' } } }",
        "{ POST: /, xml: '<a>{{ x }}</a>' }",
        "{ POST: /, graphql: { query: '{ a }', variables: { b: '{{ x }}' } } }",
        "{ GET: /, cookies: { a: '{{ x }}' } }",
        "{ GET: /, proxy: 'http://{{ x }}' }",
        "{ GET: /, tls: { certificate: a.pem, password: '{{ x }}' } }",
        "{ GET: /, auth: { digest: { username: '{{ x }}', password: p } } }",
    ],
)
def test_every_part_of_a_request_may_need_names(test: str) -> None:
    """And is seen to need them before anything is sent."""
    assert [use.path for use in the_test(test).uses] == [("x",)]


def graphql_checks(test: str) -> list[Expectation]:
    """What is expected of GraphQL."""
    return [each for each in the_test(test).expectations if each.kind is ExpectationKind.GRAPHQL]


def test_graphql_expects_no_errors() -> None:
    """Without a word; the limit of complexity is one more expectation, at its own place."""
    [errors, limit] = graphql_checks("{ POST: /, graphql: { query: '{ a }', max_complexity: 5 } }")
    assert (errors.subject, errors.expected, errors.where.column) == ("errors", False, 17)
    assert (limit.subject, limit.expected) == ("complexity", 5)


@pytest.mark.parametrize(
    "expect",
    [
        "json: { errors: { length: 1 } }",
        "json: { '$.errors[0].message': gone }",
        "status: 400",
        "status: 4xx",
        "json_exactly: { errors: [] }",
    ],
)
def test_a_test_may_expect_errors(expect: str) -> None:
    """By speaking of them, or by wanting a status that is not 2xx."""
    assert graphql_checks(f"{{ POST: /, graphql: '{{ a }}', expect: {{ {expect} }} }}") == []


@pytest.mark.parametrize("expect", ["status: 200", "status: [200, 201]", "json: { data: {} }", "time: < 1s"])
def test_a_test_that_does_not_speak_of_errors_expects_none(expect: str) -> None:
    """Whatever else it expects."""
    assert len(graphql_checks(f"{{ POST: /, graphql: '{{ a }}', expect: {{ {expect} }} }}")) == 1


@pytest.mark.parametrize(
    ("graphql", "said"),
    [
        ("'query A { a } query B { b }'", "the query has several operations"),
        ("{ query: 'query A { a }', operation: Z }", "the query has no operation 'Z'"),
        ("'fragment F on T { a }'", "the query has no operation"),
        ("{ query: 'query A { a } query B { b }', operation: B }", None),
        ("{ query: 'query A { a }', operation: '{{ x }}' }", None),
        ("{ query: '{{ x }}', operation: Z }", None),
    ],
)
def test_an_operation_that_is_not_there_is_told_before_anything_is_sent(
    graphql: str, said: str | None
) -> None:
    """As far as the document and the name are known by then."""
    text = f"suite: s\ntests: {{ t: {{ POST: /, graphql: {graphql} }} }}\n"
    found = None
    try:
        parse_suite(text, path="s.yaml")
    except SuiteError as error:
        [problem] = error.problems
        found = problem.what
    assert found == said
