"""Which elements of two lists belong together, so that one more at the front does not change all."""

from collections import Counter
from collections.abc import Hashable, Sequence
from typing import NamedTuple

#: Pairs of equal elements looked at. The search takes time in line with these, times the number of
#: places where the lists part; beyond, elements are compared by position.
PAIRS = 20_000


class Stretch(NamedTuple):
    """Elements [left, left_end) of one list against [right, right_end) of the other."""

    same: bool
    left: int
    left_end: int
    right: int
    right_end: int


def align(left: Sequence[Hashable], right: Sequence[Hashable]) -> list[Stretch]:
    """The two lists as stretches that are the same and stretches that are not, in order."""
    start = _common(left, right)
    end = _common(left[start:][::-1], right[start:][::-1])
    left_end, right_end = len(left) - end, len(right) - end
    middle = _middle(left[start:left_end], right[start:right_end], offset=start)
    stretches = [
        Stretch(True, 0, start, 0, start),
        *middle,
        Stretch(True, left_end, len(left), right_end, len(right)),
    ]
    return [each for each in stretches if each.left < each.left_end or each.right < each.right_end]


def _common(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    """How many elements are the same at the beginning."""
    shorter = min(len(left), len(right))
    return next((index for index in range(shorter) if left[index] != right[index]), shorter)


def _middle(left: Sequence[Hashable], right: Sequence[Hashable], *, offset: int) -> list[Stretch]:
    if _pairs(left, right) > PAIRS:
        return [Stretch(False, offset, offset + len(left), offset, offset + len(right))]
    from difflib import SequenceMatcher

    found = SequenceMatcher(None, left, right, autojunk=False).get_opcodes()
    return [
        Stretch(word == "equal", a + offset, a_end + offset, b + offset, b_end + offset)
        for word, a, a_end, b, b_end in found
    ]


def _pairs(left: Sequence[Hashable], right: Sequence[Hashable]) -> int:
    counted = Counter(right)
    return len(left) + len(right) + sum(counted[each] for each in left)
