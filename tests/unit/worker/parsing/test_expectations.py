"""`expect:` is taken apart into single expectations."""

import pytest

from context.values import JsonValue
from tests.unit.worker.parsing.reading import problem_of_test, test_of
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.parsing.expect_json import step_to
from worker.parsing.operands import is_predicate


def expected(lines: str) -> tuple[Expectation, ...]:
    """The expectations of a test with these lines under `expect`."""
    return test_of("GET: /\nexpect:\n" + "".join(f"  {line}\n" for line in lines.splitlines())).expectations


def json_of(text: str) -> list[tuple[str, Operator, JsonValue]]:
    """What is expected of a JSON body, in short."""
    found = expected(f"json: {text}")
    return [(one.subject, one.operator, one.expected) for one in found if one.kind is ExpectationKind.JSON]


def test_without_a_word_the_status_must_be_2xx() -> None:
    """A test that expects nothing still fails when the API says 500."""
    for test in (test_of("GET: /"), test_of("GET: /\nexpect: { time: < 1s }")):
        status = test.expectations[0]
        assert status.kind is ExpectationKind.STATUS
        assert (status.operator, status.expected) == (Operator.STATUS_CLASS, "2xx")
        assert status.where == test.where


def test_a_status_that_is_named_stands_where_it_is_written() -> None:
    """A failure points into the file."""
    (status,) = expected("status: 201")
    assert (status.operator, status.expected) == (Operator.EQUALS, 201)
    assert (status.where.line, status.where.column, status.where.length) == (6, 15, 3)


def test_headers_are_compared_as_text_or_asked() -> None:
    """A number in the file is the text that a header has."""
    found = expected("headers: { X-Count: 5, Content-Type: { contains: json, not: text/html } }")
    headers = [(one.subject, one.operator, one.expected) for one in found[1:]]
    assert headers == [
        ("X-Count", Operator.EQUALS, "5"),
        ("Content-Type", Operator.CONTAINS, "json"),
        ("Content-Type", Operator.NOT, "text/html"),
    ]


def test_time_is_in_seconds() -> None:
    """Whatever unit it was written in."""
    (_, time) = expected('time: "< 500ms"')
    assert (time.kind, time.operator, time.expected) == (ExpectationKind.TIME, Operator.LESS, 0.5)


def test_a_mapping_is_a_subset() -> None:
    """Every leaf is an expectation of its own, so that all that differs is shown."""
    assert json_of("{ user: { id: 7, name: { first: ada } }, ok: true, none: null }") == [
        ("$.user.id", Operator.EQUALS, 7),
        ("$.user.name.first", Operator.EQUALS, "ada"),
        ("$.ok", Operator.EQUALS, True),
        ("$.none", Operator.EQUALS, None),
    ]


def test_a_mapping_of_operators_is_a_predicate() -> None:
    """All its operators must hold."""
    assert json_of("{ id: { type: integer, greater: 0 }, name: { matches: '^a', length: 3 } }") == [
        ("$.id", Operator.TYPE, "integer"),
        ("$.id", Operator.GREATER, 0),
        ("$.name", Operator.MATCHES, "^a"),
        ("$.name", Operator.LENGTH, 3),
    ]


def test_the_whole_body_can_be_asked_or_compared() -> None:
    """At the top stands the same as anywhere below."""
    assert json_of("{ equals: { a: 1 } }") == [("$", Operator.EQUALS, {"a": 1})]
    assert json_of("{}") == [("$", Operator.TYPE, "object")]
    assert json_of("5") == [("$", Operator.EQUALS, 5)]
    assert json_of("null") == [("$", Operator.EQUALS, None)]


def test_lists_have_the_same_length() -> None:
    """A list of plain values is compared as a whole; one with mappings element by element."""
    assert json_of("[1, [2, 3], x]") == [("$", Operator.EQUALS, [1, [2, 3], "x"])]
    assert json_of("{ a: [{ id: 1 }, { type: string }, 3] }") == [
        ("$.a", Operator.LENGTH, 3),
        ("$.a[0].id", Operator.EQUALS, 1),
        ("$.a[1]", Operator.TYPE, "string"),
        ("$.a[2]", Operator.EQUALS, 3),
    ]
    assert json_of("[]") == [("$", Operator.EQUALS, [])]


