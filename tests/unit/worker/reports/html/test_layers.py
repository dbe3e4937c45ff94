"""Where the boxes of a graph stand."""

from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from worker.reports.html.layers import BOX_HEIGHT, BOX_WIDTH, depths, place, without_detours


def test_what_is_needed_stands_to_the_left() -> None:
    """Reading from left to right is reading from first to last."""
    needs = {0: [], 1: [0], 2: [1], 3: [0]}
    layout = place(depths(needs), [(0, 1), (1, 2), (0, 3)])
    assert layout.places[0][0] < layout.places[1][0] < layout.places[2][0]
    assert layout.places[1][0] == layout.places[3][0]


def test_a_line_that_follows_from_others_is_left_out() -> None:
    """That C needs A is seen by way of B."""
    assert without_detours([(0, 1), (1, 2), (0, 2)]) == [(0, 1), (1, 2)]


def test_a_long_chain_needs_no_recursion() -> None:
    """Thousands of tests in a row are no reason to fall over."""
    chain = {number: [number - 1] if number else [] for number in range(5_000)}
    assert depths(chain)[4_999] == 4_999


def test_a_long_line_goes_around_what_is_in_its_way() -> None:
    """It passes each column at a place of its own."""
    layout = place({0: 0, 1: 1, 2: 2, 3: 1}, [(0, 1), (1, 2), (0, 3), (3, 2), (0, 2)])
    boxes = [layout.places[number] for number in (1, 3)]
    between = [y for x, y in layout.lines[0, 2] if x == boxes[0][0]]
    assert all(not top <= between[0] <= top + BOX_HEIGHT for _, top in boxes)


def test_a_graph_without_tests_is_empty() -> None:
    """Nothing to draw is no error."""
    assert place({}, []).places == {}


@st.composite
def _graphs(draw: st.DrawFn) -> dict[int, list[int]]:
    number = draw(st.integers(1, 25))
    return {
        test: draw(st.lists(st.integers(0, test - 1), max_size=3, unique=True)) if test else []
        for test in range(number)
    }


@given(_graphs())
def test_no_two_boxes_overlap_and_every_line_ends_at_its_boxes(needs: dict[int, list[int]]) -> None:
    """Whatever the graph, it can be read."""
    edges = without_detours((other, test) for test, others in needs.items() for other in others)
    layout = place(depths(needs), edges)
    columns: dict[float, list[float]] = {}
    for x, y in layout.places.values():
        columns.setdefault(x, []).append(y)
    for heights in columns.values():
        assert all(below - above >= BOX_HEIGHT for above, below in pairwise(sorted(heights)))
    for (start, end), points in layout.lines.items():
        assert points[0] == (layout.places[start][0] + BOX_WIDTH, layout.places[start][1] + BOX_HEIGHT / 2)
        assert points[-1] == (layout.places[end][0], layout.places[end][1] + BOX_HEIGHT / 2)
    assert all(0 <= x < layout.width and 0 <= y < layout.height for x, y in layout.places.values())
