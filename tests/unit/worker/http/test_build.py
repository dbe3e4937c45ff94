"""From a request as written to one that can be sent."""

import importlib.metadata
import json

import pytest

from context.values import JsonValue
from tests.builders import a_request
from worker.errors import RequestError
from worker.http.build import build_request
from worker.models.exchange import PreparedRequest
from worker.models.request import Auth, AuthKind, BodyKind, Request

BASE = "https://api.test/v1"


def as_is(value: JsonValue, *, field: str) -> JsonValue:
    """Nothing to fill."""
    return value


def built(request: Request, base_url: str = BASE) -> PreparedRequest:
    """The request, ready to be sent."""
    return build_request(request, render=as_is, base_url=base_url)


def refusal(request: Request, base_url: str = BASE) -> RequestError:
    """Why this request cannot be sent."""
    with pytest.raises(RequestError) as caught:
        built(request, base_url)
    assert caught.value.hint
    assert caught.value.where
    return caught.value


def headers(request: PreparedRequest) -> dict[str, str]:
    """The headers, by name."""
    return dict(request.headers)


@pytest.mark.parametrize(
    ("base", "url", "whole"),
    [
        ("https://api.test", "/users", "https://api.test/users"),
        ("https://api.test/", "users", "https://api.test/users"),
        ("https://api.test/v1", "/users/7", "https://api.test/v1/users/7"),
        ("https://api.test/v1/", "/users/", "https://api.test/v1/users/"),
        ("https://api.test/v1", "", "https://api.test/v1"),
        ("https://api.test/v1?key=1", "/users?page=2", "https://api.test/v1/users?key=1&page=2"),
        ("https://api.test/v1", "https://other.test/x", "https://other.test/x"),
        ("", "HTTP://other.test:8080/x", "HTTP://other.test:8080/x"),
        ("https://api.test", "/a b/ü", "https://api.test/a%20b/%C3%BC"),
        ("https://api.test", "/a%20b?q=%2F", "https://api.test/a%20b?q=%2F"),
        ("https://api.test", "/x#part", "https://api.test/x"),
        ("http://[::1]:8080", "/x", "http://[::1]:8080/x"),
        ("https://api.test", "/search?q=a:b,c", "https://api.test/search?q=a:b,c"),
    ],
)
def test_a_path_goes_below_the_base_url(base: str, url: str, whole: str) -> None:
    """The base URL's own path and query stay; a whole URL stands alone; nothing is encoded twice."""
    assert built(a_request(url=url), base).url == whole


def test_the_query_is_added_to_what_the_url_has() -> None:
    """Lists repeat the name, null leaves it out, values are as JSON writes them."""
    query: dict[str, JsonValue] = {
        "tag": ["a", "b&c"],
        "page": 2,
        "deep": True,
        "none": None,
        "price": 1.5,
        "q": "ä =",
    }
    url = built(a_request(url="/x?first=1", query=query)).url
    assert url == f"{BASE}/x?first=1&tag=a&tag=b%26c&page=2&deep=true&price=1.5&q=%C3%A4%20%3D"


@pytest.mark.parametrize(
    ("url", "base", "what"),
    [
        ("/x", "", "/x is a path, and there is no base URL to put before it"),
        ("/x", "api.test", "the environment's base URL does not begin with http:// or https://"),
        ("ftp://api.test/x", BASE, "the scheme ftp:// cannot be sent"),
        ("http:///x", BASE, "the URL has no host, or a port that cannot be"),
        ("http://api.test:port/x", BASE, "the URL has no host, or a port that cannot be"),
        ("/x\r\nHost: evil", BASE, "the URL has a line break or another control character"),
    ],
)
def test_what_cannot_be_a_url_is_refused(url: str, base: str, what: str) -> None:
    """With what, where and a hint, before anything is sent."""
    assert str(refusal(a_request(url=url), base)) == what


def test_json_is_sent_as_json() -> None:
    """UTF-8, compact, with its content type; null, false and an empty object are bodies, too."""
    request = built(a_request("POST", body_kind=BodyKind.JSON, body={"name": "Zoë", "n": [1, None]}))
    assert request.body == '{"name":"Zoë","n":[1,null]}'.encode()
    assert headers(request)["Content-Type"] == "application/json"
    assert built(a_request("POST", body_kind=BodyKind.JSON, body=None)).body == b"null"


def test_a_body_that_json_cannot_say_is_refused() -> None:
    """Infinity would be sent as something that no parser takes."""
    error = refusal(a_request("POST", body_kind=BodyKind.JSON, body=float("inf")))
    assert error.where == "json"


def test_text_is_sent_as_text() -> None:
    """Its content type can be said otherwise."""
    plain = built(a_request("POST", body_kind=BodyKind.TEXT, body="häh"))
    xml = built(a_request("POST", body_kind=BodyKind.TEXT, body="<a/>", headers={"content-type": "text/xml"}))
    assert (plain.body, headers(plain)["Content-Type"]) == ("häh".encode(), "text/plain; charset=utf-8")
    assert headers(xml)["content-type"] == "text/xml"
    assert "Content-Type" not in headers(xml)


def test_no_body_has_no_content_type() -> None:
    """A GET sends nothing about nothing."""
    request = built(a_request())
    assert request.body is None
    assert "Content-Type" not in headers(request)


def test_we_say_who_we_are_unless_the_test_does() -> None:
    """The version in the User-Agent is the one that is installed."""
    assert headers(built(a_request()))["User-Agent"] == f"baton/{importlib.metadata.version('baton')}"
    assert headers(built(a_request(headers={"user-agent": "me"})))["user-agent"] == "me"


