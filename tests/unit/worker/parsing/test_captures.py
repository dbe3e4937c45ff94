"""`capture:` says what to take out of a response, and where to keep it."""

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from tests.unit.worker.parsing.reading import problem_of_test, test_of
from worker.parsing.mistake import Mistake
from worker.parsing.selectors import means_many, read_path, read_regex


def test_names_go_where_their_group_says() -> None:
    """Tokens, variables, data; a name in no group is data."""
    captures = test_of("""
        GET: /
        capture:
          tokens: { access_token: $.token }
          variables: { user_id: $.user.id }
          data: { body_text: { body: true } }
          location: { header: Location }
    """).captures
    assert [(rule.name, rule.target, rule.source, rule.expression) for rule in captures] == [
        ("access_token", CaptureTarget.TOKEN, CaptureSource.JSONPATH, "$.token"),
        ("user_id", CaptureTarget.VARIABLE, CaptureSource.JSONPATH, "$.user.id"),
        ("body_text", CaptureTarget.DATA, CaptureSource.BODY, ""),
        ("location", CaptureTarget.DATA, CaptureSource.HEADER, "Location"),
    ]


def test_a_rule_says_what_happens_without_a_value() -> None:
    """A default makes a capture optional; so does saying it. Tokens are secret without saying it."""
    captures = test_of("""
        GET: /
        capture:
          a: { jsonpath: $.a, default: 5 }
          b: { cookie: session, optional: true, secret: true }
          c: { regex: "id=([0-9]+)" }
          d: { status: true, default: null }
          tokens: { e: $.e }
    """).captures
    assert [(rule.required, rule.default, rule.secret) for rule in captures] == [
        (False, 5, False),
        (False, None, True),
        (True, None, False),
        (False, None, False),
        (True, None, True),
    ]
    assert captures[2] == CaptureRule(
        name="c", target=CaptureTarget.DATA, source=CaptureSource.REGEX, expression="id=([0-9]+)"
    )


def test_a_capture_knows_where_its_name_stands() -> None:
    """Two tests that capture one name are shown by these lines."""
    test = test_of("""
        GET: /
        capture:
          tokens: { access_token: $.token }
    """)
    (where,) = test.capture_places
    assert (where.line, where.column, where.length) == (6, 17, 12)


@pytest.mark.parametrize(
    "path",
    [
        *("$", "$.a", "$.a_b.c1", "$[0]", "$[-1].a", "$['odd key'].x", "$.*", "$[*].id", "$.a[*]"),
        *("$..id", "$.a[?@.b > 1]", "$.a[1:3]", '$["a"]', "$['a','b']", "$.a[?match(@.b, 'x.*')]"),
    ],
)
def test_a_jsonpath_of_rfc_9535_is_taken(path: str) -> None:
    """Simple ones are seen to be right; for the others the library is asked."""
    assert read_path(path) == path


@pytest.mark.parametrize("path", ["a.b", "", "$a", "$.", "$.a[", "$[01]", "$.a b", "$.{{ x }}", 5])
def test_what_is_no_jsonpath_is_refused(path: object) -> None:
    """A capture that can never find anything is found before anything is sent."""
    with pytest.raises(Mistake):
        read_path(path)


def test_a_forgotten_dollar_is_written_in_the_hint() -> None:
    """The most common slip has an answer that can be copied."""
    with pytest.raises(Mistake) as caught:
        read_path("user.id")
    assert caught.value.hint == "write $.user.id"


@pytest.mark.parametrize(
    ("path", "many"),
    [
        ("$.a[0].b", False),
        ("$['a*b'][\"c:d\"]", False),
        ("$.a[*].b", True),
        ("$..b", True),
        ("$.a[?@.x]", True),
        ("$.a[1:2]", True),
        ("$['a','b']", True),
    ],
)
def test_paths_that_may_name_several_values_are_known(path: str, many: bool) -> None:
    """They give a list, whatever the response holds."""
    assert means_many(path) is many


def test_a_pattern_must_be_a_pattern() -> None:
    """Also one that only the larger library understands is a pattern."""
    assert read_regex("^a+$") == "^a+$"
    assert read_regex(r"\p{Lu}+") == r"\p{Lu}+"
    assert read_regex("{{ pattern }} (") == "{{ pattern }} ("
    with pytest.raises(Mistake, match="not a regular expression"):
        read_regex("(")


@pytest.mark.parametrize(
    ("capture", "what"),
    [
        ("[]", "a mapping is needed here, not a list"),
        ("{ tokens: $.t }", "'tokens' is a group of captures: names and where they come from"),
        ("{ a: { header: x, body: true } }", "a capture cannot have both 'header' and 'body'"),
        ("{ a: {} }", f"a capture needs one of these keys: {', '.join(CaptureSource)}"),
        ("{ a: { heder: x } }", "'heder' is not a key of a capture"),
        ("{ a-b: $.a }", "'a-b' cannot be used in a template"),
        ("{ tokens: { a: $.a }, a: $.b }", "'a' is captured twice in this test"),
        ("{ a: 5 }", "a JSONPath or a mapping is needed here, not a number"),
    ],
)
def test_a_mistake_is_one_problem(capture: str, what: str) -> None:
    """However many ways there are to write a capture, one slip is one message."""
    assert problem_of_test(f"GET: /\ncapture: {capture}").what == what
