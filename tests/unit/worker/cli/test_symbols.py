"""Values that are not known before a run, as variables of a shell."""

import shlex

import pytest

from context.errors import UndefinedName
from context.values import JsonValue
from worker.cli.exporting.late import LateNames
from worker.cli.exporting.symbols import Symbols, rendering, variable_name


@pytest.mark.parametrize(
    ("expression", "name"),
    [
        ("secrets.api_key", "API_KEY"),
        ("tokens.access-token", "ACCESS_TOKEN"),
        ("captured_data.login.user_id", "LOGIN_USER_ID"),
        ("captured_data.catalog.product_ids[0] | int", "CATALOG_PRODUCT_IDS_0"),
        ("captured_data['2fa'].code", "V_2FA_CODE"),
        ("user_id", "USER_ID"),
        ("1 + 2", "VALUE"),
    ],
)
def test_a_variable_is_called_after_what_it_holds(expression: str, name: str) -> None:
    """Upper case, as shells have it, without the room it lies in."""
    assert variable_name(expression) == name


def fill(value: JsonValue) -> JsonValue:
    """Knows `known`, and nothing else."""
    if isinstance(value, str) and "{{" in value.replace("{{ known }}", ""):
        raise UndefinedName("nobody has set it")
    return value.replace("{{ known }}", "k") if isinstance(value, str) else value


def test_what_is_known_is_filled_and_the_rest_is_marked() -> None:
    """Expression by expression, also deep inside."""
    symbols = Symbols()
    render = rendering(fill, symbols, LateNames())
    text = render({"a": ["{{ known }}-{{ tokens.x }}"]}, field="json")
    assert symbols.in_shell(shlex.quote(str(text))) == """'{'"'"'a'"'"': ['"'"'k-'"$X"''"'"']}'"""


def test_two_values_never_share_a_name() -> None:
    """A secret and a captured value that are called alike."""
    symbols = Symbols()
    marks = [symbols.mark("secrets.id"), symbols.mark("tokens.id"), symbols.mark("secrets.id")]
    assert marks[0] == marks[2]
    assert [name for name, _ in symbols.found_in(" ".join(marks))] == ["ID", "ID_2"]


def test_a_word_that_is_one_variable_has_no_empty_quotes() -> None:
    """People read the script."""
    symbols = Symbols()
    assert symbols.in_shell(shlex.quote(symbols.mark("tokens.x"))) == '"$X"'
    assert symbols.in_shell(shlex.quote(f"Bearer {symbols.mark('tokens.x')}")) == "'Bearer '\"$X\""
    assert symbols.in_shell(shlex.quote(symbols.within(symbols.mark("tokens.x"), "json"))) == '"$(json "$X")"'
