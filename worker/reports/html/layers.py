"""Where the boxes of a graph stand: in columns, what is needed to the left of what needs it."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

#: A box and the space around it, in the picture's own units.
BOX_WIDTH = 176
BOX_HEIGHT = 34
COLUMN = BOX_WIDTH + 72
ROW = BOX_HEIGHT + 14
MARGIN = 16

#: How often columns are put in order by their neighbours. More do not change much.
_SWEEPS = 8

Edge = tuple[int, int]


@dataclass(frozen=True, slots=True, kw_only=True)
class Layout:
    """Upper left corners of boxes, and the points that each line passes."""

    places: Mapping[int, tuple[float, float]]
    lines: Mapping[Edge, tuple[tuple[float, float], ...]]
    width: float
    height: float


def depths(needs: Mapping[int, Iterable[int]]) -> dict[int, int]:
    """The length of the longest chain that leads to each test. Needs no recursion: chains may be long."""
    waiting = {test: set(needed) & needs.keys() for test, needed in needs.items()}
    dependents: dict[int, list[int]] = defaultdict(list)
    for test, needed in waiting.items():
        for other in needed:
            dependents[other].append(test)
    depth = dict.fromkeys(needs, 0)
    ready = [test for test, needed in waiting.items() if not needed]
    while ready:
        test = ready.pop()
        for other in dependents[test]:
            depth[other] = max(depth[other], depth[test] + 1)
            waiting[other].discard(test)
            if not waiting[other]:
                ready.append(other)
    return depth


def without_detours(edges: Iterable[Edge]) -> list[Edge]:
    """Only edges that do not follow from others: a picture shows that C needs A by way of B."""
    kept = sorted(set(edges))
    following: dict[int, set[int]] = defaultdict(set)
    for start, end in kept:
        following[start].add(end)
    return [edge for edge in kept if not _has_detour(edge, following)]


def _has_detour(edge: Edge, following: Mapping[int, set[int]]) -> bool:
    start, end = edge
    waiting = [other for other in following[start] if other != end]
    seen = set(waiting)
    while waiting:
        for other in following.get(waiting.pop(), ()):
            if other == end:
                return True
            if other not in seen:
                seen.add(other)
                waiting.append(other)
    return False


def place(layers: Mapping[int, int], edges: Sequence[Edge]) -> Layout:
    """Places for boxes whose columns are known. Each edge leads to a column further right."""
    columns, hops = _with_stops(layers, edges)
    neighbours = _neighbours(hops.values())
    ordered = _ordered(columns, neighbours)
    rows = _rows(ordered, neighbours)
    top = min(rows.values(), default=0.0)
    points = {
        node: (MARGIN + column * COLUMN, MARGIN + (rows[node] - top) * ROW)
        for column, nodes in enumerate(ordered)
        for node in nodes
    }
    return Layout(
        places={node: points[node] for node in layers},
        lines={edge: _line(stops, points) for edge, stops in hops.items()},
        width=2 * MARGIN + max((x for x, _ in points.values()), default=0.0) + BOX_WIDTH,
        height=2 * MARGIN + max((y for _, y in points.values()), default=0.0) + BOX_HEIGHT,
    )


def _with_stops(
    layers: Mapping[int, int], edges: Sequence[Edge]
) -> tuple[list[list[int]], dict[Edge, list[int]]]:
    """Columns of boxes; a line that passes columns gets a stop in each, so that it goes around boxes."""
    columns: list[list[int]] = [[] for _ in range(max(layers.values(), default=-1) + 1)]
    for node, layer in layers.items():
        columns[layer].append(node)
    hops: dict[Edge, list[int]] = {}
    stop = -1
    for start, end in edges:
        way = [start]
        for layer in range(layers[start] + 1, layers[end]):
            columns[layer].append(stop)
            way.append(stop)
            stop -= 1
        hops[start, end] = [*way, end]
    return columns, hops


def _neighbours(ways: Iterable[Sequence[int]]) -> tuple[dict[int, list[int]], dict[int, list[int]]]:
    before: dict[int, list[int]] = defaultdict(list)
    after: dict[int, list[int]] = defaultdict(list)
    for way in ways:
        for start, end in pairwise(way):
            before[end].append(start)
            after[start].append(end)
    return before, after


def _ordered(
    columns: list[list[int]], neighbours: tuple[dict[int, list[int]], dict[int, list[int]]]
) -> list[list[int]]:
    """Each column in the order of what its boxes are connected with, from both sides in turn."""
    before, after = neighbours
    columns = [list(column) for column in columns]
    for sweep in range(_SWEEPS):
        rightwards = sweep % 2 == 0
        numbers = range(1, len(columns)) if rightwards else range(len(columns) - 2, -1, -1)
        for number in numbers:
            beside = columns[number - 1 if rightwards else number + 1]
            rank = {node: position for position, node in enumerate(beside)}
            _sort(columns[number], rank, before if rightwards else after)
    return columns


def _sort(column: list[int], rank: Mapping[int, int], links: Mapping[int, list[int]]) -> None:
    weights = {
        node: _mean([rank[other] for other in links.get(node, ())], otherwise=float(position))
        for position, node in enumerate(column)
    }
    column.sort(key=weights.__getitem__)


def _rows(
    columns: list[list[int]], neighbours: tuple[dict[int, list[int]], dict[int, list[int]]]
) -> dict[int, float]:
    """Heights in rows: near to what a box is connected with, never nearer than a row to the next."""
    before, after = neighbours
    rows = {node: float(position) for column in columns for position, node in enumerate(column)}
    for sweep in range(_SWEEPS):
        rightwards = sweep % 2 == 0
        for column in columns if rightwards else reversed(columns):
            links = before if rightwards else after
            wanted = [
                _mean([rows[other] for other in links.get(node, ())], otherwise=rows[node]) for node in column
            ]
            rows.update(zip(column, _apart(wanted), strict=True))
    return rows


def _apart(wanted: Sequence[float]) -> list[float]:
    """The wished heights, moved apart as little as it takes: crowds are spread around their middle."""
    groups: list[tuple[float, int]] = []  # mean of the first member's height, number of members
    for height in wanted:
        groups.append((height, 1))
        while len(groups) > 1 and groups[-2][0] + groups[-2][1] > groups[-1][0]:
            (first, number), (second, more) = groups[-2:]
            start = (first * number + (second - number) * more) / (number + more)
            groups[-2:] = [(start, number + more)]
    return [start + position for start, number in groups for position in range(number)]


def _mean(values: Sequence[float], *, otherwise: float) -> float:
    return sum(values) / len(values) if values else otherwise


def _line(way: Sequence[int], points: Mapping[int, tuple[float, float]]) -> tuple[tuple[float, float], ...]:
    """From the right side of a box by its stops to the left side of another."""
    found: list[tuple[float, float]] = []
    for position, node in enumerate(way):
        x, y = points[node]
        middle = y + BOX_HEIGHT / 2
        if position:
            found.append((x, middle))
        if position < len(way) - 1:
            found.append((x + BOX_WIDTH, middle))
    return tuple(found)
