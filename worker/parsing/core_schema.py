"""The core schema of YAML 1.2: which plain text is a number, a boolean or null.

YAML 1.1, which PyYAML follows, takes `no` for false and `12:30:00` for a number. Here what looks
like text to a person is text.
"""

import re
from collections.abc import Callable

from context.values import JsonValue

#: What a suite file may say in a tag.
TAG_PREFIX = "tag:yaml.org,2002:"
CORE_TAGS = frozenset(("str", "int", "float", "bool", "null", "map", "seq"))

#: What a person calls the values of these kinds.
SPOKEN = {"int": "a number", "float": "a number", "bool": "a boolean", "null": "null"}

_NUMBER = re.compile(
    r"""(?P<int> [-+]?[0-9]+ | 0o[0-7]+ | 0x[0-9a-fA-F]+ )
      | [-+]? (?: \.[0-9]+ | [0-9]+(?:\.[0-9]*)? ) (?: [eE][-+]?[0-9]+ )?
      | [-+]? \.(?: inf | Inf | INF ) | \.(?: nan | NaN | NAN )""",
    re.VERBOSE,
)
_NUMBER_STARTS = frozenset("+-.0123456789")
_WORDS = {
    **dict.fromkeys(("", "~", "null", "Null", "NULL"), "null"),
    **dict.fromkeys(("true", "True", "TRUE", "false", "False", "FALSE"), "bool"),
}
_BOOLEANS = {"true": True, "false": False}


def kind_of(text: str) -> str:
    """The kind of a plain (unquoted) text: "str", "int", "float", "bool" or "null"."""
    if text[:1] in _NUMBER_STARTS:
        found = _NUMBER.fullmatch(text)
        return "str" if found is None else "int" if found.lastgroup else "float"
    return _WORDS.get(text, "str")


def value_of(kind: str, text: str) -> JsonValue:
    """The value that a text of this kind stands for. Raises ValueError if JSON has no such value."""
    reader = _READERS.get(kind)
    return text if reader is None else reader(text)


def _integer(text: str) -> int:
    if text.startswith(("0o", "0x")):
        return int(text, 0)
    return int(text)


def _float(text: str) -> float:
    number = float(text)
    if number - number != 0.0:  # infinite, or not a number at all
        raise ValueError(text)
    return number


def _null(text: str) -> None:
    if text not in ("", "~") and text.lower() != "null":
        raise ValueError(text)


def _boolean(text: str) -> bool:
    if text.lower() not in _BOOLEANS:
        raise ValueError(text)
    return _BOOLEANS[text.lower()]


_READERS: dict[str, Callable[[str], JsonValue]] = {
    "int": _integer,
    "float": _float,
    "bool": _boolean,
    "null": _null,
}
