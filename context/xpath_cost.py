"""How much work an XPath asks for. Paths come from suites, bodies from anywhere, and nothing can interrupt
the library: `//*//*` takes half a minute in a document of 300 KB whose elements nest deeply.

There are two ways to ask for much. What stands inside of brackets is looked for anew for each node. And a
search that begins at many nodes finds the same nodes again and again: each is compared with all that were
found. Both are bounded from above, by the shape of the path and of the document.
"""

import re
from collections.abc import Iterator
from typing import TYPE_CHECKING

from context.budget import STEPS

if TYPE_CHECKING:
    from lxml import etree

#: Nodes that are looked at again for each node. Twenty of them take as long as a step of our own.
MOST_LOOKS = STEPS * 20
#: Comparisons of what was found with what was found before: about two seconds.
MOST_COMPARISONS = 2_000_000_000
#: A look at a node takes as long as so many comparisons.
A_LOOK = 20

_SCANS = re.compile(r"//|(?:descendant|descendant-or-self|following|preceding|ancestor)[a-z-]*\s*::")
#: A search that begins at what another step has found, for `//` at the beginning finds nothing twice.
_FROM_MANY = re.compile(
    r"(?<=[\w*\]).])\s*(?://|/\s*(descendant|following|preceding|ancestor)(?:-or-self|(-sibling))?\s*::)"
)
#: From a node to its parent and down again, to all that lie beside it.
_BACK = re.compile(r"(?:\.\.|parent\s*::\s*[\w:*.-]+(?:\(\))?)\s*/\s*(?![@\s])")
#: One neighbour of each node, such as `following-sibling::td[1]`, is found without comparing.
_ONE_NEIGHBOUR = re.compile(r"/\s*(?:following|preceding)-sibling\s*::\s*[\w:*.-]+\s*\[\s*\d+\s*\]")
_QUOTED = re.compile(r"'[^']*'|\"[^\"]*\"")


def is_too_much(path: str, root: "etree._Element", nodes: int) -> bool:
    """Whether the path may take longer than a few seconds in a document with so many nodes."""
    plain = _ONE_NEIGHBOUR.sub("", _QUOTED.sub("''", path))
    levels = _levels_of_scans(plain)
    if levels > 1 and nodes**levels > MOST_LOOKS:
        return True
    return sum(_comparisons(plain, root, nodes)) > MOST_COMPARISONS


def _levels_of_scans(plain: str) -> int:
    """How often a search through the whole document stands inside of another one."""
    scans = {found.start() for found in _SCANS.finditer(plain)}
    depth = deepest = 0
    for position, sign in enumerate(plain):
        depth += (sign == "[") - (sign == "]")
        if position in scans:
            deepest = max(deepest, depth + 1)
    return deepest


def _comparisons(plain: str, root: "etree._Element", nodes: int) -> Iterator[int]:
    """For each part of the path that finds nodes again: how many comparisons that may take."""
    inside = [(found, _depth(plain, found.start())) for found in _BACK.finditer(plain)]
    for _, depth in inside:
        if depth:
            yield A_LOOK * 2 * _siblings(root) * nodes ** (depth - 1)
    for found in _FROM_MANY.finditer(plain):
        yield nodes * _pairs(found, root, nodes) * nodes ** _depth(plain, found.start())
    for found in re.finditer(r"\|", plain):
        # What is put together inside of brackets is small, unless it comes from elsewhere.
        depth = _depth(plain, found.start()) if any(depth for _, depth in inside) else 0
        yield nodes ** (2 + depth)


def _depth(plain: str, position: int) -> int:
    """Inside of how many brackets this is."""
    return plain.count("[", 0, position) - plain.count("]", 0, position)


def _pairs(found: re.Match[str], root: "etree._Element", nodes: int) -> int:
    """How many nodes a search finds that begins at many, the same ones counted again."""
    if found[1] in ("following", "preceding"):
        return nodes * nodes // 2 if found[2] is None else _siblings(root)
    return _descendants(root)


def _descendants(root: "etree._Element") -> int:
    """Pairs of an element and one that is inside of it. The root's own are left out: it is one node."""
    from lxml import etree

    pairs = 0
    inside: list[int] = []
    for event, element in etree.iterwalk(root, events=("start", "end")):
        if event == "start":
            inside.append(0)
        elif element is not root:
            below = inside.pop()
            pairs += below
            inside[-1] += below + 1
    return pairs


def _siblings(root: "etree._Element") -> int:
    """Pairs of elements that have a parent in common."""
    return sum(len(element) * (len(element) - 1) // 2 for element in root.iter("*"))
