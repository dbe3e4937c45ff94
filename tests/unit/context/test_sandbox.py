"""Templates of strangers cannot reach Python, and cannot grow without bound."""

import time
from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from context.errors import TemplateError
from context.limits import MAX_TEMPLATE_CHARACTERS
from context.templating import render
from context.values import JsonValue

NAMES: dict[str, JsonValue] = {
    "text": "some text",
    "number": 5,
    "items": [1, 2, 3],
    "object": {"a": 1},
    "x": "x" * 10_000,
}

ESCAPES = [
    "{{ ''.__class__ }}",
    "{{ ''['__class__'] }}",
    "{{ ''.__class__.__mro__[1].__subclasses__() }}",
    "{{ text.__class__.mro() }}",
    "{{ object.__init__.__globals__ }}",
    "{{ items.append(4) }}",
    "{{ object.update({'b': 2}) }}",
    "{{ object.__getitem__ }}",
    "{{ text | attr('__class__') }}",
    "{{ items | map(attribute='__class__') | list }}",
    "{{ items | map('attr', '__class__') | list }}",
    "{{ items | sort(attribute='__class__') }}",
    "{{ items | selectattr('__class__') | list }}",
    "{{ items | groupby('__class__') }}",
    "{{ '{0.__class__}'.format(text) }}",
    "{{ '{0.__class__}' | format(text) }}",
    "{{ '%s' | format(text) }}",
    "{{ text.format_map(object) }}",
    "{{ self.__init__ }}",
    "{{ self._TemplateReference__context }}",
    "{{ cycler.__init__.__globals__.os }}",
    "{{ joiner.__init__ }}",
    "{{ namespace.__init__ }}",
    "{{ lipsum.__globals__ }}",
    "{{ lipsum() }}",
    "{{ dict(a=1).__class__ }}",
    "{{ range.__self__ }}",
    "{{ uuid.__func__ }}",
    "{{ now }}",
    "{{ [now] }}",
    "{{ ƒ_now }}",
    "{{ ƒ_now.__self__ }}",
    "{{ ƒ_loop_passes(items) }}",
    "{{ environment }}",
    "{{ context }}",
    "{{ _ƒ_result }}",
    "{{ now(*items) }}",
    "{{ now(**object) }}",
    "{{ [now][0]() }}",
    "{{ text | map('upper') | attr('gi_frame') }}",
    "{{ (items | map('string')).gi_frame }}",
    "{% for i in items %}{{ loop.__class__ }}{% endfor %}",
    "{% for i in items %}{{ loop._iterable }}{% endfor %}",
    "{% for i in items %}{{ loop.cycle('a') }}{% endfor %}",
    "{% import 'os' as os %}{{ os }}",
    "{% from 'x' import y %}",
    "{% include '/etc/passwd' %}",
    "{% extends 'base' %}",
    "{% block a %}{% endblock %}",
    "{% macro m() %}{% endmacro %}",
    "{% call x() %}{% endcall %}",
    "{% filter upper %}x{% endfilter %}",
    "{% set x %}{{ 1 }}{% endset %}",
    "{% set a.b = 1 %}",
    "{% autoescape true %}{% endautoescape %}",
    "{% do items.append(1) %}",
    "{% debug %}",
    "{% for i in items recursive %}{{ loop(items) }}{% endfor %}",
    "{{ text is callable }}",
    "{{ 'upper' is filter }}",
]

