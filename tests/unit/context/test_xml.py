"""XPath over XML and HTML, and what is never done on the way."""

from pathlib import Path

import pytest

from context import xml
from context.outcomes import Found, NotFound
from context.values import JsonValue

FEED = b"""<?xml version="1.0"?>
<feed xmlns="urn:a" xmlns:m="urn:m"><!-- two -->
  <item id="1"><m:price>5</m:price></item>
  <item id="2"><m:price>12</m:price></item>
</feed>"""


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("//_:item/@id", ["1", "2"]),
        ("//_:item[2]/@id", "2"),
        ("sum(//m:price)", 17),
        ("count(//_:item) = 2", True),
        ("string(//m:price)", "5"),
        ("sum(//m:price) div 2", 8.5),
        ("//*[local-name()='price'][. > 6]", "12"),
        ("/_:feed/_:item[1]", "5"),
        ("string(//_:nothing)", ""),
    ],
)
def test_what_a_path_finds(path: str, value: JsonValue) -> None:
    """One node is its text, several are a list; numbers, texts and booleans are what they are."""
    assert xml.read(FEED).find(path) == Found(value)


@pytest.mark.parametrize(
    ("path", "reason"),
    [
        ("//_:nothing", "//_:nothing: nothing matches"),
        ("//x:item", "//x:item: the document declares no prefix 'x'; it has: _, m"),
        ("//item[", "//item[: this is not an XPath (invalid expression)"),
        ("nope(//a)", "nope(//a): this is not an XPath (unregistered function)"),
        ("number('x')", None),
    ],
)
def test_why_a_path_finds_nothing(path: str, reason: str | None) -> None:
    """The reason names the path and no value; a number that is none is null."""
    found = xml.read(FEED).find(path)
    assert found == (Found(None) if reason is None else NotFound(reason))


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"  ", "the body is empty, not XML"),
        (b'{"a": 1}', "the body is not XML: line 1, column 1"),
        (b"<a><b></a>", "the body is not XML: line 1, column 11"),
        (b"<!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>", "the body is XML that declares entities,"),
    ],
)
def test_what_is_no_document(body: bytes, reason: str) -> None:
    """The place is told, the body is not."""
    with pytest.raises(ValueError, match="the body") as caught:
        xml.read(body)
    assert str(caught.value).startswith(reason)


def test_nothing_outside_the_body_is_read(tmp_path: Path) -> None:
    """A document type that lies elsewhere is not fetched, and an entity in it stays unknown."""
    secret = tmp_path / "secret.dtd"
    secret.write_text("<!ELEMENT a ANY>", encoding="utf-8")
    body = f'<!DOCTYPE a SYSTEM "file://{secret}"><a>x</a>'.encode()
    assert xml.read(body).find("string(/a)") == Found("x")


def test_html_is_read_as_browsers_read_it() -> None:
    """Tags that are not closed are no mistake there."""
    page = xml.read(b"<html><title>Shop</title><p>one<p>two", "text/html; charset=utf-8")
    assert page.find("//p") == Found(["one", "two"])
    assert page.find("string(//title)") == Found("Shop")


def test_a_path_that_would_take_too_long_is_refused() -> None:
    """A search inside of a search, in a large document, is the square of its size."""
    large = xml.read(b"<a>" + b"<b><c/></b>" * 5_000 + b"</a>")
    assert large.find("count(//b)") == Found(5_000)
    refused = large.find("count(//*[//*[//c]])")
    assert isinstance(refused, NotFound)
    assert "takes too many steps" in refused.reason
    assert xml.read(FEED).find("count(//*[.//m:price])") == Found(3)


def nested(levels: int, width: int) -> bytes:
    """Elements inside of each other, each with so many others beside."""
    beside = b"<b/>" * width
    return (b"<a>" + beside) * levels + b"</a>" * levels


FLAT = b"<r>" + b"<a><b>x</b></a>" * 20_000 + b"</r>"
WIDE = b"<r>" + b"<a><b>x</b></a>" * 8_000 + b"</r>"


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("//*//*", nested(200, 80)),
        ("//*/descendant::*", nested(200, 80)),
        ("//* //*//*", nested(200, 80)),
        ("//a/descendant-or-self::*/ancestor-or-self::a//b", nested(200, 80)),
        ("//a/following-sibling::a", FLAT),
        ("//a/following-sibling::*", FLAT),
        ("//b/preceding::a", FLAT),
        ("count((//a)/following::b)", FLAT),
        ("count(//a[count(../a) > 0])", FLAT),
        ("count(//a[count(parent::r/a[count(../a) > 1]) > 1])", FLAT[: 500 * 15 + 3] + b"</r>"),
        ("|".join(["//a", "//b"] * 50), FLAT),
        ("//a[count(../a | ../b) > 0]", FLAT[: 4_000 * 15 + 3] + b"</r>"),
        ("//a[count(.//*//*) > 0]", nested(200, 10)),
    ],
)
def test_a_search_below_what_another_has_found_has_a_limit(path: str, body: bytes) -> None:
    """It finds the same nodes again and again, and compares each with all."""
    document = xml.read(body)
    found = document.find(path)
    assert isinstance(found, NotFound)
    assert "takes too many steps" in found.reason


@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("count(//a//b)", WIDE),
        ("count(//a/following-sibling::a[1])", WIDE),
        ("count(//b/..)", WIDE),
        ("count(//a[../@x or b])", WIDE),
        ("count(//a[b | c])", WIDE),
        ("count(//a[../a])", b"<r>" + b"<a><b/></a>" * 4_000 + b"</r>"),
        ("count(//b/ancestor::a)", WIDE),
        ("count(//*//*)", nested(30, 20)),
        ("count(//b/following-sibling::b)", nested(30, 20)),
    ],
)
def test_an_honest_path_is_answered_in_a_large_document(path: str, body: bytes) -> None:
    """It takes no time, however much there is."""
    assert isinstance(xml.read(body).find(path), Found)


def test_a_path_may_not_be_endless() -> None:
    """Nobody writes a thousand characters."""
    with pytest.raises(xml.BadXPath, match="1,000 characters"):
        xml.check("/a" * 600)


def test_equal_documents_have_equal_lines() -> None:
    """Comments, white space and the order of attributes mean nothing; order and text do."""
    one = xml.lines_of(xml.read(b"<a y='2' x='1'><!-- c --><b>t</b></a>"))
    assert one == xml.lines_of(xml.read(b"<a x='1' y='2'>\n  <b>t</b>\n</a>"))
    assert one.splitlines() == ['<a x="1" y="2">', "  <b>t</b>", "</a>"]
    assert one != xml.lines_of(xml.read(b"<a x='1' y='2'><b>u</b></a>"))


def test_text_beside_elements_counts() -> None:
    """Mixed content is content."""
    assert xml.lines_of(xml.read(b"<p>one<b>two</b>three</p>")).splitlines() == [
        "<p>one",
        "  <b>two</b>",
        "  three",
        "</p>",
    ]
