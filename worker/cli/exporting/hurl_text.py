"""Texts as Hurl writes them: escaped for their place, with `{{name}}` in place of each mark."""

import json
import re
from collections.abc import Callable
from urllib.parse import quote

from context.values import JsonValue
from worker.cli.exporting.symbols import Symbols

#: What a value at the end of a line must not hold as it is; two braces would begin a variable.
_IN_VALUES = re.compile(r"[#\\\x00-\x1f\x7f]|\{(?=\{)")
#: The same for a key, which ends at a colon, and for a text in quotes.
_IN_KEYS = re.compile(r"[#:\\\s\x00-\x1f\x7f\[\]]|\{(?=\{)")
_IN_QUOTES = re.compile(r'["\\\x00-\x1f\x7f]|\{(?=\{)')
_SHORT = {"\\": "\\\\", "\n": "\\n", "\r": "\\r", "\t": "\\t"}


class Spelling:
    """Writes texts that may have marks in them."""

    def __init__(self, symbols: Symbols) -> None:
        self._symbols = symbols

    def value(self, text: str) -> str:
        """A header's value, a field's, an option's."""
        # A blank at either end would not be seen as part of it.
        return re.sub(r"^ | $", r"\\u{20}", self._pieces(text, lambda plain: _IN_VALUES.sub(_escaped, plain)))

    def key(self, text: str) -> str:
        """A name before a colon."""
        return self._pieces(text, lambda plain: _IN_KEYS.sub(_escaped, plain))

    def quoted(self, text: str) -> str:
        """A text between double quotes."""
        inner = self._pieces(text, lambda plain: _IN_QUOTES.sub(_escaped, plain))
        return f'"{inner}"'

    def url(self, text: str) -> str:
        """A whole URL: what would begin a comment or a variable is percent-encoded."""
        return self._pieces(text, lambda plain: quote(plain, safe="%/:?&=+,;@!$'()*[]~-._|"))

    def one_line(self, text: str) -> str:
        """A body of one line, exactly as it is."""
        inner = self._pieces(text, lambda plain: re.sub(r"[`\\#]|\{(?=\{)", _escaped, plain))
        return f"`{inner}`"

    def block(self, text: str) -> str:
        """Some lines of text; nothing is escaped there."""
        return self._pieces(text, str)

    def json(self, value: JsonValue) -> str:
        """A JSON document; a mark that is all of a text stays in quotes, because nobody knows its type."""
        text = json.dumps(value, indent=2, ensure_ascii=False)
        return self._pieces(text, lambda plain: re.sub(r"\{(?=\{)", "\\\\u007b", plain))

    def has_marks(self, text: str) -> bool:
        """Whether anything in it is a variable."""
        return bool(self._symbols.found_in(text))

    def only_mark(self, text: str) -> str:
        """The name of the variable that is all of a text, or nothing."""
        found = list(self._symbols.pieces(text))
        is_one = len(found) == 2 and not found[0][0] and not found[1][0]
        return variable(found[0][1]) if is_one else ""

    def _pieces(self, text: str, plain: Callable[[str], str]) -> str:
        return "".join(
            plain(before) + (f"{{{{{variable(name)}}}}}" if name else "")
            for before, name in self._symbols.pieces(text)
        )


def variable(name: str) -> str:
    """How Hurl's variables are written here."""
    return name.lower()


def _escaped(match: re.Match[str]) -> str:
    sign = match.group()
    if sign in _SHORT:
        return _SHORT[sign]
    if sign in ('"', "#", ":", "`", "["):
        return f"\\{sign}" if sign != "[" else "\\u{5b}"
    return f"\\u{{{ord(sign):x}}}"
