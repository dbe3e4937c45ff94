"""Filters: what cannot work is an error, never a silent something else."""

import pytest

from context.errors import TemplateError
from context.templating import render
from context.values import JsonValue

NAMES: dict[str, JsonValue] = {"object": {"a": 1}, "list": [{"p": 1}, {"p": 2.5}], "text": "grün"}


@pytest.mark.parametrize(
    "expression",
    [
        "'abc' | int",
        "'1.5' | int",
        "none | int",
        "object | float",
        "'x' | base64_decode",
        "'/w==' | base64_decode",
        "5 | base64_decode",
        "'{' | from_json",
        "5 | from_json",
        "'[NaN]' | from_json",
        "object | jsonpath('$.b')",
        "object | jsonpath('nope')",
        "'soon' | date",
        "true | date",
        "object | shift('+1d')",
        "'2026-01-01' | shift('later')",
        "'a' | split('')",
        "5 | join",
        "list | join(attribute='q')",
        "list | sum",
        "list | sum('q')",
        "['a'] | sum",
        "'a' | hmac_sha256('k', encoding='rot13')",
        "list | json(indent=99)",
        "list | first | nope",
    ],
)
def test_what_a_filter_cannot_do_is_an_error(expression: str) -> None:
    """The words name the filter or the trouble, not the value."""
    with pytest.raises(TemplateError) as caught:
        render(f"{{{{ {expression} }}}}", NAMES)
    assert caught.value.expression == expression


@pytest.mark.parametrize(
    ("expression", "result"),
    [
        ("text | base64 | base64_decode", "grün"),
        ("text | urlencode", "gr%C3%BCn"),
        ("text | urlencode | urldecode", "grün"),
        ("text | json", '"grün"'),
        ("object | json(indent=2)", '{\n  "a": 1\n}'),
        ("object | base64", "eyJhIjogMX0="),
        ("'Zm8' | base64_decode", "fo"),
        ("list | sum('p')", 3.5),
        ("list | join(',', attribute='p')", "1,2.5"),
        ("1.9 | int", 1),
        ("' 7 ' | int", 7),
        ("'x' | float(0.5)", 0.5),
        ("1772368200 | shift('-10s')", 1772368190),
        ("1.5 | shift('+1s')", 2.5),
        ("'2026-03-01T00:00:00+02:00' | date('unix')", 1772316000),
        ("'a b  c' | split", ["a", "b", "c"]),
        ("'' | split(',')", [""]),
    ],
)
def test_what_a_filter_gives(expression: str, result: JsonValue) -> None:
    """Also at the edges that the documentation does not show."""
    rendered = render(f"{{{{ {expression} }}}}", NAMES)
    assert (rendered, type(rendered)) == (result, type(result))
