"""What templates can call: time from outside, chance from a seed."""

from datetime import UTC, datetime

import pytest

from context.errors import TemplateError
from context.functions import FAKE, FUNCTION_NAMES, Functions
from context.moments import parse_offset
from context.templating import render
from context.values import JsonValue

NOW = datetime(2026, 3, 29, 0, 30, tzinfo=UTC)


def _functions(seed: int | None = 1, place: str = "s/a") -> Functions:
    return Functions(seed=seed, place=place, now=lambda: NOW)


def _render(template: str, functions: Functions | None = None) -> JsonValue:
    return render(template, {}, functions=functions or _functions())


@pytest.mark.parametrize(
    "call", ["uuid()", "random_int()", "random_string(20)", "random_choice(range(1000))"]
)
def test_a_seed_repeats_itself_test_by_test(call: str) -> None:
    """The same seed and test give the same values, in whatever order tests run; others give others."""
    template = f"{{{{ {call} }}}}"
    functions = _functions()
    first = [_render(template, functions), _render(template, functions)]
    again = _functions()
    assert [_render(template, again), _render(template, again)] == first
    assert first[0] != first[1]
    assert _render(template, _functions(place="s/b")) != first[0]
    assert _render(template, _functions(seed=2)) != first[0]


def test_without_a_seed_nothing_repeats_itself() -> None:
    """Two runs get different values."""
    assert _render("{{ uuid() }}", _functions(seed=None)) != _render("{{ uuid() }}", _functions(seed=None))


def test_a_uuid_is_of_version_four() -> None:
    """Also when it comes from a seed."""
    assert str(_render("{{ uuid() }}"))[14] == "4"


@pytest.mark.parametrize(
    ("call", "result"),
    [
        ("now()", "2026-03-29T00:30:00.000Z"),
        ("now('+1h', zone='Europe/Berlin')", "2026-03-29T03:30:00.000+02:00"),
        ("now(zone='-03:30')", "2026-03-28T21:00:00.000-03:30"),
        ("now(format='unix_ms')", 1774744200000),
        ("now('1w -1d', 'date')", "2026-04-04"),
        ("now(format='time')", "00:30:00"),
        ("today(zone='-01:00')", "2026-03-28"),
        ("today('+1d', '%d/%m')", "30/03"),
        ("now('-1d', zone='Europe/Berlin')", "2026-03-28T01:30:00.000+01:00"),
        ("now('+1d', zone='Europe/Berlin')", "2026-03-30T01:30:00.000+02:00"),
        ("timestamp('-1s')", 1774744199),
    ],
)
def test_the_moment_comes_from_outside(call: str, result: JsonValue) -> None:
    """With offsets, formats and zones."""
    assert _render(f"{{{{ {call} }}}}") == result


@pytest.mark.parametrize(
    ("text", "seconds"),
    [
        ("", 0),
        ("+1d", 86_400),
        ("-1.5h", -5_400),
        ("1d 2h", 93_600),
        ("-1d2h", -93_600),
        ("-1h +30m", -1_800),
    ],
)
def test_an_offset_is_any_number_of_amounts(text: str, seconds: float) -> None:
    """A sign holds up to the next one."""
    offset = parse_offset(text)
    assert (offset.days + offset.time).total_seconds() == seconds


@pytest.mark.parametrize(
    "call",
    [
        "now('tomorrow')",
        "now('+1')",
        "now('+1y')",
        "now(format='nope')",
        "now(zone='Mars/Base')",
        "now(zone='../../etc/passwd')",
        "now(zone='+99:00')",
        "now(5)",
        "today('+99999999w')",
        "timestamp(unit='d')",
        "random_int(5, 1)",
        "random_int('a')",
        "random_string(-1)",
        "random_string(5, '')",
        "random_choice([])",
        "random_choice('text')",
        "random_choice()",
        "range()",
        "range(1, 2, 0)",
        "uuid(1)",
    ],
)
def test_a_wrong_argument_is_explained(call: str) -> None:
    """It is an error of the template, with the expression."""
    with pytest.raises(TemplateError) as caught:
        _render(f"{{{{ {call} }}}}")
    assert call in str(caught.value)


def test_every_public_method_is_a_function() -> None:
    """What can be called is listed, and what is listed can be called."""
    public = {name for name in vars(Functions) if not name.startswith("_") and name != "by_name"}
    assert public == {*FUNCTION_NAMES, FAKE}
    assert list(FUNCTION_NAMES) == sorted(FUNCTION_NAMES)
