"""docs/templates.md says what happens: its examples are rendered here."""

import json
import re
from datetime import UTC, datetime
from pathlib import Path

import pytest

from context.filters import FILTERS
from context.functions import FUNCTION_NAMES, Functions
from context.sandbox import JINJA_FILTERS
from context.templating import render
from context.values import JsonValue

PAGE = (Path(__file__).parents[3] / "docs" / "templates.md").read_text()
NAMES: dict[str, JsonValue] = json.loads(PAGE.split("```json")[1].split("```")[0])
EXAMPLES = [
    (template.replace("\\|", "|"), result)
    for template, result in re.findall(r"^\| `(.*[{%].*?)` \| `(.*)` \|$", PAGE, re.MULTILINE)
]


def _functions() -> Functions:
    return Functions(seed=7, place="shop/docs", now=lambda: datetime(2026, 3, 1, 12, 30, tzinfo=UTC))


def test_the_page_has_examples() -> None:
    """The examples are really found on the page."""
    assert len(EXAMPLES) > 80


@pytest.mark.parametrize(("template", "result"), EXAMPLES)
def test_an_example_gives_what_the_page_says(template: str, result: str) -> None:
    """A documented template gives the documented value, with its type."""
    rendered = render(template, NAMES, functions=_functions())
    assert (rendered, type(rendered)) == (json.loads(result), type(json.loads(result)))


@pytest.mark.parametrize("name", FUNCTION_NAMES)
def test_every_function_has_an_example(name: str) -> None:
    """No function goes undocumented."""
    assert any(f"{name}(" in template for template, _ in EXAMPLES)


@pytest.mark.parametrize("name", [*FILTERS, *JINJA_FILTERS])
def test_every_filter_has_an_example(name: str) -> None:
    """No filter goes undocumented."""
    assert any(re.search(rf"\| {name}\b", template) for template, _ in EXAMPLES)
