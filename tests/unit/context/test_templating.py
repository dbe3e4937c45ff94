"""Texts filled with what a run knows."""

import subprocess
import sys
from collections.abc import Mapping

import pytest

from context.errors import TemplateError, UndefinedName
from context.templating import render
from context.values import JsonValue

NAMES: Mapping[str, JsonValue] = {
    "base_url": "http://api",
    "user_id": 42,
    "price": "69001",
    "count": 3,
    "uuid": "a variable",
    "list": [1, 2, {"a": "b"}],
    "data": {"items": ["mine"], "keys": 2, "x": None},
    "captured_data": {
        "test-2": {"product_ids": [11, 12], "total": 10, "odd": {"net-price": 5}},
        "2": {"q": 1},
        "other/test": {"x": [7]},
        "a-b": {"c": 1},
    },
    "tokens": {"access_token": "tok"},
    "env": {"A-B": "dashed", "N": 4},
}


@pytest.mark.parametrize(
    ("template", "said"),
    [
        ("{{ 1 / 0 }}", "{{ 1 / 0 }}: a division by zero"),
        ("/a/{{ 1 / 0 }}", "/a/{{ 1 / 0 }}: a division by zero"),
        ("{% if 1 / 0 %}x{% endif %}", "{% if 1 / 0 %}x{% endif %}: a division by zero"),
        ("{{ 1 ~ one[5] }}", "{{ one[5] }}: 'one' has 1 element, so there is no [5]"),
    ],
)
def test_an_error_shows_a_template_as_it_is_written(template: str, said: str) -> None:
    """With the braces that it has, and no more."""
    with pytest.raises(TemplateError) as caught:
        render(template, {"one": [1]})
    assert str(caught.value) == said


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ user_id }}", 42),
        ("{{user_id}}", 42),
        ("{{ price }}", "69001"),
        ("{{ data.x }}", None),
        ("{{ list }}", [1, 2, {"a": "b"}]),
        ("{{ list[2].a }}", "b"),
        ("{{ list[-1]['a'] }}", "b"),
        ("{{ list.0 }}", 1),
        ("{{ user_id + 1 }}", 43),
        ("{{ user_id / 4 }}", 10.5),
        ("{{ user_id > 3 and true }}", True),
        ("{{ [user_id, (1, 2)] }}", [42, [1, 2]]),
        ("{{ {'a': {'b': user_id}} }}", {"a": {"b": 42}}),
        ("{{ list[:2] | map('string') }}", ["1", "2"]),
        ("{{- user_id -}}", 42),
        ("{{ '}}' }}", "}}"),
        ('{{ "{{ user_id }}" }}', "{{ user_id }}"),
    ],
)
def test_a_field_that_is_one_expression_keeps_its_type(template: str, expected: JsonValue) -> None:
    """Numbers stay numbers, objects stay objects, and the text '69001' stays a text."""
    rendered = render(template, NAMES)
    assert (rendered, type(rendered)) == (expected, type(expected))


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        (" {{ user_id }}", " 42"),
        ("{{ user_id }}\n", "42\n"),
        ("{{ user_id }}{{ user_id }}", "4242"),
        ("{{ base_url }}/x/{{ user_id }}?q={{ data.x }}", "http://api/x/42?q=null"),
        ("{{ list }}!", '[1, 2, {"a": "b"}]!'),
        ("{{ true }} {{ 1.0 }}", "true 1.0"),
        ("{{ user_id }}\r\n{% if true %}x{% endif %}\r\n", "42\r\nx\r\n"),
        ("{{{ user_id }}}", "{42}"),
        ('{"a": {"b": {{ user_id }}}}', '{"a": {"b": 42}}'),
        ("{# no comment #} {{ user_id }} {{ user_id + 1 }}", "{# no comment #} 42 43"),
    ],
)
def test_anything_else_is_text(template: str, expected: str) -> None:
    """Values inside a text are written as JSON, and not a character around them is lost."""
    assert render(template, NAMES) == expected


