"""The names that a template needs, read from its tree."""

from collections.abc import Iterator
from dataclasses import dataclass

from jinja2 import nodes

from context.paths import Path, Segment

#: Filters and tests that make a missing name harmless.
_FORGIVING_FILTERS = ("default", "d")
_FORGIVING_TESTS = ("defined", "undefined")


@dataclass(frozen=True, slots=True)
class Reference:
    """A path that a template reads; `optional` if it copes with its absence here, `is_tested` if it
    only asks whether it is there."""

    path: Path
    optional: bool = False
    is_tested: bool = False


def references(tree: nodes.Node) -> Iterator[Reference]:
    """Every path that the tree reads from outside, in the order of the text."""
    yield from _Reader().read(tree)


class _Reader:
    """Walks a tree and knows which names the template itself has made."""

    def __init__(self, local: frozenset[str] = frozenset()) -> None:
        self._local = local

    def read(self, node: nodes.Node) -> Iterator[Reference]:
        if isinstance(node, nodes.Name | nodes.Getattr | nodes.Getitem):
            yield from self._path(node)
        elif isinstance(node, nodes.For):
            yield from self._loop(node)
        elif isinstance(node, nodes.Assign):
            yield from self.read(node.node)
            self._local |= _targets(node.target)
        elif isinstance(node, nodes.With):
            yield from self._with(node)
        elif isinstance(node, nodes.Call):
            yield from self._each([*node.args, *node.kwargs])
        elif isinstance(node, nodes.Filter | nodes.Test):
            yield from self._forgiven(node)
        else:
            yield from self._each([*node.iter_child_nodes()])

    def _forgiven(self, node: nodes.Filter | nodes.Test) -> Iterator[Reference]:
        """The subject of a filter or a test, which may make its absence harmless; its arguments."""
        is_tested = isinstance(node, nodes.Test) and node.name in _FORGIVING_TESTS
        optional = is_tested or (isinstance(node, nodes.Filter) and node.name in _FORGIVING_FILTERS)
        for child in node.iter_child_nodes():
            if child is node.node and isinstance(child, nodes.Name | nodes.Getattr | nodes.Getitem):
                yield from self._path(child, optional=optional, is_tested=is_tested)
            else:
                yield from self.read(child)

    def _each(self, children: list[nodes.Node]) -> Iterator[Reference]:
        for child in children:
            yield from self.read(child)

    def _loop(self, loop: nodes.For) -> Iterator[Reference]:
        yield from self.read(loop.iter)
        inside = _Reader(self._local | _targets(loop.target) | {"loop"})
        if loop.test is not None:
            yield from inside.read(loop.test)
        yield from inside._each([*loop.body])
        yield from _Reader(self._local)._each([*loop.else_])

    def _with(self, node: nodes.With) -> Iterator[Reference]:
        yield from self._each([*node.values])
        made = frozenset[str]().union(*(_targets(target) for target in node.targets))
        yield from _Reader(self._local | made)._each([*node.body])

    def _path(
        self, node: nodes.Node, *, optional: bool = False, is_tested: bool = False
    ) -> Iterator[Reference]:
        segments: list[Segment] = []
        inner: list[nodes.Node] = []
        while isinstance(node, nodes.Getattr | nodes.Getitem):
            segment = _fixed_segment(node)
            if segment is None and isinstance(node, nodes.Getitem):
                # What follows a subscript that must be computed is not known here.
                segments.clear()
                inner.append(node.arg)
            elif segment is not None:
                segments.append(segment)
            node = node.node
        if isinstance(node, nodes.Name):
            if node.ctx == "load" and node.name not in self._local:
                yield Reference((node.name, *reversed(segments)), optional, is_tested)
        else:
            yield from self.read(node)
        yield from self._each(inner)


def _fixed_segment(node: nodes.Getattr | nodes.Getitem) -> Segment | None:
    if isinstance(node, nodes.Getattr):
        return node.attr
    argument: nodes.Node = node.arg
    sign = 1
    if isinstance(argument, nodes.Neg):
        argument, sign = argument.node, -1
    if not isinstance(argument, nodes.Const) or isinstance(argument.value, bool):
        return None
    if isinstance(argument.value, int):
        return sign * argument.value
    return argument.value if isinstance(argument.value, str) else None


def _targets(target: nodes.Node) -> frozenset[str]:
    names = [target] if isinstance(target, nodes.Name) else target.find_all(nodes.Name)
    return frozenset(name.name for name in names)
