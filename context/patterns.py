"""Regular expressions that users wrote, searched so that none can hang a run.

Python's own `re` may need longer than the universe for `(a+)+$`, and cannot be interrupted. So it
gets only searches whose worst case is small; all others go to the `regex` package, which is slower
to import but knows a time limit.
"""

import re
import warnings
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import regex

#: A search may take this long; an honest one takes microseconds. The whole process waits for it.
TIME_LIMIT_SECONDS = 0.5

#: Steps that `re` may need in the worst case: some ten milliseconds.
_SAFE_STEPS = 2_000_000

#: Longer texts are searched only this far, in characters.
LENGTH_LIMIT = 1_000_000


class PatternError(ValueError):
    """The pattern cannot be read, or its search takes too long. The message is a sentence."""


class Match:
    """What was found: the whole text, and the groups ("" where a group took no part)."""

    __slots__ = ("groups", "text")

    def __init__(self, text: str, groups: tuple[str, ...]) -> None:
        self.text = text
        self.groups = groups


def search(pattern: str, text: str) -> Match | None:
    """The first match anywhere in the text, or None. Raises PatternError."""
    text = text[:LENGTH_LIMIT]
    compiled = _compile(pattern) if _is_safe(pattern, len(text)) else None
    found = compiled.search(text) if compiled else _search_with_limit(pattern, text)
    return Match(found.group(0), tuple(found.groups(default=""))) if found else None


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
        raise PatternError(f"{pattern!r} is not a regular expression: {error}") from None
    except TimeoutError:
        raise PatternError(
            f"searching {pattern!r} took longer than {TIME_LIMIT_SECONDS:g} s and was stopped;"
            " nested repetitions such as (a+)+ cause this"
        ) from None
