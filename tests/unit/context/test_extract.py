"""One value out of a response, or words that say why there is none."""

from dataclasses import replace

import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.extract import extract
from context.outcomes import Found, NotFound
from context.values import JsonValue

from .responses import Answer, answer

LOGIN = answer({"access_token": "t", "user": {"id": 7, "roles": ["a", "b"]}, "expires_in": 60, "none": None})
PAGE = Answer(
    b"<title>Caf\xe9</title> id=42; id=43",
    status_code=201,
    headers=(
        ("Content-Type", 'text/html; charset="latin-1"'),
        ("Location", "/items/42"),
        ("Vary", "Accept"),
        ("vary", "Origin"),
        ("Set-Cookie", "sid=abc=def; Path=/; HttpOnly"),
        ("Set-Cookie", 'theme="dark"'),
        ("Set-Cookie", "sid=newer"),
    ),
)


def _rule(source: CaptureSource, expression: str = "") -> CaptureRule:
    return CaptureRule(name="x", target=CaptureTarget.DATA, source=source, expression=expression)


@pytest.mark.parametrize(
    ("expression", "value"),
    [
        ("$", {"access_token": "t", "user": {"id": 7, "roles": ["a", "b"]}, "expires_in": 60, "none": None}),
        ("$.user.id", 7),
        ("$['user'][\"id\"]", 7),
        ("$.user.roles[-1]", "b"),
        ("$.none", None),
        ("$.user.roles[*]", ["a", "b"]),
        ("$.user.roles[0:1]", ["a"]),
        ("$..id", [7]),
        ("$.user[?@ == 7]", [7]),
    ],
)
def test_a_json_path(expression: str, value: JsonValue) -> None:
    """A path that can find one value gives it; one that can find several gives a list."""
    assert extract(LOGIN, _rule(CaptureSource.JSONPATH, expression)) == Found(value)


@pytest.mark.parametrize(
    ("source", "expression", "value"),
    [
        (CaptureSource.STATUS, "", 201),
        (CaptureSource.HEADER, "location", "/items/42"),
        (CaptureSource.HEADER, "VARY", "Accept, Origin"),
        (CaptureSource.COOKIE, "sid", "newer"),
        (CaptureSource.COOKIE, "theme", "dark"),
        (CaptureSource.BODY, "", "<title>Café</title> id=42; id=43"),
        (CaptureSource.REGEX, r"id=(\d+)", "42"),
        (CaptureSource.REGEX, r"id=\d+", "id=42"),
        (CaptureSource.REGEX, r"<(\w+)>(.*?)</", "title"),
    ],
)
def test_the_other_parts_of_a_response(source: CaptureSource, expression: str, value: JsonValue) -> None:
    """Headers know no case and may come twice; the last cookie counts; a pattern gives its group."""
    assert extract(PAGE, _rule(source, expression)) == Found(value)


@pytest.mark.parametrize(
    ("source", "expression", "reason"),
    [
        (CaptureSource.JSONPATH, "$.user.id", "$.user.id: the body is not JSON"),
        (CaptureSource.HEADER, "Lokation", "no header 'Lokation' (did you mean 'location'?)"),
        (
            CaptureSource.HEADER,
            "X-Id",
            "no header 'X-Id'; there are: content-type, location, set-cookie, vary",
        ),
        (CaptureSource.COOKIE, "session", "no cookie 'session' is set; there are: sid, theme"),
        (CaptureSource.REGEX, r"key=(\d+)", r"the pattern key=(\d+) matches nothing in the body"),
    ],
)
def test_what_is_not_there_is_explained(source: CaptureSource, expression: str, reason: str) -> None:
    """The reason says what there is instead."""
    assert extract(PAGE, _rule(source, expression)) == NotFound(reason)


