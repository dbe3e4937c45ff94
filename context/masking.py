"""Secrets stay secret: wherever text leaves a run, `***` stands where a secret stood.

Masking goes by value, not by name: a token is found inside a URL, a header, a body or an error
message, however it got there, in every spelling that context/spellings.py knows.

A secret of fewer than four characters is masked only where it is a whole value: looked for inside
texts, it would tear holes into all of them.
"""

import re
from collections.abc import Iterable, Iterator, Mapping, Sequence

from context.anchors import SHORTEST_ANCHOR, Anchors
from context.prefixes import PrefixFinder
from context.spellings import SHORTEST_SECRET, Form, forms_of
from context.values import MASK, JsonValue

#: Short texts whose masked form is remembered: header names and values come again and again.
REMEMBERED_TEXTS = 4096
REMEMBERED_LENGTH = 256
#: From this length on it is quicker to ask first whether any secret stands in a text at all.
LONG_TEXT = 16_384

_BASE64 = frozenset("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/-_")
_PADDING = re.compile(r"(?:=|%3[dD]){1,2}")


class Mask:
    """Knows the secrets of one run and hides them. Secrets can be added at any time."""

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        self._secrets: set[str] = set()
        self._by_first: dict[str, list[Form]] = {}
        self._several_spellings: list[Form] = []
        self._finder = PrefixFinder()
        self._anchors = Anchors()
        self._without_anchor = PrefixFinder()
        self._remembered: dict[str, str] = {}
        for secret in secrets:
            self.add(secret)

    def __repr__(self) -> str:
        return f"Mask({len(self._secrets)} secrets)"

    @property
    def knows_any(self) -> bool:
        """Whether there is anything to hide."""
        return bool(self._secrets)

    def add(self, secret: str) -> None:
        """Hide this text from now on. Adding it twice, or adding an empty text, does nothing."""
        for text in {secret, secret.strip()} - self._secrets - {""}:
            self._secrets.add(text)
            self._remembered.clear()
            if len(text) >= SHORTEST_SECRET:
                for form in forms_of(text):
                    self._register(form)

    def _register(self, form: Form) -> None:
        self._finder.add(form.prefix, form.beginnings)
        anchor = form.anchor
        if len(anchor) >= SHORTEST_ANCHOR:
            self._anchors.add(anchor)
        else:
            self._without_anchor.add(form.prefix, form.beginnings)
        if form.plain is None:
            self._several_spellings.append(form)
        else:
            self._by_first.setdefault(form.plain[0], []).append(form)

    def add_value(self, value: JsonValue) -> None:
        """Hide every text and every number in a JSON value from now on."""
        if isinstance(value, str):
            self.add(value)
        elif isinstance(value, Mapping):
            for item in value.values():
                self.add_value(item)
        elif isinstance(value, Sequence):
            for item in value:
                self.add_value(item)
        elif value is not None and not isinstance(value, bool):
            self.add(str(value))

    def text(self, text: str) -> str:
        """The text with `***` in the place of every secret."""
        if not self._secrets:
            return text
        if len(text) > REMEMBERED_LENGTH:
            return self._masked(text)
        masked = self._remembered.get(text)
        if masked is None:
            masked = self._masked(text)
            if len(self._remembered) >= REMEMBERED_TEXTS:
                self._remembered.clear()
            self._remembered[text] = masked
        return masked

    def stands_in(self, content: bytes) -> bool:
        """Whether a secret stands in these bytes, also where each of its letters has a NUL beside it, which
        is what UTF-16 makes of most."""
        bare = content.translate(None, b"\0")
        may_be_anchored = len(bare) < LONG_TEXT or self._anchors.may_stand_in(bare)
        finder = self._finder if may_be_anchored else self._without_anchor
        if finder.is_empty and len(bare) >= LONG_TEXT:
            return False
        # Only a secret that has a NUL itself is in no text without them.
        contents = {bare, content} if any("\0" in secret for secret in self._secrets) else {bare}
        return any(self._stands_in(text, finder) for each in contents for text in _readings(each))

    def _stands_in(self, text: str, finder: PrefixFinder) -> bool:
        return text in self._secrets or bool(self._spans(text, finder))

    def value(self, value: JsonValue) -> JsonValue:
        """The JSON value with every secret masked, in keys and in numbers too."""
        if not self._secrets or value is None or isinstance(value, bool):
            return value
        if isinstance(value, str):
            return self.text(value)
        if isinstance(value, int | float):
            return value if self.text(str(value)) == str(value) else MASK
        if isinstance(value, Mapping):
            return self._object(value)
        return [self.value(item) for item in value]

    def holds_secret(self, value: JsonValue) -> bool:
        """Whether there is anything in this value that must be hidden."""
        return bool(self._secrets) and self.value(value) != value

    def _object(self, value: Mapping[str, JsonValue]) -> JsonValue:
        masked: dict[str, JsonValue] = {}
        for key, item in value.items():
            shown = self.text(key)
            # Two secret keys must not become one: nothing else is lost by masking.
            name = shown if shown not in masked else f"{shown} ({len(masked) + 1})"
            masked[name] = self.value(item)
        return masked

    def _masked(self, text: str) -> str:
        if text in self._secrets:
            return MASK
        kept: list[str] = []
        position = 0
        for start, end in self._spans(text, self._finder_for(text)):
            kept.append(text[position:start])
            position = end
        if not kept:
            return text
        return MASK.join([*kept, text[position:]])

    def _spans(self, text: str, finder: PrefixFinder) -> list[tuple[int, int]]:
        """Where secrets stand, in order, with those that touch or overlap made one."""
        spans: list[tuple[int, int]] = []
        for position in finder.positions(text):
            span = self._longest_at(text, position)
            if span is None:
                continue
            while spans and span[0] <= spans[-1][1]:
                before = spans.pop()
                span = (min(before[0], span[0]), max(before[1], span[1]))
            spans.append(span)
        return spans

    def _finder_for(self, text: str) -> PrefixFinder:
        if len(text) < LONG_TEXT or self._anchors.may_stand_in(text.encode("utf-8", "surrogatepass")):
            return self._finder
        return self._without_anchor

    def _longest_at(self, text: str, position: int) -> tuple[int, int] | None:
        longest: tuple[int, int] | None = None
        for forms in (self._by_first.get(text[position], ()), self._several_spellings):
            for form in forms:
                end = form.end_of_match(text, position)
                if end < 0:
                    continue
                span = _whole_base64(text, position, end) if form.is_base64 else (position, end)
                longest = span if longest is None else (min(span[0], longest[0]), max(span[1], longest[1]))
        return longest


def _readings(content: bytes) -> Iterator[str]:
    """The texts that these bytes may be. In UTF-8 what is none becomes signs that are in no secret; a file
    of an older program, or what is left of UTF-16 without its NULs, is Latin-1."""
    try:
        yield content.decode()
    except UnicodeDecodeError:
        yield content.decode(errors="surrogateescape")
        yield content.decode("latin-1")


def _whole_base64(text: str, start: int, end: int) -> tuple[int, int]:
    """With the characters on either side that hold some bits of the secret, and the padding."""
    if start > 0 and text[start - 1] in _BASE64:
        start -= 1
    if end < len(text) and text[end] in _BASE64:
        end += 1
    padding = _PADDING.match(text, end)
    return start, padding.end() if padding else end