def test_a_header_of_a_test_replaces_a_default_whatever_its_case() -> None:
    """Null takes a default away; a list sends the header several times."""
    request = build_request(
        a_request(headers={"ACCEPT": None, "x-team": "b", "X-Many": ["1", 2]}),
        render=as_is,
        base_url=BASE,
        default_headers={"X-Team": "a", "X-Kept": "yes"},
    )
    assert [pair for pair in request.headers if pair[0] != "User-Agent"] == [
        ("x-team", "b"),
        ("X-Kept", "yes"),
        ("X-Many", "1"),
        ("X-Many", "2"),
    ]


@pytest.mark.parametrize("value", ["a\r\nX-Evil: 1", "a\nb", "a\x00b"])
def test_a_header_cannot_smuggle_in_another(value: str) -> None:
    """A line break in a value is refused, and the value is not quoted: it may be secret."""
    error = refusal(a_request(headers={"X-Key": value}))
    assert str(error) == "the value of header X-Key has a line break or another control character"


@pytest.mark.parametrize("name", ["X Key", "X:Key", "", "X\nKey", "Ключ"])
def test_a_header_name_is_a_token(name: str) -> None:
    """What HTTP would not take is refused here, with words."""
    assert "cannot be a header's name" in str(refusal(a_request(headers={name: "1"})))


def test_a_method_is_a_token() -> None:
    """Any word can be a method; two cannot."""
    assert built(a_request("PURGE")).method == "PURGE"
    assert "is no HTTP method" in str(refusal(a_request("GET /")))


@pytest.mark.parametrize(
    ("kind", "values", "name", "value"),
    [
        (AuthKind.BEARER, {"token": "abc"}, "Authorization", "Bearer abc"),
        (AuthKind.BASIC, {"username": "zoë", "password": "a:b"}, "Authorization", "Basic em/DqzphOmI="),
        (AuthKind.HEADER, {"name": "X-Api-Key", "value": "k"}, "X-Api-Key", "k"),
    ],
)
def test_auth_becomes_a_header(kind: AuthKind, values: dict[str, JsonValue], name: str, value: str) -> None:
    """Bearer, basic, or a header of the user's own."""
    assert headers(built(a_request(auth=Auth(kind=kind, values=values))))[name] == value


def test_auth_wins_over_a_header_of_the_same_name() -> None:
    """A default for the whole suite gives way to what one test says."""
    auth = Auth(kind=AuthKind.BEARER, values={"token": "new"})
    request = built(a_request(headers={"authorization": "Bearer old"}, auth=auth))
    assert [value for name, value in request.headers if name.lower() == "authorization"] == ["Bearer new"]


def test_a_token_cannot_smuggle_in_a_header() -> None:
    """A captured value is not to be trusted either."""
    auth = Auth(kind=AuthKind.BEARER, values={"token": "abc\r\nX-Evil: 1"})
    assert "abc" not in str(refusal(a_request(auth=auth)))


def test_credentials_in_a_url_become_a_header() -> None:
    """A URL is shown everywhere; a password in it would be, too."""
    request = built(a_request(url="https://ada:s3%21cret@api.test:8443/x"))
    assert request.url == "https://api.test:8443/x"
    assert headers(request)["Authorization"] == "Basic YWRhOnMzIWNyZXQ="


@pytest.mark.parametrize("value", [{"a": 1}, [1], None])
def test_only_single_values_go_into_texts(value: JsonValue) -> None:
    """A list in a token is a mistake, not a text in brackets."""
    error = refusal(a_request(auth=Auth(kind=AuthKind.BEARER, values={"token": value})))
    assert error.where == "auth.token"


def test_every_part_is_rendered_and_knows_its_field() -> None:
    """URL, query, headers, body and auth; names of headers are not templates."""
    seen: dict[str, JsonValue] = {}

    def note(value: JsonValue, *, field: str) -> JsonValue:
        seen[field] = value
        return value

    request = a_request(
        "POST",
        "/x",
        query={"q": "1"},
        headers={"X-One": "2"},
        body_kind=BodyKind.JSON,
        body={"a": "3"},
        auth=Auth(kind=AuthKind.BASIC, values={"username": "4", "password": "5"}),
    )
    build_request(request, render=note, base_url=BASE)
    assert seen == {
        "url": "/x",
        "query.q": "1",
        "headers.X-One": "2",
        "json": {"a": "3"},
        "auth.username": "4",
        "auth.password": "5",
    }


def test_a_rendered_value_keeps_its_type_in_json() -> None:
    """A number stays a number on its way into a body."""
    request = build_request(
        a_request("POST", body_kind=BodyKind.JSON, body="{{ whole }}"),
        render=lambda value, *, field: {"price": 5} if field == "json" else value,
        base_url=BASE,
    )
    assert json.loads(request.body or b"") == {"price": 5}


def test_a_prepared_request_prints_no_values() -> None:
    """Its repr may end up in a traceback."""
    request = built(a_request(url="/x?key=s3cret", headers={"X-Key": "s3cret"}))
    assert "s3cret" not in repr(request)


HALF = "x\ud800"


@pytest.mark.parametrize(
    "request_",
    [
        a_request(url=f"/{HALF}"),
        a_request(query={"q": HALF}),
        a_request(headers={"X-A": HALF}),
        a_request(body=HALF, body_kind=BodyKind.TEXT),
        a_request(auth=Auth(kind=AuthKind.BASIC, values={"username": HALF, "password": "p"})),
    ],
)
def test_half_a_character_is_refused(request_: Request) -> None:
    """JSON lets an API answer a lone surrogate; nothing but JSON can carry it further."""
    assert "lone surrogate" in refusal(request_).what


def test_json_carries_half_a_character_as_it_came() -> None:
    """As an escape, which is how JSON writes it."""
    assert built(a_request(body={"a": HALF}, body_kind=BodyKind.JSON)).body == b'{"a":"x\\ud800"}'
