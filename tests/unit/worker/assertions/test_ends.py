"""What is shown of large values is found without looking at all of them."""

import json
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from context.masking import Mask
from worker.assertions import ACTUAL_LIMIT
from worker.assertions.values import as_json, ends_of, hiding, shorten, show

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=80) | st.dictionaries(st.text(max_size=4), inner, max_size=80),
    max_leaves=300,
)


@given(VALUES, st.sampled_from([20, 60, ACTUAL_LIMIT]))
def test_the_ends_are_all_that_is_shown(value: Any, width: int) -> None:
    """Leaving out the middle first, or shortening the whole: a person reads the same."""
    assert shorten(as_json(ends_of(value, width=width)), width=width) == shorten(as_json(value), width=width)


@pytest.mark.parametrize("value", [list(range(10_000)), {str(n): n for n in range(10_000)}])
def test_the_middle_of_a_large_value_is_left_alone(value: Any) -> None:
    """A check of 20,000 rows takes no longer for what it shows than one of a hundred."""
    left = ends_of(value, width=60)
    assert isinstance(left, list | dict)
    assert len(left) < 40


def test_a_secret_at_the_ends_is_hidden() -> None:
    """Whole elements are kept, so that no secret is cut in two before it is looked for."""
    rows = [{"key": "hunter2-hunter2"}, *[{"key": str(n)} for n in range(1000)], {"key": "hunter2-hunter2"}]
    with hiding(Mask(["hunter2-hunter2"])):
        text = show(rows)
    assert "hunter" not in text
    assert json.dumps({"key": "***"}) in text