def test_odd_keys_become_odd_paths() -> None:
    """Any key of a JSON body can be named."""
    assert json_of('{ "odd key": 1, "it\'s": 2, "a.b": { c-d: 3 } }') == [
        ("$['odd key']", Operator.EQUALS, 1),
        (r"$['it\'s']", Operator.EQUALS, 2),
        ("$['a.b']['c-d']", Operator.EQUALS, 3),
    ]
    assert step_to("two\nlines") == "['two\\u000alines']"


def test_a_key_may_be_a_jsonpath() -> None:
    """It begins where it stands; several values are compared as a list."""
    assert json_of("{ '$.a[0].b': 1, '$.items[*].id': { unique: true }, c: { $.d: 2 } }") == [
        ("$.a[0].b", Operator.EQUALS, 1),
        ("$.items[*].id", Operator.UNIQUE, True),
        ("$.c.d", Operator.EQUALS, 2),
    ]
    assert json_of("{ '$.items[*].id': [1, 2], '$..x': '{{ ids }}' }") == [
        ("$.items[*].id", Operator.EQUALS, [1, 2]),
        ("$..x", Operator.EQUALS, "{{ ids }}"),
    ]


def test_a_dollar_alone_does_not_make_a_path() -> None:
    """`$ref` and `$schema` are keys that many APIs have."""
    assert json_of("{ $ref: x }") == [("$['$ref']", Operator.EQUALS, "x")]


def test_templates_stand_for_values() -> None:
    """What is not known yet cannot have the wrong type."""
    assert json_of('{ a: { greater: "{{ n }}", between: ["{{ a }}", 5], type: "{{ t }}" } }') == [
        ("$.a", Operator.GREATER, "{{ n }}"),
        ("$.a", Operator.BETWEEN, ["{{ a }}", 5]),
        ("$.a", Operator.TYPE, "{{ t }}"),
    ]


@pytest.mark.parametrize(
    ("keys", "answer"),
    [
        (["type"], True),
        (["type", "length"], True),
        (["matches", "lenght"], True),
        (["type", "name"], False),
        (["name"], False),
        (["lenght"], False),
        (["class"], False),
        ([], False),
    ],
)
def test_a_predicate_is_known_by_its_words(keys: list[str], answer: bool) -> None:
    """One operator beside another field is a field that happens to have such a name."""
    assert is_predicate(dict.fromkeys(keys)) is answer


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("{ a: { matches: '(' } }", "'(' is not a regular expression: missing )"),
        ("{ a: { between: [1, 2, 3] } }", "'between' takes two numbers"),
        ("{ a: { between: [1, x] } }", "a number is needed here, not a text"),
        ("{ a: { between: [2, 1] } }", "nothing is between these: the first is greater"),
        ("{ a: { type: text } }", "'text' is not a JSON type"),
        ("{ a: { length: 1.5 } }", "a whole number is needed here, not a number"),
        ("{ a: { length: -1 } }", "a length cannot be less than 0"),
        ("{ a: { one_of: [] } }", "'one_of' takes a list of values"),
        ("{ a: { sorted: up } }", "'sorted' takes a direction"),
        ("{ a: { exists: 1 } }", "true or false is needed here, not a number"),
        ("{ '$.a[': 1 }", "'$.a[' is not a JSONPath"),
        ("{ '$..a': 1 }", "$..a may name several values, which are compared as a list"),
        ("{ '$..a': { b: 1 } }", "$..a may name several values, which are compared as a list"),
        ("{ '$..a': [{ b: 1 }] }", "$..a may name several values, which are compared as a list"),
    ],
)
def test_a_mistake_is_one_problem(text: str, what: str) -> None:
    """Values are checked for what the operator can compare with."""
    problem = problem_of_test(f"GET: /\nexpect: {{ json: {text} }}")
    assert problem.what.startswith(what)
    assert problem.hint


def test_null_is_a_type() -> None:
    """`type: null` says what it looks like, quotes or not."""
    assert json_of("{ a: { type: null } }") == [("$.a", Operator.TYPE, "null")]
    assert json_of("{ a: { sorted: true } }") == [("$.a", Operator.SORTED, "ascending")]
