"""The median of durations."""

import statistics

from hypothesis import given
from hypothesis import strategies as st

from worker.graph.median import median

#: Milliseconds of up to thirty years.
DURATIONS = st.floats(min_value=0, max_value=1e12)


@given(st.lists(DURATIONS, min_size=1))
def test_it_is_what_python_says(numbers: list[float]) -> None:
    """In whatever order they come, and however many they are."""
    assert median(numbers) == statistics.median(numbers)
