"""Small values that people write in their own way: durations, statuses, keys, paths.

Each reader takes a value of the file and returns what the rest of Baton uses, or raises Mistake.
"""

import re
from collections.abc import Callable
from typing import Any

from context.values import JsonValue
from worker.models.expectation import Operator
from worker.models.problem import ProblemKind
from worker.parsing.suggest import hint_for, one_of


class Mistake(ValueError):
    """A value that cannot be. `inside` is the way from the value to the part of it that is wrong;
    `quotable` is set where the same characters in quotes would be right."""

    def __init__(
        self,
        what: str,
        *,
        hint: str | None = None,
        kind: ProblemKind = ProblemKind.BAD_VALUE,
        inside: tuple[str | int, ...] = (),
        quotable: bool = False,
    ) -> None:
        super().__init__(what)
        self.what = what
        self.hint = hint
        self.kind = kind
        self.inside = inside
        self.quotable = quotable


#: No wait in a test is longer; more is a unit that was forgotten.
LONGEST_SECONDS = 24 * 3600.0

_DURATION = re.compile(r"\s*(?P<number>[0-9]+(?:\.[0-9]+)?|\.[0-9]+)\s*(?P<unit>ms|s|m|h)?\s*")
_UNITS = {"ms": 0.001, "s": 1.0, "m": 60.0, "h": 3600.0, None: 1.0}
_COMPARED_TIME = re.compile(r"\s*(?P<sign><=|<)\s*(?P<duration>.*)")
_STATUS_CLASS = re.compile(r"[1-5]xx")

#: Names that templates know already; a captured value of that name would hide them.
RESERVED_NAMES = frozenset(
    (
        "base_url",
        "captured_data",
        "env",
        "fixture",
        "secrets",
        "shared_auth_tokens",
        "shared_variables",
        "tokens",
    )
)

_NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*")
_TEST_KEY = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]*")
_SUITE_KEY = re.compile(r"[a-z0-9][a-z0-9_-]*")
_LONGEST_KEY = 100

_HEADER_NAME = re.compile(r"[!#$%&'*+.^_`|~0-9A-Za-z-]+")
_METHOD = re.compile(r"[A-Z][A-Z0-9_-]*")
_URL = re.compile(r"(/|https?://|\{\{|\{%).*", re.DOTALL | re.IGNORECASE)


def in_words(value: JsonValue) -> str:
    """What kind of value this is, for a person."""
    if value is None:
        return "nothing"
    for kind, name in (
        (bool, "a boolean"),
        (int, "a number"),
        (float, "a number"),
        (str, "a text"),
        (dict, "a mapping"),
    ):
        if isinstance(value, kind):
            return name
    return "a list"


def wrong_type(
    expected: str, value: JsonValue, *, hint: str | None = None, inside: tuple[str | int, ...] = ()
) -> Mistake:
    """A value of another type than the format has here."""
    what = f"{expected} is needed here, not {in_words(value)}"
    return Mistake(what, hint=hint, kind=ProblemKind.WRONG_TYPE, inside=inside)


def read_text(value: Any) -> str:
    """A text; it may be empty."""
    if isinstance(value, str):
        return value
    mistake = wrong_type("a text", value)
    mistake.quotable = isinstance(value, bool | int | float)
    raise mistake


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
    said = {"yes": "true", "on": "true", "no": "false", "off": "false"}
    plain = value.strip().lower() if isinstance(value, str) else ""
    word = plain if plain in ("true", "false") else said.get(plain)
    raise wrong_type("true or false", value, hint=f"write {word}" if word else "write true or false")


def read_true(value: Any) -> bool:
    """The word true, for what is either asked for or left out."""
    if read_boolean(value):
        return True
    raise Mistake("this can only be true", hint="leave the key out instead")


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
            raise wrong_type("a word", value, hint=one_of(words))
        if value not in words:
            raise Mistake(f"{value!r} is not possible here", hint=hint_for(value, words))
        return value

    return read


def read_rate(value: Any) -> float:
    """Requests in a second: any number above zero."""
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise wrong_type("a number", value, hint="write for example 50, for 50 requests in a second")
    if value <= 0:
        raise Mistake("a rate must be more than nothing", hint="leave the key out for no limit")
    return float(value)