def test_a_pattern_that_is_none_is_explained() -> None:
    """A wrong regular expression is a reason, not an exception."""
    found = extract(PAGE, _rule(CaptureSource.REGEX, "(unclosed"))
    assert isinstance(found, NotFound)
    assert "not a regular expression" in found.reason


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "$.a: the body is empty, not JSON"),
        (b"  \n", "$.a: the body is empty, not JSON"),
        (b"{'a': 1}", "$.a: the body is not JSON"),
        (b"\xff\xfe\xff", "$.a: the body is not JSON"),
        (b"[" * 100_000, "$.a: the body is JSON nested too deeply to be read"),
    ],
)
def test_a_body_that_is_no_json(body: bytes, reason: str) -> None:
    """It is said, and nothing of the body is quoted."""
    assert extract(Answer(body), _rule(CaptureSource.JSONPATH, "$.a")) == NotFound(reason)


def test_a_response_that_has_read_its_json_is_asked_for_it() -> None:
    """A body is parsed once, by whoever needs it first."""

    class Parsed(Answer):
        def json(self) -> JsonValue:
            return {"a": 1}

    assert extract(Parsed(b"never read"), _rule(CaptureSource.JSONPATH, "$.a")) == Found(1)


@pytest.mark.parametrize("charset", ["utf-8", "nonsense", "zlib", "undefined", "punycode"])
def test_a_strange_charset_never_breaks_a_body(charset: str) -> None:
    """What a server says about its encoding cannot raise."""
    strange = Answer(b"caf\xc3\xa9 \xff", headers=(("content-type", f"text/plain; charset={charset}"),))
    assert isinstance(extract(strange, _rule(CaptureSource.BODY)), Found)


@pytest.mark.parametrize(
    ("rule", "value"),
    [
        (CaptureRule(name="x", target=CaptureTarget.DATA, source=CaptureSource.TIME), 250.5),
        (CaptureRule(name="x", target=CaptureTarget.DATA, source=CaptureSource.SIZE), 32),
        (
            CaptureRule(name="x", target=CaptureTarget.DATA, source=CaptureSource.REDIRECT_URL),
            "http://a/items/42",
        ),
        (
            CaptureRule(
                name="x", target=CaptureTarget.DATA, source=CaptureSource.HEADER, expression="vary", all=True
            ),
            ["Accept", "Origin"],
        ),
        (
            CaptureRule(
                name="x",
                target=CaptureTarget.DATA,
                source=CaptureSource.REGEX,
                expression=r"id=(\d)(\d)",
                group=2,
            ),
            "2",
        ),
        (
            CaptureRule(
                name="x",
                target=CaptureTarget.DATA,
                source=CaptureSource.REGEX,
                expression=r"id=\d+",
                all=True,
            ),
            ["id=42", "id=43"],
        ),
    ],
)
def test_more_parts_of_a_response(rule: CaptureRule, value: JsonValue) -> None:
    """Time in milliseconds, size in bytes, where it leads, and every match where `all` says so."""
    assert extract(replace(PAGE, seconds=0.2505, url="http://a/b"), rule) == Found(value)


def test_where_redirects_have_led() -> None:
    """The last URL, if any redirect was followed; an answer that leads nowhere says so."""
    rule = CaptureRule(name="x", target=CaptureTarget.DATA, source=CaptureSource.REDIRECT_URL)
    assert extract(Answer(url="http://a/end", redirects=(object(),)), rule) == Found("http://a/end")
    assert isinstance(extract(Answer(url="http://a/end"), rule), NotFound)


def test_xml_and_jmespath() -> None:
    """The first node unless all are asked for; what is no document is a reason."""
    page = Answer(b"<a><b>1</b><b>2</b></a>")
    first = CaptureRule(name="x", target=CaptureTarget.DATA, source=CaptureSource.XPATH, expression="//b")
    assert extract(page, first) == Found("1")
    assert extract(page, replace(first, all=True)) == Found(["1", "2"])
    assert extract(Answer(b"{}"), first) == NotFound("//b: the body is not XML: line 1, column 1")
    count = CaptureRule(
        name="x", target=CaptureTarget.DATA, source=CaptureSource.JMESPATH, expression="length(user.roles)"
    )
    assert extract(LOGIN, count) == Found(2)
    assert extract(page, count) == NotFound("length(user.roles): the body is not JSON")
