"""XPath 1.0 over XML and HTML bodies. Nothing is fetched, no DTD is loaded, no entity is expanded.

Prefixes in a path are those of the document; `_` is its default namespace. HTML (by its content
type) is read as browsers read it, without namespaces.
"""

import math
import re
from collections.abc import Iterator
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from context.outcomes import Found, NotFound
from context.values import JsonValue
from context.xpath_cost import is_too_much

if TYPE_CHECKING:
    from lxml import etree

#: The longest path, in characters.
LONGEST_PATH = 1_000
#: The most nodes that one path may find.
MOST_FOUND = 10_000

#: A document that declares entities wants them expanded, and some are bombs.
_DECLARES = re.compile(rb"<!ENTITY", re.IGNORECASE)


#: A prefix of a name; `::` stands behind an axis.
_PREFIX = re.compile(r"([A-Za-z_][\w.-]*):(?![:/])")


class BadXPath(ValueError):
    """A text is not an XPath, or asks too much. The message says why."""


class Document:
    """A body that has been read as XML or HTML."""

    __slots__ = ("_namespaces", "_nodes", "root")

    def __init__(self, root: "etree._Element") -> None:
        self.root = root
        self._namespaces = _namespaces_of(root)
        self._nodes = sum(1 + len(element.attrib) for element in root.iter("*"))

    def find(self, path: str) -> Found | NotFound:
        """The text of the only node that the path finds, a list of texts for several nodes, or the
        number, text or boolean that it computes. No node is NotFound."""
        try:
            found = self._ask(path)
        except BadXPath as error:
            return NotFound(f"{path}: {error}")
        if not isinstance(found, list):
            return Found(_plain(found))
        if not found:
            return NotFound(f"{path}: nothing matches")
        if len(found) > MOST_FOUND:
            return NotFound(f"{path}: it finds more than {MOST_FOUND:,} nodes")
        texts = [_text_of(node) for node in found]
        return Found(texts[0] if len(texts) == 1 else texts)

    def _ask(self, path: str) -> Any:
        from lxml import etree

        if is_too_much(path, self.root, self._nodes):
            raise BadXPath(
                "a search inside of brackets, or below what another one has found, takes too many steps"
                " in a document of this size"
            )
        try:
            return compiled(path, self._namespaces)(self.root.getroottree())
        except etree.XPathError as error:
            raise BadXPath(self._without_prefix(path, error) or _reason(error)) from None

    def _without_prefix(self, path: str, error: Exception) -> str:
        """An answer of another kind, such as a fault, often declares other prefixes. Nothing for other
        errors."""
        if "namespace prefix" not in str(error):
            return ""
        known = [prefix for prefix, _ in self._namespaces]
        missing = [prefix for prefix in _PREFIX.findall(path) if prefix not in known]
        names = ", ".join(dict.fromkeys(map(repr, missing)))
        return f"the document declares no prefix {names}; it has: {', '.join(known) or 'none'}"


def read(body: bytes, content_type: str = "") -> Document:
    """The body as a document. Raises ValueError with a sentence when it is none."""
    from lxml import etree

    if not body.strip():
        raise ValueError("the body is empty, not XML")
    if _DECLARES.search(body):
        raise ValueError("the body is XML that declares entities, which are never expanded")
    parser: Any = _html_parser() if "html" in content_type.lower() else _xml_parser()
    try:
        root = etree.fromstring(body, parser=parser)
    except (etree.XMLSyntaxError, ValueError) as error:
        # Its words may quote the body, so only the place is told.
        raise ValueError(f"the body is not XML{_place_of(error)}") from None
    if root is None:
        raise ValueError("the body is empty, not XML")
    return Document(root)


def check(path: str) -> None:
    """Raise BadXPath unless the path can be read."""
    if len(path) > LONGEST_PATH:
        raise BadXPath(f"a path may have {LONGEST_PATH:,} characters at most")
    from lxml import etree

    try:
        etree.XPath(path, regexp=False)
    except etree.XPathError as error:
        raise BadXPath(_reason(error)) from None


@lru_cache(maxsize=256)
def compiled(path: str, namespaces: tuple[tuple[str, str], ...]) -> "etree.XPath":
    """The path, ready to be asked. Raises BadXPath."""
    from lxml import etree

    if len(path) > LONGEST_PATH:
        raise BadXPath(f"a path may have {LONGEST_PATH:,} characters at most")
    try:
        # EXSLT's regular expressions would be Python's own, which nothing can interrupt.
        return etree.XPath(path, namespaces=dict(namespaces), regexp=False, smart_strings=False)
    except etree.XPathError as error:
        raise BadXPath(_reason(error)) from None


def _xml_parser() -> "etree.XMLParser":
    from lxml import etree

    return etree.XMLParser(
        resolve_entities=False,
        no_network=True,
        load_dtd=False,
        huge_tree=False,
        remove_comments=True,
        remove_pis=True,
    )


def _html_parser() -> "etree.HTMLParser":
    from lxml import etree

    return etree.HTMLParser(no_network=True, huge_tree=False, remove_comments=True, remove_pis=True)


def _namespaces_of(root: "etree._Element") -> tuple[tuple[str, str], ...]:
    """The document's prefixes, the outermost first; XPath has none for the default namespace."""
    found: dict[str, str] = {}
    for element in root.iter("*"):
        for prefix, uri in element.nsmap.items():
            found.setdefault(prefix or "_", uri)
    return tuple(sorted(found.items()))


def _text_of(node: Any) -> str:
    """The text of an element with all that is inside it; of an attribute its value."""
    return node if isinstance(node, str) else "".join(node.itertext(with_tail=False))


def _plain(value: Any) -> JsonValue:
    if isinstance(value, float):
        if not math.isfinite(value):
            return None
        return int(value) if value.is_integer() else value
    return value if isinstance(value, bool) else str(value)


def _reason(error: Exception) -> str:
    said = str(error).splitlines()[0] if str(error) else "it cannot be computed"
    return f"this is not an XPath ({said[:1].lower() + said[1:]})"


def _place_of(error: Exception) -> str:
    position = getattr(error, "position", None)
    if not position or not position[0]:
        return ""
    return f": line {position[0]}, column {position[1]}"


def lines_of(document: Document) -> str:
    """The document as text that two equal documents share: an element a line, attributes in order.

    White space between elements and comments are left out, as they mean nothing.
    """
    return "\n".join(_lines(document.root, 0))


def _lines(element: "etree._Element", depth: int) -> Iterator[str]:
    indent = "  " * depth
    written: list[tuple[str, str]] = sorted((str(name), str(value)) for name, value in element.items())
    attributes = "".join(f' {name}="{value}"' for name, value in written)
    children = [child for child in element if isinstance(child.tag, str)]
    text = (element.text or "").strip()
    if not children:
        yield f"{indent}<{element.tag}{attributes}>{text}</{element.tag}>"
        return
    yield f"{indent}<{element.tag}{attributes}>{text}"
    for child in children:
        yield from _lines(child, depth + 1)
        if tail := (child.tail or "").strip():
            yield f"{indent}  {tail}"
    yield f"{indent}</{element.tag}>"