def has_template(value: JsonValue) -> bool:
    """Whether this is a text with a template in it, whose value is not known yet."""
    return isinstance(value, str) and ("{{" in value or "{%" in value)


def read_duration(value: Any) -> float:
    """Seconds of `500ms`, `10s`, `1m`, `1h`, or a number of seconds; zero included."""
    if isinstance(value, bool) or not isinstance(value, int | float | str):
        raise wrong_type("a duration", value, hint="write 500ms, 10s, 1m or a number of seconds")
    found = _DURATION.fullmatch(str(value))
    if found is None:
        raise Mistake(f"{value!r} is not a duration", hint="write 500ms, 10s, 1m or a number of seconds")
    seconds = float(found.group("number")) * _UNITS[found.group("unit")]
    if seconds > LONGEST_SECONDS:
        raise Mistake(f"{value!r} is longer than a day", hint="a number without a unit means seconds")
    return seconds


def read_limit(value: Any) -> float:
    """A duration that something has to end in: more than nothing."""
    seconds = read_duration(value)
    if seconds <= 0:
        raise Mistake("a time limit must be more than nothing", hint="write for example 10s")
    return seconds


def read_status(value: Any) -> tuple[Operator, JsonValue]:
    """What the status must be: a code, one of several codes, or a class such as `2xx`."""
    if isinstance(value, str):
        return _status_from_text(value)
    if isinstance(value, list):
        if not value:
            raise Mistake("a list of status codes with nothing in it", hint="write for example [200, 201]")
        return Operator.ONE_OF, [_status_code(code, position) for position, code in enumerate(value)]
    return Operator.EQUALS, _status_code(value)


def _status_from_text(text: str) -> tuple[Operator, JsonValue]:
    plain = text.strip().lower()
    if _STATUS_CLASS.fullmatch(plain):
        return Operator.STATUS_CLASS, plain
    if plain.isascii() and plain.isdigit():
        raise Mistake(f"{text!r} is a text, a status code is a number", hint=f"write {plain} without quotes")
    raise Mistake(f"{text!r} is not a status", hint="write a code (200), codes ([200, 201]) or a class (2xx)")


def _status_code(value: Any, position: int | None = None) -> int:
    inside = () if position is None else (position,)
    if isinstance(value, bool) or not isinstance(value, int):
        raise Mistake(
            f"{_shown(value)} is not a status code",
            hint="write a code (200), codes ([200, 201]) or a class (2xx)",
            inside=inside,
        )
    if not 100 <= value <= 599:
        raise Mistake(f"{value} is not a status code", hint="codes go from 100 to 599", inside=inside)
    return value


def read_time(value: Any) -> list[tuple[Operator, JsonValue]]:
    """What the response time must be, in seconds: `< 500ms`, `<= 1s`, or a mapping of less, greater
    and between."""
    if isinstance(value, dict):
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
    try:
        if word == Operator.LESS:
            return Operator.LESS, read_limit(operand)
        if word == Operator.GREATER:
            return Operator.GREATER, read_duration(operand)
        if word == Operator.BETWEEN and isinstance(operand, list) and len(operand) == 2:
            return Operator.BETWEEN, [read_duration(operand[0]), read_duration(operand[1])]
    except Mistake as mistake:
        mistake.inside = (word,)
        raise
    if word == Operator.BETWEEN:
        raise Mistake("'between' takes two durations", hint="write for example [10ms, 500ms]", inside=(word,))
    raise Mistake(
        f"{word!r} cannot be asked of a time",
        hint="one of: less, greater, between",
        kind=ProblemKind.UNKNOWN_KEY,
        inside=(word,),
    )


def read_scalar(value: Any) -> JsonValue:
    """A text, a number or a boolean: what fits into a header."""
    if value is None or isinstance(value, list | dict):
        raise wrong_type("a text", value)
    return as_text(value)


def as_text(value: JsonValue) -> str:
    """A scalar as it is written in a header: `true`, not Python's `True`."""
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value)


def read_header(value: Any) -> str | None:
    """A header's value as text; null takes a default header away."""
    return None if value is None else str(read_scalar(value))


