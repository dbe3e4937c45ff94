"""Regular expressions that users wrote, searched so that none can hang a run.

Python's own `re` may need longer than the universe for `(a+)+$`, and cannot be interrupted. So it
gets only searches whose worst case is small; all others go to the `regex` package, which is slower
to import but knows a time limit.
"""

import re
import warnings
from collections.abc import Iterable, Mapping
from functools import lru_cache
from itertools import islice
from types import MappingProxyType
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

#: A search may take this long; an honest one takes microseconds. The whole process waits for it.
TIME_LIMIT_SECONDS = 0.5

#: Steps that `re` may need in the worst case: some ten milliseconds.
_SAFE_STEPS = 2_000_000

#: Longer texts are searched only this far, in characters.
LENGTH_LIMIT = 1_000_000

#: Matches that a search for all of them gives at most.
MATCHES_LIMIT = 10_000

_NO_NAMES: Mapping[str, str] = MappingProxyType({})


class PatternError(ValueError):
    """The pattern cannot be read, or its search takes too long. The message is a sentence."""


class Match:
    """What was found: the whole text, and the groups ("" where a group took no part)."""

    __slots__ = ("groups", "named", "text")

    def __init__(self, text: str, groups: tuple[str, ...], named: Mapping[str, str] = _NO_NAMES) -> None:
        self.text = text
        self.groups = groups
        self.named = named

    def group(self, which: int | str | None) -> str:
        """A group by number (0 is the whole match) or name; without either the first one, else all.

        Raises PatternError for a group that the pattern does not have.
        """
        if which is None:
            return self.groups[0] if self.groups else self.text
        if isinstance(which, str) and which in self.named:
            return self.named[which]
        if isinstance(which, int) and 0 <= which <= len(self.groups):
            return (self.text, *self.groups)[which]
        raise PatternError(f"it has no group {which!r}{self._groups_there()}")

    def _groups_there(self) -> str:
        if self.named:
            return f"; its groups are {', '.join(self.named)}"
        return f"; it has {len(self.groups)}" if self.groups else "; it has none"


def search(pattern: str, text: str) -> Match | None:
    """The first match anywhere in the text, or None. Raises PatternError."""
    text = text[:LENGTH_LIMIT]
    compiled = _compile(pattern) if _is_safe(pattern, len(text)) else None
    found = compiled.search(text) if compiled else _search_with_limit(pattern, text)
    return _as_match(found) if found else None


def search_all(pattern: str, text: str) -> list[Match]:
    """Every match in the text, from its beginning, up to a limit. Raises PatternError."""
    import regex

    try:
        found: Iterable[regex.Match[str]] = regex.finditer(
            pattern, text[:LENGTH_LIMIT], timeout=TIME_LIMIT_SECONDS
        )
        return [_as_match(match) for match in islice(found, MATCHES_LIMIT)]
    except regex.error as error:
        raise _unreadable(pattern, error) from None
    except TimeoutError:
        raise _too_slow(pattern) from None


def replace(pattern: str, text: str, replacement: str) -> str:
    """The text with every match replaced; `replacement` is taken as it is. Raises PatternError."""
    import regex

    try:
        return regex.sub(pattern, lambda match: replacement, text, timeout=TIME_LIMIT_SECONDS)
    except regex.error as error:
        raise _unreadable(pattern, error) from None
    except TimeoutError:
        raise _too_slow(pattern) from None


def groups_of(pattern: str) -> tuple[int, tuple[str, ...]]:
    """How many groups a pattern has, and the names of those that have one. Raises PatternError."""
    compiled = _compile(pattern)
    if compiled is not None:
        return compiled.groups, tuple(compiled.groupindex)
    import regex

    try:
        other = regex.compile(pattern)
    except regex.error as error:
        raise _unreadable(pattern, error) from None
    return other.groups, tuple(other.groupindex)


def _as_match(found: "re.Match[str] | regex.Match[str]") -> Match:
    return Match(found.group(0), tuple(found.groups(default="")), found.groupdict(default=""))


def _is_safe(pattern: str, length: int) -> bool:
    """Whether backtracking stays small: without groups nothing nests, so n repetitions over a text
    of m characters need at most m to the power of n + 1 steps."""
    repetitions = sum(pattern.count(sign) for sign in "*+?{")
    if "(" in pattern:
        return repetitions == 0 and pattern.count("|") <= 4
    steps: int = (length + 1) ** min(repetitions + 1, 8)
    return steps <= _SAFE_STEPS


@lru_cache(maxsize=512)
def _compile(pattern: str) -> "re.Pattern[str] | None":
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # "possible nested set": the user's pattern, not ours
            return re.compile(pattern)
    except re.error:
        return None  # `regex` knows more, and says better what is wrong


def _search_with_limit(pattern: str, text: str) -> "re.Match[str] | regex.Match[str] | None":
    import regex

    try:
        return regex.search(pattern, text, timeout=TIME_LIMIT_SECONDS)
    except regex.error as error:
        raise _unreadable(pattern, error) from None
    except TimeoutError:
        raise _too_slow(pattern) from None


def _unreadable(pattern: str, error: Exception) -> PatternError:
    return PatternError(f"{pattern!r} is not a regular expression: {error}")


def _too_slow(pattern: str) -> PatternError:
    return PatternError(
        f"searching {pattern!r} took longer than {TIME_LIMIT_SECONDS:g} s and was stopped;"
        " nested repetitions such as (a+)+ cause this"
    )
