"""What a session adds to every sender: redirects, cookies, and auth that takes more than a header.

The scripted sender keeps the same rules, fed by the same server without a socket.
"""

import asyncio
import json
from collections.abc import AsyncIterator, Iterator
from itertools import product
from urllib.parse import quote

import pytest

from tests.auth_routes import CLIENT, CLIENT_SECRET, PASSWORD, USER, AuthServer
from tests.manual_clock import ManualClock
from tests.senders import PATIENT, SENDERS, a_get, open_sender, trouble, twin_of
from tests.targets import Target, running_target
from worker.errors import TransportError
from worker.http.cookies import CookieJar
from worker.http.send import Sender
from worker.http.session import Session
from worker.models.exchange import LateAuth, PreparedRequest, Response
from worker.models.request import AuthKind


@pytest.fixture
def server() -> AuthServer:
    """What its routes remember, anew for each test."""
    return AuthServer()


@pytest.fixture
def target(server: AuthServer) -> Iterator[Target]:
    """A server with these routes."""
    with running_target(routes=server.routes()) as target:
        yield target


@pytest.fixture
def elsewhere() -> Iterator[Target]:
    """A server of another origin."""
    with running_target() as target:
        yield target


@pytest.fixture
def clock() -> ManualClock:
    """Time that passes when a test says so."""
    return ManualClock()


@pytest.fixture(params=[*SENDERS, "scripted"])
async def sender(request: pytest.FixtureRequest, target: Target, clock: ManualClock) -> AsyncIterator[Sender]:
    """A session over each adapter and over the twin, closed after the test."""
    if request.param == "scripted":
        scripted = Session(twin_of(target), clock=clock)
        yield scripted
        await scripted.close()
    else:
        async with open_sender(request.param, clock=clock) as session:
            yield session