def read_query_value(value: Any) -> JsonValue:
    """A query parameter: a text, number or boolean, or several of them for a repeated one."""
    if isinstance(value, list):
        for position, part in enumerate(value):
            if part is None or isinstance(part, list | dict):
                mistake = wrong_type("a text", part)
                mistake.inside = (position,)
                raise mistake
        return value
    if value is None or isinstance(value, dict):
        raise wrong_type("a text, or a list of texts,", value, hint='for an empty one write ""')
    checked: JsonValue = value
    return checked


def read_header_name(value: str) -> str:
    """A header's name, of the characters that HTTP allows."""
    if not _HEADER_NAME.fullmatch(value):
        raise Mistake(f"{value!r} is not a header's name", hint="letters, digits and hyphens")
    return value


def read_url(value: Any) -> str:
    """A path below the base URL, a whole URL, or a template that makes one of these."""
    if not isinstance(value, str):
        raise wrong_type("a path", value, hint="write for example /login")
    if not _URL.fullmatch(value):
        hint = f"write /{value.strip()}" if value.strip() else "write / for the base URL itself"
        raise Mistake("a path begins with '/', a whole URL with 'http://' or 'https://'", hint=hint)
    if re.search(r"[\r\n\t]", value):
        raise Mistake("a path has no line breaks or tabs", hint="write it on one line")
    return value


def read_base_url(value: Any) -> str:
    """A whole URL; what follows the host stays in front of every path."""
    if not isinstance(value, str):
        raise wrong_type("a URL", value, hint="write for example http://127.0.0.1:8900")
    if not re.fullmatch(r"https?://[^\s/?#]+[^\s?#]*", value, re.IGNORECASE):
        raise Mistake(f"{value!r} is not a base URL", hint="write for example http://127.0.0.1:8900")
    return value


def read_method(value: Any) -> str:
    """An HTTP method in capital letters."""
    if not isinstance(value, str):
        raise wrong_type("a method", value, hint="write for example PROPFIND")
    if not _METHOD.fullmatch(value):
        raise Mistake(
            f"{value!r} is not an HTTP method", hint=f"write {value.upper()}" if value.isalpha() else None
        )
    return value


def read_name(value: str) -> str:
    """A name that templates can use: letters, digits and underscores."""
    if not _NAME.fullmatch(value):
        plain = re.sub(r"[^A-Za-z0-9_]+", "_", value).strip("_")
        hint = f"write {plain}" if _NAME.fullmatch(plain) else "letters, digits and _, a letter first"
        raise Mistake(f"{value!r} cannot be used in a template", hint=hint)
    if value in RESERVED_NAMES:
        raise Mistake(f"{value!r} is a name that templates have already", hint="choose another one")
    return value


def read_test_key(value: str) -> str:
    """A test's key: letters, digits, hyphens and underscores."""
    return _read_key(value, _TEST_KEY, "test", lower=False)


def read_suite_key(value: Any) -> str:
    """A suite's key: small letters, digits, hyphens and underscores."""
    if not isinstance(value, str):
        raise wrong_type("a text", value)
    return _read_key(value, _SUITE_KEY, "suite", lower=True)


def read_environment_name(value: str) -> str:
    """An environment's name: letters, digits, hyphens and underscores."""
    return _read_key(value, _TEST_KEY, "environment", lower=False)


def _read_key(value: str, pattern: re.Pattern[str], what: str, *, lower: bool) -> str:
    if len(value) > _LONGEST_KEY:
        raise Mistake(
            f"a {what}'s key has at most {_LONGEST_KEY} characters", hint="use 'title' for a sentence"
        )
    if pattern.fullmatch(value):
        return value
    letters = "small letters" if lower else "letters"
    plain = slug(value) if lower else re.sub(r"[^A-Za-z0-9_-]+", "-", value).strip("-_")
    hint = f"write {plain}" if plain else None
    raise Mistake(f"{value!r} is not a {what}'s key: {letters}, digits, '-' and '_'", hint=hint)


def slug(title: str) -> str:
    """A suite's key made from its title: `Shop Checkout` gives `shop-checkout`. May be empty."""
    import unicodedata

    plain = unicodedata.normalize("NFKD", title).encode("ascii", "ignore").decode().lower()
    return re.sub(r"[^a-z0-9_]+", "-", plain).strip("-_")[:_LONGEST_KEY].rstrip("-_")


def _shown(value: Any) -> str:
    return repr(value) if isinstance(value, str) else in_words(value)
