"""`expect.xml`: what must stand in an XML or HTML body."""

from collections.abc import Iterator

from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.problem import ProblemKind
from worker.parsing.expect_json import describe
from worker.parsing.mistake import Mistake, wrong_type
from worker.parsing.operands import JSON_OPERATORS
from worker.parsing.place import Place
from worker.parsing.predicates import About, expectation, predicates
from worker.parsing.readers import note
from worker.parsing.selectors import read_xpath
from worker.parsing.source import Source

ABOUT_XML = About(ExpectationKind.XML, "a part of an XML document", JSON_OPERATORS, describe=describe)

_HOW = 'write for example { "//order/@id": "7" }'


def xml(place: Place, source: Source) -> Iterator[Expectation]:
    """The whole document as a text, or XPaths with what they must find."""
    if isinstance(place.data, str) and place.data.strip():
        yield expectation(ABOUT_XML, "", Operator.EQUALS, place.data, place, source)
    elif isinstance(place.children, dict):
        for path, child in place.children.items():
            try:
                read_xpath(path)
            except Mistake as mistake:
                source.add(mistake.kind, mistake.what, child.key_location(source), hint=mistake.hint)
                continue
            yield from _part(path, child, source)
    else:
        note(source, place, wrong_type("an XML text, or a mapping,", place.data, hint=_HOW))


def _part(path: str, place: Place, source: Source) -> Iterator[Expectation]:
    if isinstance(place.children, dict):
        yield from predicates(place, ABOUT_XML, path, source)
    elif place.data is None or any(isinstance(part.children, dict | list) for part in place.listed()):
        source.add(
            ProblemKind.WRONG_TYPE,
            "an XPath finds a text, several texts, or a number",
            place.location(source),
            hint="write a text, a list of texts, or for example { exists: true }",
        )
    else:
        yield expectation(ABOUT_XML, path, Operator.EQUALS, place.data, place, source)
