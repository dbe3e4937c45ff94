"""The median of durations."""

from collections.abc import Iterable


def median(numbers: Iterable[float]) -> float:
    """The number in the middle of some, or the mean of the two that are.

    Python's own, in `statistics`, brings fractions and decimals along: every start would wait for them.
    """
    ordered = sorted(numbers)
    half, odd = divmod(len(ordered), 2)
    return ordered[half] if odd else (ordered[half - 1] + ordered[half]) / 2
