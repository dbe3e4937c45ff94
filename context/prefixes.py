"""Finds where any of many patterns begins: the first, quick look at a text for secrets."""

import re
from collections.abc import Iterable

#: A pattern for the first characters of a form, and the characters with which it may begin.
_Prefix = tuple[str, frozenset[str]]


class PrefixFinder:
    """Finds where any of many prefixes stands.

    Prefixes come one by one while texts are being searched. Compiling all of them for each new one
    would take the square of their number, so they are kept in groups, each at least twice as large
    as the next, and only groups that have become equal are compiled together.
    """

    def __init__(self) -> None:
        self._known: set[str] = set()
        self._new: list[_Prefix] = []
        self._groups: list[tuple[list[_Prefix], tuple[re.Pattern[str], ...]]] = []

    @property
    def is_empty(self) -> bool:
        """Whether there is nothing to be found."""
        return not self._known

    def add(self, prefix: str, beginnings: frozenset[str]) -> None:
        """Look for this pattern, too; `beginnings` are the characters with which it may begin."""
        if prefix not in self._known:
            self._known.add(prefix)
            self._new.append((prefix, beginnings))

    def positions(self, text: str) -> list[int]:
        """Every position at which a prefix begins, in order."""
        if self._new:
            self._compile_new()
        found: set[int] = set()
        for pattern in (each for _, patterns in self._groups for each in patterns):
            position = 0
            while match := pattern.search(text, position):
                found.add(match.start())
                position = match.start() + 1
        return sorted(found)

    def _compile_new(self) -> None:
        prefixes, self._new = self._new, []
        while self._groups and len(self._groups[-1][0]) < 2 * len(prefixes):
            prefixes = self._groups.pop()[0] + prefixes
        self._groups.append((prefixes, _any_of(prefixes)))


def _any_of(prefixes: Iterable[_Prefix]) -> tuple[re.Pattern[str], ...]:
    """Patterns that find any of these: most positions of a text are dismissed by their character."""
    by_first: dict[str, list[str]] = {}
    spelled: list[str] = []
    beginnings: set[str] = set()
    for prefix, firsts in sorted(prefixes, key=_text):
        if len(firsts) == 1 and prefix[0].isalnum():
            by_first.setdefault(prefix[0], []).append(prefix[1:])
        else:
            spelled.append(prefix)
            beginnings |= firsts
    patterns: list[str] = []
    if by_first:
        patterns.append("|".join(f"{first}(?:{'|'.join(rest)})" for first, rest in by_first.items()))
    if spelled:
        # Apart from the others, and with a look at one character first: with alternatives of several
        # spellings a search would try all of them at every position.
        patterns.append(f"(?=[{''.join(map(re.escape, sorted(beginnings)))}])(?:{'|'.join(spelled)})")
    return tuple(map(re.compile, patterns))


def _text(prefix: _Prefix) -> str:
    return prefix[0]
