"""The names that a text needs, found without running it."""

import pytest

from context.errors import TemplateError
from context.templating import names_in


@pytest.mark.parametrize(
    ("template", "names"),
    [
        ("no template", []),
        ("{{ a }} {{ b.c }} {{ a }}", ["a", "b.c"]),
        ("{{ captured_data.test-2.product_ids[0] }}", ["captured_data.test-2.product_ids[0]"]),
        ("{{ captured_data['suite/test'].x[0] }}", ["captured_data['suite/test'].x[0]"]),
        ('{{ captured_data["suite/test"]["x y"] | upper }}', ["captured_data['suite/test']['x y']"]),
        ("{{ captured_data.login.ids[i].name }}", ["captured_data.login.ids", "i"]),
        ("{{ captured_data[name].x }}", ["captured_data", "name"]),
        ("{{ a[1:n].b }}", ["a", "n"]),
        ("{{ a[-1].b }}", ["a[-1].b"]),
        ("{{ now() }} {{ uuid() | upper }}", []),
        ("{{ random_int(low, high.x) }}", ["low", "high.x"]),
        ("{{ a | replace(b, c.d) }}", ["a", "b", "c.d"]),
        ("{{ a if b else c }}", ["b", "a", "c"]),
        ("{{ {'k': a, b: 1} }}", ["a", "b"]),
        ("{% for x in a.xs %}{{ x.y }}{{ loop.index }}{{ z }}{% endfor %}{{ x }}", ["a.xs", "z", "x"]),
        ("{% for k, v in a | items %}{{ k }}{{ v }}{% else %}{{ b }}{% endfor %}", ["a", "b"]),
        ("{% for x in a if x > b %}{{ x }}{% endfor %}", ["a", "b"]),
        ("{% for a in a %}{{ a }}{% endfor %}", ["a"]),
        ("{% set x = a.b %}{{ x.c }}{{ y }}", ["a.b", "y"]),
        ("{{ x }}{% set x = 1 %}{{ x }}", ["x"]),
        ("{% with x = a %}{{ x }}{% endwith %}{{ x }}", ["a", "x"]),
        ("{% if a is odd %}{{ b }}{% elif c %}{{ d }}{% endif %}", ["a", "b", "c", "d"]),
        ("{{ a - b }} {{ -c }} {{ not d }} {{ e ~ f }} {{ g in h }}", [*"abcdefgh"]),
        ("{% raw %}{{ a }}{% endraw %}{{ b }}", ["b"]),
        ("{{ 'captured_data.a-b.c' }}", []),
        ("{{ true }} {{ none }} {{ 5 }}", []),
    ],
)
def test_the_names_that_a_text_needs(template: str, names: list[str]) -> None:
    """Each once, without functions, filters and what the template makes itself."""
    assert sorted(str(reference) for reference in names_in(template)) == sorted(names)


def test_a_reference_is_a_path_taken_apart() -> None:
    """List positions are numbers, everything else is text."""
    paths = [reference.path for reference in names_in("{{ captured_data.2.q[0] }} {{ a.0 + 1 }}")]
    assert paths == [("captured_data", "2", "q", 0), ("a", 0)]


@pytest.mark.parametrize(
    ("template", "name", "optional"),
    [
        ("{{ a }}", "a", False),
        ("{{ a | default(1) }}", "a", True),
        ("{{ a.b.c | d('x') | upper }}", "a.b.c", True),
        ("{{ 'x' | default(a) }}", "a", False),
        ("{{ a | default(1) }} {{ a }}", "a", False),
        ("{{ a is defined }}", "a", True),
        ("{{ a.b.c if a.b is defined else 1 }}", "a.b.c", True),
        ("{% if a is not undefined %}{{ a }}{% endif %}", "a", True),
    ],
)
def test_a_name_that_may_be_missing_is_optional(template: str, name: str, optional: bool) -> None:
    """A template that copes with the absence of a name does not need it."""
    assert {str(found): found.optional for found in names_in(template)}[name] is optional


@pytest.mark.parametrize("template", ["{{ a", "{{ a b }}", "{% if %}", "{{ a | nope }}", "{% macro x() %}"])
def test_names_of_a_text_that_cannot_be_read(template: str) -> None:
    """A mistake is found when names are listed, before anything runs."""
    with pytest.raises(TemplateError):
        names_in(template)
