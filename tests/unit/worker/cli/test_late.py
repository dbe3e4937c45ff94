"""Values of rows and parameters that only a run knows, in a script."""

import pytest

from context.templating import render as filled
from context.values import JsonValue
from worker.cli.exporting.late import LateNames
from worker.cli.exporting.symbols import Symbols, rendering

ROW: dict[str, JsonValue] = {"word": "{{ secrets.x }}", "n": 2}


def _learnt(written: dict[str, JsonValue], symbols: Symbols) -> tuple[LateNames, JsonValue]:
    """These names, and what a request makes of `{{ row }}`."""
    late = LateNames()

    def fill(value: JsonValue) -> JsonValue:
        return filled(value, late.known)

    render = rendering(fill, symbols, late)
    late.learn(written, fill, render)
    return late, render("{{ row }}", field="json")


def test_what_is_not_known_stands_as_a_mark_in_its_place() -> None:
    """The row is whole and in its order, also where a secret is one of its values."""
    symbols = Symbols()
    late, row = _learnt({"row": ROW}, symbols)
    assert row == {"word": symbols.mark("secrets.x"), "n": 2}
    assert late.known == {"row": {"n": 2}}


def test_parameters_made_of_such_a_value_are_not_known_either() -> None:
    """One leads to the other."""
    symbols = Symbols()
    late, _ = _learnt({"row": ROW, "params": {"p": "<{{ row.word }}>", "q": "{{ row.n }}"}}, symbols)
    assert late.known["params"] == {"q": 2}
    assert late.of("{{ params.p }}") == f"<{symbols.mark('secrets.x')}>"


@pytest.mark.parametrize(
    ("expression", "spelled"),
    [
        ("row.word | base64", "(secrets.x) | base64"),
        ("row['word'] | default('none')", "(secrets.x) | default('none')"),
        ("row | json", '{"word": "{{ secrets.x }}", "n": 2} | json'),
        ("row.n + arrow.word", "row.n + arrow.word"),
    ],
)
def test_what_is_made_of_one_is_spelled_out(expression: str, spelled: str) -> None:
    """Two rows have two variables of the shell, and a default never stands in for a secret."""
    late, _ = _learnt({"row": ROW}, Symbols())
    assert late.spelled_out(expression) == spelled


def test_what_is_known_is_no_late_name() -> None:
    """It is filled as always."""
    late, row = _learnt({"row": {"n": 2}}, Symbols())
    assert row == {"n": 2}
    assert not late.are_in(["{{ row.n }}", {"{{ row }}": 1}])