@pytest.fixture(params=SENDERS)
async def travelling(request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    """A session that can reach two servers."""
    async with open_sender(request.param) as session:
        yield session


async def answer_of(sender: Sender, request: PreparedRequest) -> Response:
    """The answer, with time enough."""
    return await sender.send(request, timeout_seconds=PATIENT)


# Redirects


async def test_the_way_of_redirects_is_told(sender: Sender, target: Target) -> None:
    """Each answer that led on, with what was asked and where it led; the last URL is the answer's."""
    base = target.base_url
    response = await answer_of(sender, a_get(f"{base}/redirect/2", follow_redirects=True))
    assert [(each.status_code, each.url, each.location) for each in response.redirects] == [
        (302, f"{base}/redirect/2", f"{base}/redirect/1"),
        (302, f"{base}/redirect/1", f"{base}/echo"),
    ]
    assert response.url == f"{base}/echo"
    assert response.sent is not None
    assert response.sent.url == f"{base}/redirect/2"
    assert response.seconds == response.timings["total"]


async def test_the_number_of_redirects_can_be_said(sender: Sender, target: Target) -> None:
    """One more than that is trouble."""
    url = f"{target.base_url}/redirect/3"
    enough = a_get(url, follow_redirects=True, max_redirects=3)
    assert (await answer_of(sender, enough)).status_code == 200
    error = await trouble(sender, a_get(url, follow_redirects=True, max_redirects=2))
    assert "more than 2 redirects" in str(error)


@pytest.mark.parametrize(
    ("status", "method", "then", "keeps_body"),
    [
        (301, "POST", "GET", False),
        (302, "POST", "GET", False),
        (303, "PUT", "GET", False),
        (307, "POST", "POST", True),
        (308, "PATCH", "PATCH", True),
        (301, "PUT", "PUT", True),
        (303, "HEAD", "HEAD", True),
    ],
)
async def test_methods_change_as_everybody_does_it(
    sender: Sender, target: Target, status: int, method: str, then: str, keeps_body: bool
) -> None:
    """303 asks for another document, 301 and 302 make a GET of a POST, 307 and 308 change nothing."""
    request = PreparedRequest(
        method=method,
        url=f"{target.base_url}/leave?status={status}&to=/echo",
        headers=(("Content-Type", "text/plain"), ("X-One", "1")),
        body=b"abc",
        follow_redirects=True,
    )
    await answer_of(sender, request)
    arrived = target.requests[-1]
    assert (arrived.method, arrived.body) == (then, b"abc" if keeps_body else b"")
    assert (arrived.header("content-type") is not None) is keeps_body
    assert arrived.header("x-one") == "1"


async def test_a_redirect_that_leads_nowhere_http_goes_is_the_answer(sender: Sender, target: Target) -> None:
    """An app's own scheme, or no Location at all: the test sees the redirect."""
    for to in ("myapp%3A%2F%2Fcallback%3Fcode%3D1", ""):
        url = f"{target.base_url}/leave?to={to}"
        response = await answer_of(sender, a_get(url, follow_redirects=True))
        assert (response.status_code, response.redirects) == (302, ())


async def test_secrets_stay_with_their_origin(travelling: Sender, target: Target, elsewhere: Target) -> None:
    """Auth, cookies and keys do not follow to another server; other headers do."""
    request = a_get(
        f"{target.base_url}/leave?to={quote(elsewhere.base_url, safe='')}/echo",
        headers=(
            ("Authorization", "Bearer canary"),
            ("Cookie", "session=canary"),
            ("X-Api-Key", "canary"),
            ("X-Mine", "canary"),
            ("X-One", "1"),
        ),
        secret_headers=frozenset({"x-mine"}),
        follow_redirects=True,
    )
    await answer_of(travelling, request)
    arrived = elsewhere.requests[-1]
    assert arrived.header("x-one") == "1"
    assert "canary" not in str(arrived.headers)


async def test_secrets_stay_within_their_origin(sender: Sender, target: Target) -> None:
    """A redirect inside the same server keeps them."""
    request = a_get(
        f"{target.base_url}/redirect/1", headers=(("Authorization", "Bearer abc"),), follow_redirects=True
    )
    await answer_of(sender, request)
    assert target.requests[-1].header("authorization") == "Bearer abc"


# Cookies


async def test_a_jar_brings_cookies_back(sender: Sender, target: Target) -> None:
    """What one answer sets, the next request with the same jar sends, beside its own."""
    jar = CookieJar()
    wish = {"headers": {"Set-Cookie": "session=1; Path=/\r\nSet-Cookie: b=2; Path=/echo"}, "text": "x"}
    request = PreparedRequest(
        method="POST", url=f"{target.base_url}/answer", body=json.dumps(wish).encode(), cookies=jar
    )
    await answer_of(sender, request)
    await answer_of(sender, a_get(f"{target.base_url}/echo", cookies=jar, headers=(("Cookie", "own=3"),)))
    assert target.requests[-1].header("cookie") == "own=3; b=2; session=1"
    await answer_of(sender, a_get(f"{target.base_url}/echo"))
    assert target.requests[-1].header("cookie") is None


async def test_a_redirect_may_set_a_cookie_for_where_it_leads(sender: Sender, target: Target) -> None:
    """As a login does it."""
    wish = {"status": 302, "headers": {"Location": "/echo", "Set-Cookie": "session=1; Path=/"}, "text": ""}
    request = PreparedRequest(
        method="POST",
        url=f"{target.base_url}/answer",
        body=json.dumps(wish).encode(),
        cookies=CookieJar(),
        follow_redirects=True,
    )
    await answer_of(sender, request)
    assert target.requests[-1].header("cookie") == "session=1"


# OAuth 2


def with_token(target: Target, hidden: list[str] | None = None, **more: str) -> PreparedRequest:
    """A request that wants a token of the server's; further settings by name."""
    values = {
        "grant": "client_credentials",
        "token_url": f"{target.base_url}/token",
        "client_id": CLIENT,
        "client_secret": CLIENT_SECRET,
        **more,
    }
    return a_get(
        f"{target.base_url}/guarded",
        auth=LateAuth(kind=AuthKind.OAUTH2, values=values),
        hide=(hidden if hidden is not None else []).append,
    )


async def test_a_token_is_asked_for_once(sender: Sender, target: Target, server: AuthServer) -> None:
    """However many requests want it at the same time; and it is told to whoever hides secrets."""
    server.slow = 0.05
    hidden: list[str] = []
    answers = await asyncio.gather(
        *(answer_of(sender, with_token(target, hidden, scope="orders:read")) for _ in range(20))
    )
    assert [answer.status_code for answer in answers] == [200] * 20
    assert server.asked == [{"grant_type": "client_credentials", "scope": "orders:read"}]
    assert "canary-token-1" in hidden


async def test_other_settings_are_another_token(sender: Sender, target: Target, server: AuthServer) -> None:
    """Scopes are not mixed up."""
    for scope in ("a", "b", "a"):
        await answer_of(sender, with_token(target, scope=scope))
    assert [form["scope"] for form in server.asked] == ["a", "b"]


async def test_the_client_says_who_it_is_in_either_way(
    sender: Sender, target: Target, server: AuthServer
) -> None:
    """In a header, encoded as a form (RFC 6749, 2.3.1), or in the body."""
    assert (await answer_of(sender, with_token(target))).status_code == 200
    assert server.headers[-1].startswith("Basic ")
    assert (await answer_of(sender, with_token(target, client_auth="body"))).status_code == 200
    assert (server.headers[-1], server.asked[-1]["client_id"]) == ("", CLIENT)


async def test_the_grant_password_asks_with_the_users_name(
    sender: Sender, target: Target, server: AuthServer
) -> None:
    """And goes on with the refresh token that came with the first one."""
    server.with_refresh = True
    request = with_token(target, grant="password", username=USER, password=PASSWORD)
    assert (await answer_of(sender, request)).status_code == 200
    server.expire()
    assert (await answer_of(sender, request)).status_code == 200
    assert [form["grant_type"] for form in server.asked] == ["password", "refresh_token"]
    assert server.asked[1]["refresh_token"] == "canary-refresh-1"


async def test_the_grant_refresh_token_asks_with_that(
    sender: Sender, target: Target, server: AuthServer
) -> None:
    """A new refresh token takes the place of the old one."""
    server.with_refresh = True
    request = with_token(target, grant="refresh_token", refresh_token="canary-refresh-0")
    assert (await answer_of(sender, request)).status_code == 200
    server.expire()
    assert (await answer_of(sender, request)).status_code == 200
    assert [form["refresh_token"] for form in server.asked] == ["canary-refresh-0", "canary-refresh-1"]


async def test_a_token_is_renewed_before_it_ends(
    sender: Sender, target: Target, server: AuthServer, clock: ManualClock
) -> None:
    """Thirty seconds before, or at half of a short life; nobody sees a 401."""
    server.lifetime = 100
    await answer_of(sender, with_token(target))
    await clock.advance(69)
    await answer_of(sender, with_token(target))
    assert len(server.asked) == 1
    await clock.advance(2)
    await answer_of(sender, with_token(target))
    assert len(server.asked) == 2
    assert [seen.path for seen in target.requests].count("/guarded") == 3


async def test_a_token_that_is_turned_down_is_renewed_once_for_all(
    sender: Sender, target: Target, server: AuthServer
) -> None:
    """The request is sent again with the new one; if that is turned down, too, the 401 stands."""
    await answer_of(sender, with_token(target))
    server.expire()
    answers = await asyncio.gather(*(answer_of(sender, with_token(target)) for _ in range(10)))
    assert [answer.status_code for answer in answers] == [200] * 10
    assert len(server.asked) == 2


async def test_a_401_that_a_new_token_does_not_help_stands(
    sender: Sender, target: Target, server: AuthServer
) -> None:
    """One more try, not a loop."""
    request = with_token(target)
    missing = PreparedRequest(method="GET", url=f"{target.base_url}/status/401", auth=request.auth)
    assert (await answer_of(sender, missing)).status_code == 401
    assert len(server.asked) == 2


async def test_no_token_is_no_request(sender: Sender, target: Target, server: AuthServer) -> None:
    """What the server said is told, without any secret; the request is not sent."""
    with pytest.raises(TransportError) as caught:
        await answer_of(sender, with_token(target, client_secret="canary-wrong"))
    place = target.base_url.removeprefix("http://")
    assert str(caught.value) == (
        f"{place} gave no token: it answered 401 invalid_client (look at the settings)"
    )
    assert caught.value.category == "token_refused"
    assert caught.value.hint
    assert "/guarded" not in [seen.path for seen in target.requests]
    # The next one asks again: the server may have come to its senses.
    assert (await answer_of(sender, with_token(target))).status_code == 200


async def test_an_answer_without_a_token_is_no_token(
    sender: Sender, target: Target, server: AuthServer
) -> None:
    """The body itself is not quoted: it may hold a token under another name."""
    server.broken = True
    with pytest.raises(TransportError) as caught:
        await answer_of(sender, with_token(target))
    assert "without an access_token in a JSON body" in str(caught.value)
    assert "canary" not in str(caught.value)


# Digest


def with_digest(target: Target, hidden: list[str] | None = None, **more: object) -> PreparedRequest:
    """A request for what only Ada may see."""
    fields: dict[str, object] = {"method": "POST", "url": f"{target.base_url}/digest?a=1", "body": b"abc"}
    return PreparedRequest(
        **{**fields, **more},  # type: ignore[arg-type] # fields by name
        auth=LateAuth(kind=AuthKind.DIGEST, values={"username": USER, "password": PASSWORD}),
        hide=(hidden if hidden is not None else []).append,
    )


@pytest.mark.parametrize(
    ("algorithm", "qop"),
    [
        *product(("MD5", "SHA-256", "SHA-512-256"), ("auth", "auth-int", "auth,auth-int", "")),
        *product(("MD5-sess", "SHA-256-sess"), ("auth", "auth-int", "auth,auth-int")),
    ],
)
async def test_a_challenge_is_answered(
    sender: Sender, target: Target, server: AuthServer, algorithm: str, qop: str
) -> None:
    """By every algorithm, with the body where only that is taken, and in the old way without qop."""
    server.algorithm, server.qop = algorithm, qop
    hidden: list[str] = []
    response = await answer_of(sender, with_digest(target, hidden))
    assert response.status_code == 200
    assert response.sent is not None
    sent = dict(response.sent.headers)["Authorization"]
    assert PASSWORD not in sent
    assert hidden
    assert all(secret in sent for secret in hidden[-1:])


async def test_a_nonce_is_used_again_and_counted(sender: Sender, target: Target, server: AuthServer) -> None:
    """The challenge costs one exchange for the run, not one for each request."""
    for _ in range(3):
        assert (await answer_of(sender, with_digest(target))).status_code == 200
    assert sorted(server.counts) == ["00000001", "00000002", "00000003"]
    assert len(target.requests) == 4


async def test_a_stale_nonce_is_replaced(sender: Sender, target: Target, server: AuthServer) -> None:
    """A new challenge is answered once more."""
    await answer_of(sender, with_digest(target))
    server.nonce = "nonce-2"
    assert (await answer_of(sender, with_digest(target))).status_code == 200


async def test_a_wrong_password_ends_in_a_401(sender: Sender, target: Target) -> None:
    """After one answer to the challenge, not after many."""
    request = with_digest(target)
    wrong = LateAuth(kind=AuthKind.DIGEST, values={"username": USER, "password": "wrong"})
    other = PreparedRequest(method="GET", url=request.url, auth=wrong)
    assert (await answer_of(sender, other)).status_code == 401
    assert len(target.requests) == 2


async def test_a_server_without_a_challenge_is_left_alone(sender: Sender, target: Target) -> None:
    """A 401 of another kind is the answer."""
    request = with_digest(target, url=f"{target.base_url}/status/401")
    assert (await answer_of(sender, request)).status_code == 401
    assert len(target.requests) == 1


# AWS


async def test_a_signature_arrives_and_is_hidden(sender: Sender, target: Target) -> None:
    """The signed headers are those that were sent, whatever client sent them."""
    hidden: list[str] = []
    values = {
        "access_key": "AKIAEXAMPLE",
        "secret_key": "canary",
        "session_token": "session-1",
        "region": "eu-central-1",
        "service": "execute-api",
    }
    request = PreparedRequest(
        method="POST",
        url=f"{target.base_url}/echo/a b?z=1&a=ü".replace(" ", "%20"),
        headers=(("Content-Type", "application/json"),),
        body=b"{}",
        auth=LateAuth(kind=AuthKind.AWS, values=values),
        hide=hidden.append,
    )
    await answer_of(sender, request)
    arrived = target.requests[-1]
    said = arrived.header("authorization") or ""
    assert said.startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")
    assert "SignedHeaders=content-type;host;x-amz-date;x-amz-security-token" in said
    assert arrived.header("x-amz-security-token") == "session-1"
    assert "canary" not in said
    assert said.endswith(hidden[-1])
