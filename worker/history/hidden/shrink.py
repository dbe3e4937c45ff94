"""The smallest part of a list that still does what the whole list does.

The algorithm is ddmin (Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, 2002).
"""

from collections.abc import Awaitable, Callable, Sequence
from itertools import pairwise
from typing import TypeVar

Item = TypeVar("Item")


async def shrink(items: Sequence[Item], holds: Callable[[Sequence[Item]], Awaitable[bool]]) -> list[Item]:
    """A part of `items`, in their order, for which `holds` is true, and without any one of which it is
    not. It must be true of all of them. Asks about 2·log₂(n) times where one item does it."""
    left = list(items)
    parts = 2
    while len(left) > 1:
        found = await _smaller(left, min(parts, len(left)), holds)
        if found is not None:
            left, parts = found
        elif parts >= len(left):
            break
        else:
            parts *= 2
    return left


async def _smaller(
    items: list[Item], parts: int, holds: Callable[[Sequence[Item]], Awaitable[bool]]
) -> tuple[list[Item], int] | None:
    """A part that does it alone, else all but a part; with the number of parts to go on with."""
    chunks = _chunks(items, parts)
    for chunk in chunks:
        if await holds(chunk):
            return chunk, 2
    for position in range(parts) if parts > 2 else ():
        rest = [item for number, chunk in enumerate(chunks) if number != position for item in chunk]
        if await holds(rest):
            return rest, max(parts - 1, 2)
    return None


def _chunks(items: list[Item], parts: int) -> list[list[Item]]:
    edges = [round(len(items) * number / parts) for number in range(parts + 1)]
    return [items[start:end] for start, end in pairwise(edges)]
