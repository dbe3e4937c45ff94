"""How a secret may be spelled where it turns up: raw, escaped, percent-encoded, in base64.

Percent-encoding, JSON's and HTML's escapes work on single characters, and tools differ in which
they touch. So each character that could be touched becomes all of its spellings, and one pattern
finds every mixture. Base64 works on three bytes at a time: the secret looks different at each of
the three alignments, which also finds it inside `user:secret`.
"""

import base64
import json
import re
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass, field

#: Shorter secrets are masked only where they are a whole value: `no` would be found in any text.
SHORTEST_SECRET = 4

#: The characters of a form that the first, quick search looks for.
PREFIX_LENGTH = 4

#: With what the spelling of a character may begin, besides itself.
_ESCAPING = frozenset("%\\&+-_")

#: Where a base64 form begins, by alignment: the characters before hold bits of other bytes.
_FIRST_WHOLE_CHARACTER = (0, 2, 3)


@dataclass(slots=True)
class Form:
    """One way in which a secret is spelled. `plain` is the text, if there is only one spelling; `anchor` is
    the longest run of characters that have but one, which stands wherever this form does."""

    characters: tuple[str, ...]
    is_base64: bool
    plain: str | None = field(init=False)
    anchor: str = field(init=False)
    prefix: str = field(init=False)
    _pattern: re.Pattern[str] | None = field(init=False, default=None)

    def __post_init__(self) -> None:
        spellings = [_spellings(character, in_base64=self.is_base64) for character in self.characters]
        self.plain = None if any(spellings) else "".join(self.characters)
        # A space is never a character with one spelling, so it parts the runs.
        parted = (" " if spelled else sign for sign, spelled in zip(self.characters, spellings, strict=True))
        self.anchor = max("".join(parted).split(" "), key=len)
        self.prefix = "".join(self._pattern_of(self.characters[:PREFIX_LENGTH]))

    @property
    def beginnings(self) -> frozenset[str]:
        """The characters with which this form may begin, in one of its spellings."""
        first = self.characters[0]
        return (
            frozenset({first, *_ESCAPING})
            if _spellings(first, in_base64=self.is_base64)
            else frozenset(first)
        )

    def _pattern_of(self, characters: tuple[str, ...]) -> str:
        return "".join(
            _spellings(character, in_base64=self.is_base64) or re.escape(character)
            for character in characters
        )

    def end_of_match(self, text: str, position: int) -> int:
        """Where this form ends that begins at `position` of `text`; -1 if it does not begin there."""
        if self.plain is not None:
            return position + len(self.plain) if text.startswith(self.plain, position) else -1
        if self._pattern is None:
            # Compiled late: most forms of most secrets never turn up.
            self._pattern = re.compile(self._pattern_of(self.characters))
        found = self._pattern.match(text, position)
        return found.end() if found else -1


def forms_of(secret: str) -> Iterator[Form]:
    """Every form of a secret that is long enough to be looked for."""
    yield Form(tuple(secret), is_base64=False)
    misread = secret.encode("utf-8", "surrogatepass").decode("latin-1")
    if misread != secret:
        # Headers are read as Latin-1 by many servers, which then tell what they have read.
        yield Form(tuple(misread), is_base64=False)
    cores = dict.fromkeys(core for content in _encoded(secret) for core in _base64_cores(content))
    for core in cores:
        yield Form(tuple(core), is_base64=True)


def _encoded(secret: str) -> set[bytes]:
    contents = {secret.encode("utf-8", "surrogatepass")}
    with suppress(UnicodeEncodeError):
        # Basic authentication was Latin-1 once, and still is in some clients.
        contents.add(secret.encode("latin-1"))
    return contents


def _base64_cores(content: bytes) -> Iterator[str]:
    """What base64 of anything that holds `content` must hold, at each alignment."""
    for offset in range(3):
        encoded = base64.b64encode(b"\0" * offset + content).decode()
        whole_characters = (offset + len(content)) * 8 // 6
        yield encoded[_FIRST_WHOLE_CHARACTER[offset] : whole_characters]


def _spellings(character: str, *, in_base64: bool) -> str:
    """A pattern for all spellings of a character; empty if it has only itself."""
    if character.isalnum() and character.isascii():
        return ""
    if character in "._-" and not in_base64:
        # Unreserved in URLs, and touched by nobody else. (Some still encode `~`.)
        return ""
    spelled = {
        re.escape(character),
        _percent(character),
        _json_escape(character),
        *_source_escapes(character),
        *_html(character),
    }
    if character == " ":
        spelled.add(r"\+")
    if in_base64:
        spelled.add({"+": "-", "/": "_"}[character])
    return f"(?:{'|'.join(sorted(spelled, key=len, reverse=True))})"


def _percent(character: str) -> str:
    content = character.encode("utf-8", "surrogatepass")
    # %252F is %2F, encoded once more.
    return "".join(f"%(?:25)*{_any_case(f'{byte:02x}')}" for byte in content)


def _any_case(hexadecimal: str) -> str:
    return "".join(f"[{digit}{digit.upper()}]" if digit.isalpha() else digit for digit in hexadecimal)


def _json_escape(character: str) -> str:
    units = character.encode("utf-16-be", "surrogatepass").hex()
    numeric = "".join(
        r"\\+u" + _any_case(units[position : position + 4]) for position in range(0, len(units), 4)
    )
    short = json.dumps(character)[1:-1]
    if character == "/":
        short = r"\/"
    if len(short) == 2:
        # Text inside text inside JSON has more backslashes than one.
        return rf"\\+{re.escape(short[1])}|{numeric}"
    return numeric


def _source_escapes(character: str) -> Iterator[str]:
    """As programming languages write it between quotes: `\\xe9`, `\\xc3\\xa9`, `\\'`."""
    content = character.encode("utf-8", "surrogatepass")
    yield "".join(r"\\+x" + _any_case(f"{byte:02x}") for byte in content)
    if len(content) == 2 and ord(character) < 256:
        yield r"\\+x" + _any_case(f"{ord(character):02x}")
    if character in "'\"`":
        yield rf"\\+{character}"


def _html(character: str) -> set[str]:
    from html import escape

    escaped = escape(character)
    names = {re.escape(escaped)} if escaped != character else set()
    if character in "'\"":
        names |= {re.escape(f"&#{ord(character)};"), "&apos;" if character == "'" else "&#[xX]22;"}
    return names
