"""Tests as boxes, many of them as one."""

from collections.abc import Iterable

import pytest

from worker.models.outcome import TestOutcome, Verdict
from worker.reports.html.boxes import MOST_BOXES, SINGLE, boxes


def _outcomes(number: int, *, failed: Iterable[int] = ()) -> list[TestOutcome]:
    bad = set(failed)
    return [
        TestOutcome(test=f"s{each % 3}/t{each}", verdict=Verdict.FAILED if each in bad else Verdict.PASSED)
        for each in range(number)
    ]


def test_few_tests_have_a_box_each() -> None:
    """Where there is room, everything is shown as it is."""
    drawn = boxes(_outcomes(SINGLE), {number: [] for number in range(SINGLE)})
    assert len(drawn.boxes) == SINGLE
    assert not drawn.note


def test_many_tests_that_are_alike_are_one_box() -> None:
    """A login with 2,000 dependents is a handful of boxes, and the note says how many tests they are."""
    needs: dict[int, list[int]] = {number: [0] if number else [] for number in range(2_001)}
    drawn = boxes(_outcomes(2_001), needs)
    assert len(drawn.boxes) == 4
    assert drawn.note.startswith("2,001 tests in 4 boxes")
    assert sum(len(box.tests) for box in drawn.boxes) == 2_001


def test_what_failed_is_drawn_alone() -> None:
    """The test that somebody looks for is not one of many."""
    needs: dict[int, list[int]] = {number: [] for number in range(200)}
    drawn = boxes(_outcomes(200, failed=[77]), needs)
    assert (77,) in [box.tests for box in drawn.boxes]


def test_stations_of_the_critical_path_are_drawn_alone() -> None:
    """It can be followed from box to box."""
    needs = {number: [number - 1] if 0 < number < 4 else [] for number in range(200)}
    drawn = boxes(_outcomes(200), needs, critical=[0, 1, 2, 3])
    assert {(0,), (1,), (2,), (3,)} <= {box.tests for box in drawn.boxes}


@pytest.mark.parametrize("step", [1, 2, 7, 60])
def test_every_line_leads_to_the_right(step: int) -> None:
    """Also where chains are folded: lines inside of a column are left out, none leads back."""
    needs = {number: [number - step] if number >= step else [] for number in range(1_000)}
    drawn = boxes(_outcomes(1_000, failed=[500]), needs)
    assert all(drawn.boxes[start].column < drawn.boxes[end].column for start, end in drawn.edges)
    assert len(drawn.boxes) <= MOST_BOXES
    assert sorted(test for box in drawn.boxes for test in box.tests) == list(range(1_000))


def test_a_graph_where_no_two_are_alike_stays_within_bounds() -> None:
    """The page must stay usable whatever the tests need."""
    needs = {number: [number // 2, number // 3] if number else [] for number in range(2_000)}
    drawn = boxes(_outcomes(2_000, failed=range(0, 2_000, 9)), needs)
    assert len(drawn.boxes) <= MOST_BOXES * 2
