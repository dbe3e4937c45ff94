"""Plain text means what the core schema of YAML 1.2 says."""

import pytest

from worker.parsing.core_schema import kind_of, value_of


@pytest.mark.parametrize(
    "text",
    [
        *("no", "yes", "on", "off", "y", "n", "No", "NO"),
        *("12:30:00", "1_000", "2001-12-14", "0b11", "1e", "e5", "+", "-", ".", "0x", "0xg", "0o8"),
        *("nUll", "tRue", "<<", "=", "1.2.3", "--1", "+.5e", "Infinity", "NaN", "0x-1", "1 000"),
    ],
)
def test_what_looks_like_text_is_text(text: str) -> None:
    """Words of YAML 1.1, times, dates and versions stay what a person wrote."""
    assert kind_of(text) == "str"
    assert value_of("str", text) == text


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("0", 0),
        ("-12", -12),
        ("+7", 7),
        ("007", 7),
        ("0o7", 7),
        ("0o17", 15),
        ("0xff", 255),
        ("0xFF", 255),
        ("1.5", 1.5),
        ("-.5", -0.5),
        ("1.", 1.0),
        ("1e3", 1000.0),
        ("1.5E-3", 0.0015),
        ("true", True),
        ("True", True),
        ("FALSE", False),
        ("null", None),
        ("~", None),
        ("", None),
    ],
)
def test_numbers_booleans_and_null_are_read(text: str, value: object) -> None:
    """What the core schema knows has its type."""
    read = value_of(kind_of(text), text)
    assert read == value
    assert type(read) is type(value)


@pytest.mark.parametrize("text", [".inf", "-.INF", ".nan", "1e999", "9" * 5000])
def test_what_json_cannot_hold_is_refused(text: str) -> None:
    """A request's body is JSON, which has no infinity, and no number of five thousand digits is meant."""
    with pytest.raises(ValueError, match=r".*"):
        value_of(kind_of(text), text)


@pytest.mark.parametrize(("kind", "text"), [("int", "x"), ("bool", "yes"), ("null", "none"), ("float", "")])
def test_a_tag_does_not_make_a_value(kind: str, text: str) -> None:
    """`!!int x` stays wrong."""
    with pytest.raises(ValueError, match=r".*"):
        value_of(kind, text)
