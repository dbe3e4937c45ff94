"""The smallest part that still does it."""

from collections.abc import Sequence
from math import log2

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.history.hidden.shrink import shrink


class Asked:
    """Holds if all of these are there; counts how often it was asked."""

    def __init__(self, *wanted: int) -> None:
        self.wanted = set(wanted)
        self.times = 0

    async def __call__(self, items: Sequence[int]) -> bool:
        """Whether they are."""
        self.times += 1
        return self.wanted <= set(items)


@given(st.data(), st.integers(1, 40))
async def test_what_is_needed_is_left_in_its_order(data: st.DataObject, size: int) -> None:
    """Whatever it is, and nothing else."""
    wanted = data.draw(st.sets(st.integers(0, size - 1), min_size=1, max_size=5))
    assert await shrink(range(size), Asked(*wanted)) == sorted(wanted)


@pytest.mark.parametrize("size", [2, 16, 100, 1000])
async def test_a_single_one_is_found_by_halving(size: int) -> None:
    """A thousand tests are no reason to run a thousand times."""
    holds = Asked(size - 1)
    assert await shrink(range(size), holds) == [size - 1]
    assert holds.times <= 2 * log2(size) + 2