@pytest.mark.parametrize("text", ["", "plain", "{ }", "}}", "{#", "100%}", "{ { x } }", "${x}", "a\r\nb\n"])
def test_a_text_without_templates_is_taken_as_it_is(text: str) -> None:
    """Braces that are no template are no template."""
    assert render(text, {}) is text


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ captured_data.test-2.product_ids[0] }}", 11),
        ("{{ captured_data.test-2.product_ids[0] + 0 }}", 11),
        ("{{ captured_data.a-b.c }}", 1),
        ("{{ captured_data.a-b['c'] }}", 1),
        ("{{ captured_data.test-2.odd.net-price * 2 }}", 10),
        ("{{ captured_data.test-2.product_ids[captured_data.a-b.c] }}", 12),
        ("{{ captured_data.test-2.product_ids[count-2] }}", 12),
        ("{{ captured_data['other/test'].x[0] }}", 7),
        ("{{ captured_data.2.q }}", 1),
        ("{{ env.A-B }}", "dashed"),
        ("{{ env['A-B'] | upper }}", "DASHED"),
        ("{{ env.A-B ~ '-' ~ tokens.access_token }}", "dashed-tok"),
        ("{% for id in captured_data.test-2.product_ids %}{{ id }};{% endfor %}", "11;12;"),
        ("{% if captured_data.a-b.c %}yes{% endif %}", "yes"),
    ],
)
def test_a_hyphen_belongs_to_the_name_in_a_path_of_the_run(template: str, expected: JsonValue) -> None:
    """Keys of tests and names of variables may hold hyphens."""
    assert render(template, NAMES) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [
        ("{{ user_id-count }}", 39),
        ("{{ user_id -count }}", 39),
        ("{{ captured_data.test-2.total - 1 }}", 9),
        ("{{ captured_data.test-2.total -1 }}", 9),
        ("{{ captured_data.test-2.product_ids[1]-1 }}", 11),
        ("{{ (captured_data.test-2.total)-1 }}", 9),
        ("{{ env.N - env.N }}", 0),
        ("{{ 'captured_data.a-b.c' }}", "captured_data.a-b.c"),
        ('{{ "it\'s env.A-B" }}', "it's env.A-B"),
        ('{{ "env.A-B \\" env.A-B" }}', 'env.A-B " env.A-B'),
        ("{% raw %}{{ captured_data.a-b.c }}{% endraw %}", "{{ captured_data.a-b.c }}"),
    ],
)
def test_elsewhere_a_hyphen_subtracts_and_quotes_protect(template: str, expected: JsonValue) -> None:
    """Arithmetic and texts in quotes are left alone."""
    assert render(template, NAMES) == expected


@pytest.mark.parametrize(
    ("template", "expected"),
    [("{{ data.items }}", ["mine"]), ("{{ data.keys + 1 }}", 3), ("{{ data['items'][0] }}", "mine")],
)
def test_a_dot_finds_what_was_captured_not_what_python_has(template: str, expected: JsonValue) -> None:
    """`login.items` is the captured `items`, never the method of the same name."""
    assert render(template, NAMES) == expected


def test_a_variable_and_a_function_of_one_name_do_not_meet() -> None:
    """A name with () is the function; without, it is the variable."""
    assert render("{{ uuid }}", NAMES) == "a variable"
    assert len(str(render("{{ uuid() }}", NAMES))) == 36


def test_templates_are_filled_all_the_way_down() -> None:
    """In lists, in objects, and in their keys; everything else stays as it is."""
    value: JsonValue = {"k-{{ user_id }}": [{"a": "{{ count }}"}, 1, None, True], "b": {"c": "plain"}}
    assert render(value, NAMES) == {"k-42": [{"a": 3}, 1, None, True], "b": {"c": "plain"}}


def test_two_keys_must_not_become_one() -> None:
    """An object that would lose a member is an error."""
    with pytest.raises(TemplateError, match="two keys"):
        render({"{{ user_id }}": 1, "42": 2}, NAMES)


def test_a_value_that_looks_like_a_template_is_not_filled_again() -> None:
    """What a server answers is data: it cannot read the run's secrets by sending braces."""
    assert render("{{ x }} {{ x ~ '' }}", {"x": "{{ secrets.a }}"}) == "{{ secrets.a }} {{ secrets.a }}"


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ usr_id }}", "{{ usr_id }}: 'usr_id' is not known (did you mean 'user_id'?)"),
        (
            "{{ captured_data.tst-2.x }}",
            "{{ captured_data.tst-2.x }}: 'captured_data' has no 'tst-2'"
            " (did you mean 'captured_data.test-2'?)",
        ),
        (
            "{{ tokens.acces_token | upper }}",
            "{{ tokens.acces_token }}: 'tokens' has no 'acces_token' (did you mean 'tokens.access_token'?)",
        ),
        ("{{ list[7] }}", "{{ list[7] }}: 'list' has 3 elements, so there is no [7]"),
        ("{{ user_id.x }}", "{{ user_id.x }}: 'user_id' is a number and has no 'x'"),
        ("{{ data.x.y }}", "{{ data.x.y }}: 'data.x' is null and has no 'y'"),
        ("{{ now }}", "{{ now }}: 'now' is not known (call the function: now())"),
        (
            "{{ list | map(attribute='a') | join }}",
            "{{ list | map(attribute='a') | join }}: a subscript finds nothing in a number",
        ),
        (
            "{{ captured_data.test-2.total-1 }}",
            "{{ captured_data.test-2.total-1 }}: 'captured_data.test-2' has no 'total-1' "
            "('-' belongs to the name here; to subtract from 'total', put spaces around it)",
        ),
    ],
)
def test_an_undefined_name_is_explained(template: str, words: str) -> None:
    """The error names the expression and what looks like it."""
    with pytest.raises(UndefinedName) as caught:
        render(template, NAMES)
    assert str(caught.value) == words


