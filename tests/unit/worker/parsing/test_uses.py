"""The names that a test's templates need, and where each of them is written."""

from tests.unit.worker.parsing.reading import problem_of_test, problems_of, suite_of, test_of
from worker.models.dependency import NameUse
from worker.models.problem import ProblemKind


def names(uses: tuple[NameUse, ...]) -> list[tuple[str, tuple[str | int, ...]]]:
    """Field and path of each use."""
    return [(use.field, use.path) for use in uses]


def test_every_part_of_a_test_may_need_names() -> None:
    """Path, query, headers, body, keys of the body, auth and expectations."""
    test = test_of("""
        POST: /users/{{ user_id }}
        query: { page: "{{ page }}" }
        headers: { X-Run: "{{ run }}" }
        json: { items: [{ id: "{{ captured_data.catalog.product_ids[0] }}" }], "{{ key }}": 1 }
        auth: { bearer: "{{ tokens.access_token }}" }
        expect: { json: { $.a: "{{ captured_data.test-2.x }}" } }
    """)
    assert names(test.uses) == [
        ("POST", ("user_id",)),
        ("query.page", ("page",)),
        ("headers.X-Run", ("run",)),
        ("json.items[0].id", ("captured_data", "catalog", "product_ids", 0)),
        ("json", ("key",)),
        ("auth.bearer", ("tokens", "access_token")),
        ("expect.json['$.a']", ("captured_data", "test-2", "x")),
    ]


def test_what_people_read_is_no_template() -> None:
    """Titles and reasons are shown as they are."""
    test = test_of('GET: /\ntitle: "{{ x }}"\ndescription: "{{ y"\nskip: "{{ z }}"')
    assert test.uses == ()


def test_a_name_stands_where_it_is_written() -> None:
    """The caret is under the name, not under the whole text."""
    (use, other) = test_of('GET: "/a/{{ base }}/{{ captured_data.login.id }}"').uses
    assert (use.where.line, use.where.column, use.where.length) == (4, 17, 4)
    assert (other.where.column, other.where.length) == (28, 22)


def test_a_name_in_a_block_of_text_has_its_own_line() -> None:
    """Also where the value is written over several lines."""
    (use,) = test_of("POST: /\ntext: |\n  one\n  two {{ name }}\n").uses
    assert (use.where.line, use.where.column, use.where.length) == (7, 14, 4)


def test_a_name_that_is_part_of_another_is_not_taken_for_it() -> None:
    """`id` is not found inside `user_id`, nor behind a dot."""
    uses = test_of('GET: "/{{ user_id }}/{{ env.id }}/{{ id }}"').uses
    assert [use.where.column for use in uses] == [15, 29, 42]


def test_a_name_that_a_template_can_do_without_is_optional() -> None:
    """`default` makes a missing name harmless."""
    (use,) = test_of('GET: /\nquery: { limit: "{{ limit | default(5) }}" }').uses
    assert use.optional


def test_a_variable_brings_what_it_needs_itself() -> None:
    """A test that uses `greeting` uses the user's name, too; and no circle is endless."""
    suite = suite_of("""
        suite: s
        variables:
          greeting: "Hello {{ name }} {{ greeting }}"
          name: "{{ captured_data.login.name }}"
          unused: "{{ tokens.x }}"
        tests:
          hello:
            POST: /
            json: { text: "{{ greeting }}" }
    """)
    uses = suite.tests["hello"].uses
    assert names(uses) == [
        ("json.text", ("greeting",)),
        ("variables.greeting", ("name",)),
        ("variables.greeting", ("greeting",)),
        ("variables.name", ("captured_data", "login", "name")),
    ]
    assert uses[-1].where.line == 5


def test_default_headers_are_used_by_every_test_that_keeps_them() -> None:
    """A test that replaces a default header does not need what the default needed."""
    suite = suite_of("""
        suite: s
        defaults: { headers: { Authorization: "Bearer {{ tokens.x }}" } }
        tests:
          keeps: { GET: / }
          replaces: { GET: /, headers: { authorization: none } }
          drops: { GET: /, headers: { Authorization: null } }
    """)
    assert names(suite.tests["keeps"].uses) == [("headers.Authorization", ("tokens", "x"))]
    assert suite.tests["replaces"].uses == ()
    assert suite.tests["drops"].uses == ()
    assert suite.tests["drops"].request.headers == {}


def test_a_mistake_in_a_default_is_told_once() -> None:
    """However many tests have it; so is one behind an alias."""
    (problem,) = problems_of("""
        suite: s
        defaults: { headers: { A: "{{ x" } }
        tests: { a: { GET: / }, b: { GET: / } }
    """)
    assert problem.kind is ProblemKind.BAD_TEMPLATE
    (problem,) = problems_of("""
        suite: s
        x-body: &body { a: "{{ x" }
        tests: { a: { POST: /, json: *body }, b: { POST: /, json: *body } }
    """)
    assert problem.where.line == 3


def test_a_template_that_cannot_be_read_is_a_problem() -> None:
    """At its place, with a hint, and once."""
    problem = problem_of_test('GET: "/{{ a b }}"')
    assert problem.kind is ProblemKind.BAD_TEMPLATE
    assert problem.hint
    problem = problem_of_test('POST: /\njson: { "{{ key": 1 }')
    assert (problem.kind, problem.where.column) == (ProblemKind.BAD_TEMPLATE, 13)


def test_a_template_in_a_variable_is_checked_though_nobody_uses_it() -> None:
    """The mistake is in the file, whoever uses it."""
    (problem,) = problems_of("suite: s\nvariables: { a: '{{ x' }\ntests: { t: { GET: / } }")
    assert problem.kind is ProblemKind.BAD_TEMPLATE


def test_json_with_escapes_still_points_at_names() -> None:
    """A pair of escapes is shorter for the parser than in the file; names before it are unharmed."""
    text = '{"suite": "s", "tests": {"a": {"POST": "/{{ x }}", "json": "\\ud83d\\ude00 {{ y }}"}}}'
    uses = suite_of(text, path="s.json").tests["a"].uses
    assert [use.path for use in uses] == [("x",), ("y",)]
    assert text[uses[0].where.column - 1] == "x"
