"""Durations, and what a response time must be. Everything is in seconds from here on."""

import re
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Operator
from worker.models.problem import ProblemKind
from worker.parsing.mistake import Mistake, wrong_type

#: No wait in a test is longer; more is a unit that was forgotten.
LONGEST_SECONDS = 24 * 3600.0

_DURATION = re.compile(r"\s*(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*(?P<unit>ms|s|m|h)?\s*")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}
_COMPARED_TIME = re.compile(r"\s*(?P<sign><=|<)\s*(?P<duration>.*)")

_HOW = "write 500ms, 10s, 1m or a number of seconds"


def read_duration(value: Any) -> float:
    """Seconds of `500ms`, `10s`, `1m`, `1h`, or a number of seconds; zero included."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong_type("a duration", value, hint=_HOW)
    seconds = _seconds(value) if isinstance(value, str) else value
    if seconds < 0:
        raise Mistake(f"{value!r} is less than nothing", hint=_HOW)
    if seconds > LONGEST_SECONDS:
        raise Mistake(f"{value!r} is longer than a day", hint="a number without a unit means seconds")
    return float(seconds)


def _seconds(text: str) -> float:
    found = _DURATION.fullmatch(text)
    if found is None:
        raise Mistake(f"{text!r} is not a duration", hint=_HOW)
    return float(found.group("number")) * _UNITS[found.group("unit")]


def read_limit(value: Any) -> float:
    """A duration that something has to end in: more than nothing."""
    seconds = read_duration(value)
    if seconds <= 0:
        raise Mistake("a time limit must be more than nothing", hint="write for example 10s")
    return seconds


def read_time(value: Any) -> list[tuple[Operator, JsonValue]]:
    """What the response time must be: `< 500ms`, `<= 1s`, or a mapping of operators."""
    if isinstance(value, dict):
        if not value:
            raise Mistake("a mapping of operators with nothing in it", hint='write for example "< 500ms"')
        return [_time_predicate(word, operand) for word, operand in value.items()]
    if not isinstance(value, str):
        raise wrong_type("a time limit", value, hint='write for example "< 500ms"')
    found = _COMPARED_TIME.fullmatch(value)
    if found is None:
        raise Mistake(f"{value!r} does not say what the time must be", hint='write for example "< 500ms"')
    seconds = read_limit(found.group("duration"))
    if found.group("sign") == "<=":
        return [(Operator.BETWEEN, [0.0, seconds])]
    return [(Operator.LESS, seconds)]


def _time_predicate(word: str, operand: Any) -> tuple[Operator, JsonValue]:
    if word not in _OPERANDS:
        raise Mistake(
            f"{word!r} cannot be asked of a time",
            hint=f"one of: {', '.join(_OPERANDS)}",
            kind=ProblemKind.UNKNOWN_KEY,
            inside=(word,),
        )
    try:
        return Operator(word), _OPERANDS[word](operand)
    except Mistake as mistake:
        mistake.inside = (word, *mistake.inside)
        raise


def _between(value: Any) -> JsonValue:
    if not isinstance(value, list) or len(value) != 2:
        raise Mistake("'between' takes two durations", hint="write for example [10ms, 500ms]")
    low, high = read_duration(value[0]), read_duration(value[1])
    if low > high:
        raise Mistake("nothing is between these: the first is greater", hint="write the smaller one first")
    return [low, high]


_OPERANDS = {
    "less": read_limit,
    "greater": read_duration,
    "at_least": read_duration,
    "at_most": read_limit,
    "between": _between,
}