BOMBS = [
    "{{ 'a' * 10**9 }}",
    "{{ [1] * 10**9 }}",
    "{{ 10 ** (10 ** 10) }}",
    "{{ 2 ** -(10 ** 300) ** 9 }}",
    "{{ 9 ** 999 ** 2 }}",
    "{{ 10.0 ** 400 }}",
    "{{ '%999999999d' % 1 }}",
    "{{ 'a' | center(10 ** 9) }}",
    "{{ 'a' | indent(10 ** 9) }}",
    "{{ items | batch(10 ** 9, 0) }}",
    "{{ items | json(indent=10 ** 9) }}",
    "{{ range(10 ** 9) }}",
    "{{ range(0, 10 ** 18, 1) | list }}",
    "{{ random_string(10 ** 9) }}",
    "{{ range(10000) | join(x) }}",
    "{{ x | replace('x', x) | replace('x', x) }}",
    "{{ '\"' " + "| json " * 200 + "}}",
    "{% set a = x %}" + "{% set a = a ~ a %}" * 60 + "{{ a }}",
    "{% set a = x %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "{% set a = items %}" + "{% set a = a + a %}" * 60 + "{{ a }}",
    "{% set a = items %}" + "{% set a = [a, a] %}" * 60 + "{{ a }}",
    "{% with a = items %}" + "{% with a = [a, a, a] %}" * 40 + "{{ a }}" + "{% endwith %}" * 41,
    "{% for a in range(10000) %}{% for b in range(10000) %}{% endfor %}{% endfor %}",
    "{% for a in range(1000) %}{{ x }}{% endfor %}" * 3,
    "{{ " + "(" * 5_000 + "1" + ")" * 5_000 + " }}",
    "{{ " + "[" * 5_000 + "]" * 5_000 + " }}",
    "{{ " + "not " * 20_000 + "1 }}",
    "{{ " + "1 + " * 20_000 + "1 }}",
    "{% if 1 %}" * 2_000 + "{% endif %}" * 2_000,
    "{{ 1 }}" + "a" * MAX_TEMPLATE_CHARACTERS,
    "{{ a" + " " * 900_000 + "b }}",
    "{{ " + "\\'" * 400_000 + " }}",
    "{{ " + "'" * 899_999 + " }}",
    "{{" * 450_000,
    "{%" * 450_000,
    "{{ " + "captured_data[" * 60_000 + " }}",
    "{{ " + "captured_data[" * 1_000 + "1" + "]" * 1_000 + " }}",
    "{{ " + "tokens" + ".a" * 9_000 + "() }}",
    "{{ now('" + "9" * 19_000 + "') }}",
    "{{ '" + "9" * 19_000 + "' | int }}",
    "{{ now('+999999999999w') }}",
    "{{ now('" + "9" * 400 + "d') }}",
    "{{ 10 ** 300 | float | date }}",
    "{{ ('9' * 1) | int ** 1000 }}",
]


@pytest.mark.parametrize("template", ESCAPES)
def test_a_template_cannot_reach_python(template: str) -> None:
    """Attributes, methods, foreign functions and statements are refused, each with an explanation."""
    with pytest.raises(TemplateError) as caught:
        render(template, NAMES)
    assert "object at 0x" not in str(caught.value)


@pytest.mark.parametrize("template", BOMBS, ids=lambda template: template[:40])
def test_a_template_cannot_grow_without_bound(template: str) -> None:
    """Texts, lists, numbers, loops and nesting are limited, and the limit is met quickly."""
    began = time.process_time()
    with pytest.raises(TemplateError) as caught:
        render(template, NAMES)
    assert len(str(caught.value)) < 400
    assert time.process_time() - began < 5


def test_values_are_not_changed_by_templates() -> None:
    """No template can alter what other tests will see."""
    names: dict[str, JsonValue] = {"items": [3, 1, 2]}
    render("{{ items | sort }}{% set items = items + [4] %}{{ items }}", names)
    assert names == {"items": [3, 1, 2]}


def test_what_one_template_sets_another_does_not_see() -> None:
    """`set` holds for one text."""
    with pytest.raises(TemplateError):
        render(["{% set mine = 1 %}{{ mine }}", "{{ mine + 1 }}"], {})


@given(st.text(st.sampled_from("{}%# .|()[]'\"-+*~abc_1\\\n"), max_size=60))
def test_no_text_does_anything_but_render_or_explain(text: str) -> None:
    """Whatever is written between braces: a value, or a TemplateError."""
    with suppress(TemplateError):
        render(text, {"a": {"b": [1, "c"]}, "b": "text", "c": 3})