@pytest.mark.parametrize(
    "template",
    [
        "{{ secret.x }}",
        "{{ secret + 1 }}",
        "{{ secret | int }}",
        "{{ other[secret] }}",
        "{{ secret | from_json }}",
        "{{ secret | base64_decode }}",
        "{{ secret | shift('+1d') }}",
        "{{ now(secret) }}",
        "{{ now(format=secret) }}",
        "{{ now(zone=secret) }}",
        "{{ other | jsonpath('$.' ~ secret) if false else secret.y }}",
        "{{ other | join(attribute='x') }}",
        "{{ random_int(secret, 1) }}",
        "{{ {secret: 1}[secret].z }}",
        "{% for x in secret %}{{ x.y }}{% endfor %}",
        "{{ [1][secret] }}",
        "{{ secret / 0 }}",
        "{{ secret | round }}",
        "{{ timestamp(unit=secret) }}",
    ],
)
def test_an_error_never_shows_a_value(template: str) -> None:
    """Neither in its words nor in the exceptions behind it."""
    names: dict[str, JsonValue] = {"secret": "hunter2-hunter2", "other": {"a": 1}}
    with pytest.raises(TemplateError) as caught:
        render(template, names)
    error: BaseException | None = caught.value
    assert "hunter2" not in str(error)
    assert "hunter2" not in repr(error)
    while error is not None and not error.__suppress_context__:
        assert "hunter2" not in str(error)
        error = error.__context__


@pytest.mark.parametrize(
    ("template", "words"),
    [
        ("{{ user_id", "'{{' is not closed"),
        ("{{ user_id }", "'{{' is not closed"),
        ("{% if x %}y", "cannot be read"),
        ("{{ }}", "cannot be read"),
        ("{{ a b }}", "cannot be read"),
        ("{{ don't }}", "a ' is not closed"),
        ('{{ x | default("a) }}', 'a " is not closed'),
        ("{{ 'a\\' }}", "a ' is not closed"),
        ("{{ a | nofilter }}", "there is no filter 'nofilter'"),
        ("{{ a | upperr }}", "did you mean 'upper'"),
        ("{{ a is nottest }}", "there is no test 'nottest'"),
        ("{{ nofunction() }}", "there is no function 'nofunction'"),
        ("{{ uid() }}", "did you mean 'uuid'"),
        ("{{ data.items() }}", "values have filters: '| items'"),
        ("{% raw %}{{ x }}", "{% raw %} is not closed"),
        ("{{ 1 / 0 }}", "a division by zero"),
        ("{{ 'a' + 1 }}", "'+' cannot take a text and a number ('~' joins anything as text)"),
        ("{{ 'a' - 'b' }}", "'-' cannot take a text and a text"),
        ("{{ none + 1 }}", "'+' cannot take null and a number"),
    ],
)
def test_a_template_that_cannot_work_is_explained(template: str, words: str) -> None:
    """What is wrong, in words, with the expression."""
    with pytest.raises(TemplateError) as caught:
        render(template, {"a": "A", "data": {}, "x": 1, "user_id": 1})
    assert words in str(caught.value)
    assert caught.value.expression


def test_a_plain_path_needs_no_jinja() -> None:
    """Suites of plain paths do not pay for importing a template engine."""
    program = (
        "import sys, context.templating as t;"
        "t.render('a {{ a.b[0] }}', {'a': {'b': [1]}}); t.names_in('{{ a.b }} {{ c }}');"
        "sys.exit('jinja2' in sys.modules)"
    )
    assert subprocess.run([sys.executable, "-c", program], check=False).returncode == 0
