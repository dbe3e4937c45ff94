"""Dismisses long texts in which none of many secrets stands, in a time that their number does not change.

A search for one of many texts gets slower with each of them, and what an API answers may be megabytes.
Most secrets have a long run of characters that nobody spells in any other way: an anchor. Wherever an
anchor stands, one of its first eight pieces of eight bytes begins at a multiple of eight. So it is enough
to look at every eighth byte, and whether the piece that begins there is one of those.
"""

import sys
from collections.abc import Iterable

#: The bytes of a piece, which are read as one number.
_PIECE = 8
#: An anchor of this length has a whole piece at each of the places where one may begin.
SHORTEST_ANCHOR = 2 * _PIECE - 1


class Anchors:
    """The pieces of all anchors. Anchors can be added at any time."""

    def __init__(self) -> None:
        self._new: list[str] = []
        self._pieces: set[int] = set()

    def add(self, anchor: str) -> None:
        """Look for this one from now on: ASCII, and not shorter than SHORTEST_ANCHOR."""
        self._new.append(anchor)

    def may_stand_in(self, content: bytes) -> bool:
        """False: no anchor stands anywhere in this text, in UTF-8. True: perhaps one does."""
        # Cut apart late: few runs meet a text that is long.
        self._pieces.update(piece for anchor in self._new for piece in _pieces_of(anchor.encode()))
        self._new.clear()
        whole = len(content) // _PIECE * _PIECE
        return not self._pieces.isdisjoint(memoryview(content)[:whole].cast("Q"))


def _pieces_of(anchor: bytes) -> Iterable[int]:
    return (int.from_bytes(anchor[start : start + _PIECE], sys.byteorder) for start in range(_PIECE))
