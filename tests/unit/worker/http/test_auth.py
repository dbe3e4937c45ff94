"""Who a request comes from, and what is hidden of it."""

import pytest

from context.values import JsonValue
from tests.builders import a_request
from worker.errors import RequestError
from worker.http.build import build_request
from worker.http.origin import Origin
from worker.models.exchange import PreparedRequest
from worker.models.request import Auth, AuthKind


def as_is(value: JsonValue, *, field: str) -> JsonValue:
    """Nothing to fill."""
    return value


def built(
    kind: AuthKind, values: dict[str, JsonValue], *, hidden: list[str] | None = None, **more: object
) -> PreparedRequest:
    """The request with this auth; further fields of `Request` by name."""
    hide = (hidden if hidden is not None else []).append
    request = a_request("GET", "/x", auth=Auth(kind=kind, values=values), **more)
    return build_request(request, render=as_is, origin=Origin(base_url="https://api.test/v1", hide=hide))


def key(place: str) -> dict[str, JsonValue]:
    """An API key in this place."""
    return {"name": "api-key", "value": "canary & co", "in": place}


def test_a_key_stands_where_it_is_wanted() -> None:
    """In a header, in the query behind all others, or in a cookie beside the test's own."""
    header = built(AuthKind.API_KEY, {**key("header"), "in": "header"})
    query = built(AuthKind.API_KEY, key("query"), query={"a": 1})
    cookie = built(AuthKind.API_KEY, {**key("cookie"), "value": "canary"}, cookies={"theme": "dark"})
    assert dict(header.headers)["api-key"] == "canary & co"
    assert query.url == "https://api.test/v1/x?a=1&api-key=canary+%26+co"
    assert dict(cookie.headers)["Cookie"] == "theme=dark; api-key=canary"


@pytest.mark.parametrize("place", ["header", "query"])
def test_a_key_is_hidden(place: str) -> None:
    """Whatever its name is; and its header stays with its origin."""
    hidden: list[str] = []
    request = built(AuthKind.API_KEY, key(place), hidden=hidden)
    assert hidden == ["canary & co"]
    assert request.secret_headers == (frozenset({"api-key"}) if place == "header" else frozenset())


def test_auth_that_needs_more_is_handed_on() -> None:
    """With its values, secrets told; a token endpoint below the base URL is a whole URL."""
    hidden: list[str] = []
    values: dict[str, JsonValue] = {
        "grant": "password",
        "token_url": "/oauth/token",
        "client_id": "shop",
        "client_secret": "canary-1",
        "username": "ada",
        "password": "canary-2",
    }
    request = built(AuthKind.OAUTH2, values, hidden=hidden)
    assert request.auth is not None
    assert request.auth.values["token_url"] == "https://api.test/v1/oauth/token"
    assert sorted(hidden) == ["canary-1", "canary-2"]
    assert "canary" not in repr(request)
    assert "authorization" not in {name.lower() for name, _ in request.headers}


@pytest.mark.parametrize(
    ("kind", "values", "where"),
    [
        (AuthKind.AWS, {"access_key": "", "secret_key": "s"}, "auth.access_key"),
        (AuthKind.OAUTH2, {"token_url": "/t", "client_id": "a\nb"}, "auth.client_id"),
        (AuthKind.DIGEST, {"username": "", "password": "p"}, "auth.username"),
        (AuthKind.API_KEY, {"name": "X Key", "value": "v"}, "headers"),
        (AuthKind.API_KEY, {"name": "k", "value": "a;b", "in": "cookie"}, "auth.value"),
    ],
)
def test_what_cannot_be_sent_is_refused(kind: AuthKind, values: dict[str, JsonValue], where: str) -> None:
    """With the field, before anything is sent; the value is not quoted."""
    with pytest.raises(RequestError) as caught:
        built(kind, values)
    assert caught.value.where == where
    assert caught.value.hint
