"""Plain values: texts, booleans, numbers, words of a list.

Each reader takes a value of the file and returns what the rest of Baton uses, or raises Mistake.
"""

import re
from collections.abc import Callable
from datetime import date
from typing import Any

from context.values import JsonValue
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.suggest import hint_for

#: What YAML 1.1 and people say for true and false.
_BOOLEANS = {"yes": "true", "on": "true", "true": "true", "no": "false", "off": "false", "false": "false"}


def read_text(value: Any) -> str:
    """A text; it may be empty."""
    if isinstance(value, str):
        return value
    mistake = wrong_type("a text", value, hint="write a text after the ':'")
    mistake.quotable = isinstance(value, bool | int | float)
    raise mistake


def read_scalar_text(value: Any) -> str:
    """A text, or a whole number as text: a word such as 429 needs no quotes."""
    return str(value) if isinstance(value, int) and not isinstance(value, bool) else read_text(value)


def read_words(value: Any) -> str:
    """A text with something in it."""
    text = read_text(value)
    if not text.strip():
        raise Mistake("this text is empty", hint="write something, or leave the key out")
    return text


def read_boolean(value: Any) -> bool:
    """true or false, which YAML 1.2 does not write yes, no, on or off."""
    if isinstance(value, bool):
        return value
    word = _BOOLEANS.get(value.strip().lower()) if isinstance(value, str) else None
    raise wrong_type("true or false", value, hint=f"write {word or 'true or false'}")


def read_true(value: Any) -> bool:
    """The word true, for what is either asked for or left out."""
    if read_boolean(value):
        return True
    raise Mistake("this can only be true", hint="leave the key out instead")


def read_reason_to_skip(value: Any) -> str:
    """Why a test is skipped: whoever finds it a year later wants to know."""
    if value is False:
        raise wrong_type("a reason", value, hint="leave the key out: what is not skipped runs")
    if value is True:
        raise wrong_type("a reason", value, hint='say why, such as skip: "the importer is being rewritten"')
    return read_words(value)


def read_condition(value: Any) -> str:
    """One expression, which will be true or false: `{{ status == 200 }}`."""
    said = _BOOLEANS.get(str(value).strip().lower())
    if said is not None:
        hint = "leave the key out" if said == "true" else "say why instead: skip: and the reason"
        raise Mistake("this condition is always the same", hint=hint)
    text = read_text(value).strip()
    inside = text[2:-2]
    if not (text.startswith("{{") and text.endswith("}}")) or "{{" in inside or "}}" in inside:
        plain = re.sub(r"\{\{|\}\}", "", text).strip()
        raise Mistake(
            "a condition is one expression between '{{' and '}}'",
            hint=f'write "{{{{ {plain} }}}}"' if plain and "{%" not in plain else None,
        )
    return text


def read_date(value: Any) -> date:
    """A day, written 2026-12-31."""
    try:
        return date.fromisoformat(read_text(value))
    except ValueError:
        raise Mistake(f"{value!r} is not a date", hint="write for example 2026-12-31") from None


def read_anything(value: Any) -> JsonValue:
    """Any value, as it is."""
    checked: JsonValue = value
    return checked


def whole_number(least: int, most: int) -> Callable[[Any], int]:
    """A reader of whole numbers between these, both included."""

    def read(value: Any) -> int:
        if isinstance(value, bool) or not isinstance(value, int):
            raise wrong_type("a whole number", value, hint=f"from {least} to {most}")
        if not least <= value <= most:
            raise Mistake(f"{value} is not possible here", hint=f"from {least} to {most}")
        return value

    return read


def word(*words: str) -> Callable[[Any], str]:
    """A reader of one of these words."""

    def read(value: Any) -> str:
        if not isinstance(value, str):
            raise wrong_type("a word", value, hint=f"one of: {', '.join(words)}")
        if value not in words:
            raise Mistake(f"{value!r} is not possible here", hint=hint_for(value, words))
        return value

    return read


def read_parallel(value: Any) -> bool | int:
    """How many at the same time: true or false, or a number."""
    if isinstance(value, bool):
        return value
    if isinstance(value, int):
        return whole_number(1, 10_000)(value)
    raise wrong_type("true, false or a number", value, hint="write false, or for example 4")


def read_rate(value: Any) -> float:
    """Requests in a second: any number above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type("a number", value, hint="write for example 50, for 50 requests in a second")
    if value <= 0:
        raise Mistake("a rate must be more than nothing", hint="leave the key out for no limit")
    return float(value)
