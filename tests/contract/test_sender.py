"""Rules that every sender keeps, tried on a real server."""

import json
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.certificates import Authority
from tests.senders import IMPATIENT, PATIENT, SENDERS, a_get, open_sender, trouble
from tests.targets import DOCUMENT, Target, running_target
from worker.http.send import Sender
from worker.local.ports import a_held_port
from worker.models.exchange import Channel, LateAuth, PreparedRequest
from worker.models.request import AuthKind


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A server without TLS."""
    with running_target() as target:
        yield target


@pytest.fixture(scope="module")
def secure_target(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Target]:
    """Speaks TLS with a certificate that nobody trusts."""
    certificate = Authority(tmp_path_factory.mktemp("certificate")).issue("target")
    with running_target(certificate=certificate) as target:
        yield target


@pytest.fixture(params=SENDERS)
def kind(request: pytest.FixtureRequest) -> str:
    """Which adapter is tried."""
    return str(request.param)


@pytest.fixture
async def sender(kind: str) -> AsyncIterator[Sender]:
    """The adapter, closed after the test."""
    async with open_sender(kind) as sender:
        yield sender


async def test_what_is_prepared_is_what_arrives(sender: Sender, target: Target) -> None:
    """Method, path, query, headers and body arrive as prepared, in any language."""
    request = PreparedRequest(
        method="PATCH",
        url=f"{target.base_url}/echo?q=a%20b&q=%C3%BC",
        headers=(("X-One", "1"), ("Content-Type", "application/json"), ("User-Agent", "me/1")),
        body='{"name":"Zoë"}'.encode(),
    )
    echo = json.loads((await sender.send(request, timeout_seconds=PATIENT)).body)
    assert (echo["method"], echo["path"]) == ("PATCH", "/echo")
    assert echo["query"] == [["q", "a b"], ["q", "ü"]]
    assert echo["headers"]["x-one"] == "1"
    assert echo["headers"]["user-agent"] == "me/1"
    assert echo["body"] == '{"name":"Zoë"}'


@pytest.mark.parametrize(("method", "length"), [("POST", "0"), ("PUT", "0"), ("PATCH", "0"), ("GET", None)])
async def test_a_request_that_could_carry_something_says_that_it_does_not(
    sender: Sender, target: Target, method: str, length: str | None
) -> None:
    """Some servers answer 411 to a POST that says nothing of its length."""
    for body in (None, b""):
        request = PreparedRequest(method=method, url=f"{target.base_url}/echo", body=body)
        echo = json.loads((await sender.send(request, timeout_seconds=PATIENT)).body)
        assert echo["headers"].get("content-length") == length


async def test_an_answer_has_everything_in_it(sender: Sender, target: Target) -> None:
    """Status, headers, body, version and the time it took are all there."""
    response = await sender.send(a_get(f"{target.base_url}/json"), timeout_seconds=PATIENT)
    assert response.status_code == 200
    assert response.json() == DOCUMENT
    assert response.header_values("CONTENT-TYPE") == ("application/json",)
    assert response.http_version == "HTTP/1.1"
    assert 0 < response.timings["first_byte"] <= response.seconds == response.timings["total"]
    assert not response.truncated


@pytest.mark.parametrize("status", [204, 404, 500])
async def test_every_status_is_an_answer(sender: Sender, target: Target, status: int) -> None:
    """No status is an error of transport."""
    response = await sender.send(a_get(f"{target.base_url}/status/{status}"), timeout_seconds=PATIENT)
    assert response.status_code == status


async def test_a_header_may_come_twice(sender: Sender, target: Target) -> None:
    """Repeated headers stay apart, in their order."""
    wish = {"headers": {"Set-Cookie": "a=1\r\nSet-Cookie: b=2"}, "text": "x"}
    request = PreparedRequest(method="POST", url=f"{target.base_url}/answer", body=json.dumps(wish).encode())
    response = await sender.send(request, timeout_seconds=PATIENT)
    assert response.header_values("set-cookie") == ("a=1", "b=2")


async def test_a_header_that_is_not_ascii_does_not_break_the_answer(sender: Sender, target: Target) -> None:
    """Whatever a header holds, the answer arrives with all other headers."""
    wish = {"headers": {"X-City": "Zürich", "X-Other": "yes"}, "text": "x"}
    request = PreparedRequest(method="POST", url=f"{target.base_url}/answer", body=json.dumps(wish).encode())
    response = await sender.send(request, timeout_seconds=PATIENT)
    assert response.header_values("x-other") == ("yes",)
    assert response.header_values("x-city")


async def test_header_values_are_read_as_they_were_sent(sender: Sender, target: Target) -> None:
    """UTF-8 where it is that, else Latin-1; plain headers beside them keep their values."""
    response = await sender.send(a_get(f"{target.base_url}/odd-headers"), timeout_seconds=PATIENT)
    assert response.header_values("x-utf8") == ("Zürich 東京",)
    assert response.header_values("x-latin") == ("Zürich",)
    assert response.header_values("x-other") == ("yes",)


async def test_cookies_are_not_remembered(sender: Sender, target: Target) -> None:
    """A cookie set for one test is not sent by the next."""
    wish = {"headers": {"Set-Cookie": "session=1; Path=/"}, "text": "x"}
    request = PreparedRequest(method="POST", url=f"{target.base_url}/answer", body=json.dumps(wish).encode())
    await sender.send(request, timeout_seconds=PATIENT)
    echo = await sender.send(a_get(f"{target.base_url}/echo"), timeout_seconds=PATIENT)
    assert "cookie" not in json.loads(echo.body)["headers"]


async def test_compressed_answers_are_unpacked(sender: Sender, target: Target) -> None:
    """A body that came with gzip is read as what was compressed."""
    response = await sender.send(a_get(f"{target.base_url}/gzip"), timeout_seconds=PATIENT)
    assert response.json() == DOCUMENT


async def test_redirects_are_answers_unless_they_are_wanted(sender: Sender, target: Target) -> None:
    """A redirect is followed only when the request says so."""
    url = f"{target.base_url}/redirect/2"
    stayed = await sender.send(a_get(url), timeout_seconds=PATIENT)
    followed = await sender.send(a_get(url, follow_redirects=True), timeout_seconds=PATIENT)
    assert (stayed.status_code, stayed.header_values("location")) == (302, ("/redirect/1",))
    assert json.loads(followed.body)["path"] == "/echo"


async def test_endless_redirects_end(sender: Sender, target: Target) -> None:
    """More redirects than anybody needs are trouble, not a hang."""
    request = a_get(f"{target.base_url}/redirect/50", follow_redirects=True)
    error = await trouble(sender, request)
    assert error.category == "protocol"
    assert "more than 10 redirects" in str(error)


async def test_a_redirect_to_where_nobody_listens_is_no_refused_connection(
    sender: Sender, target: Target
) -> None:
    """The API got the first request and answered: it must not look as if nothing had been sent."""
    with a_held_port() as port:
        away = f"127.0.0.1:{port}"
        request = a_get(f"{target.base_url}/leave?to=http://{away}/there", follow_redirects=True)
        error = await trouble(sender, request)
    assert error.category == "protocol"
    assert error.what == f"the redirect to {away} came to no answer: nothing listens on {away}"


async def test_a_body_is_read_up_to_the_limit(kind: str, target: Target) -> None:
    """What is larger than the limit is cut there and marked, and the sender goes on working."""
    async with open_sender(kind, response_limit=1_000) as sender:
        large = await sender.send(a_get(f"{target.base_url}/big/1000000"), timeout_seconds=PATIENT)
        fitting = await sender.send(a_get(f"{target.base_url}/big/1000"), timeout_seconds=PATIENT)
    assert (len(large.body), large.truncated) == (1_000, True)
    assert (len(fitting.body), fitting.truncated) == (1_000, False)


async def test_connections_are_used_again(sender: Sender) -> None:
    """Requests one after another share them. A client that is slow to put one back may open a second."""
    with running_target() as target:
        for _ in range(100):
            await sender.send(a_get(f"{target.base_url}/json"), timeout_seconds=PATIENT)
            if len(target.requests) > target.connections:
                return
    raise AssertionError("each request had a connection of its own")


async def test_nobody_listening_is_connect_refused(sender: Sender) -> None:
    """A closed port is named in the message, with a hint."""
    with a_held_port() as port:
        error = await trouble(sender, a_get(f"http://127.0.0.1:{port}/x"))
    assert error.category == "connect_refused"
    assert str(error) == f"nothing listens on 127.0.0.1:{port}"
    assert error.hint


async def test_an_unknown_host_is_dns(sender: Sender) -> None:
    """A name that cannot exist (RFC 2606) is told from a host that is down."""
    error = await trouble(sender, a_get("http://api.example.invalid/x"))
    assert error.category == "dns"
    assert str(error) == "no host is named api.example.invalid"


async def test_a_certificate_nobody_trusts_is_tls(sender: Sender, secure_target: Target) -> None:
    """TLS is verified unless a test says otherwise."""
    url = f"{secure_target.base_url}/json"
    error = await trouble(sender, a_get(url))
    trusted = await sender.send(a_get(url, channel=Channel(verify_tls=False)), timeout_seconds=PATIENT)
    assert error.category == "tls"
    assert "verify_tls" in (error.hint or "")
    assert trusted.json() == DOCUMENT


async def test_silence_is_a_read_timeout(sender: Sender, target: Target) -> None:
    """A server that takes the request and says nothing is told from one that is not there."""
    error = await trouble(sender, a_get(f"{target.base_url}/silent"), IMPATIENT)
    assert error.category == "read_timeout"
    assert "did not answer within 0.1 s" in str(error)


async def test_half_an_answer_and_then_silence_is_a_read_timeout(sender: Sender, target: Target) -> None:
    """The time limit is for the whole answer, not for its first byte."""
    error = await trouble(sender, a_get(f"{target.base_url}/stall"), IMPATIENT)
    assert error.category == "read_timeout"


@pytest.mark.parametrize("path", ["drop", "garbage", "cut"])
async def test_what_is_no_answer_is_protocol(sender: Sender, target: Target, path: str) -> None:
    """A closed connection, something that is not HTTP, and half a body are all broken answers."""
    error = await trouble(sender, a_get(f"{target.base_url}/{path}"))
    assert error.category == "protocol"
    assert "did not send a whole HTTP answer" in str(error)


@pytest.mark.parametrize(
    ("path", "category", "why"),
    [
        (None, "connect_refused", "nothing listens on 127.0.0.1:1"),
        ("/drop", "token_refused", "did not send a whole HTTP answer"),
    ],
)
async def test_no_answer_to_the_request_for_a_token_is_told_as_that(
    sender: Sender, target: Target, path: str | None, category: str, why: str
) -> None:
    """The API is not to blame, and nothing was sent to it."""
    url = f"{target.base_url}{path}" if path else "http://127.0.0.1:1/token"
    target.requests.clear()
    values = {"grant": "client_credentials", "token_url": url, "client_id": "c", "client_secret": "s"}
    auth = LateAuth(kind=AuthKind.OAUTH2, values=values)
    error = await trouble(sender, a_get(f"{target.base_url}/json", auth=auth))
    assert error.category == category
    assert error.what.startswith("no answer to the request for a token: ")
    assert why in error.what
    assert "token_url" in (error.hint or "")
    assert [seen.path for seen in target.requests] == ([path] if path else [])


async def test_errors_quote_nothing_of_the_request(sender: Sender, target: Target) -> None:
    """Queries and headers may hold secrets, so no message has them."""
    request = a_get(f"{target.base_url}/drop?key=hidden-1", headers=(("X-Key", "hidden-2"),))
    error = await trouble(sender, request)
    told = f"{error} {error.hint} {error.__cause__} {error.__context__ and error.__suppress_context__}"
    assert "hidden" not in told


async def test_a_request_that_cannot_be_is_refused_without_quoting_it(sender: Sender) -> None:
    """The client's own refusal becomes an error of ours."""
    request = a_get("http://127.0.0.1:1/", headers=(("X-Key", "hidden\nX-Other: 1"),))
    error = await trouble(sender, request)
    assert error.category in ("protocol", "connect_refused")
    assert "hidden" not in str(error)


async def test_a_closed_sender_has_no_connections(kind: str) -> None:
    """Closing twice does no harm."""
    with running_target() as target:
        async with open_sender(kind) as sender:
            await sender.send(a_get(f"{target.base_url}/json"), timeout_seconds=PATIENT)
            await sender.close()


async def test_proxies_are_not_asked_about_this_machine(
    kind: str, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """HTTP_PROXY counts, but not for loopback addresses: no proxy can reach those."""
    monkeypatch.delenv("NO_PROXY", raising=False)
    monkeypatch.delenv("no_proxy", raising=False)
    sender = SENDERS[kind]()
    with a_held_port() as nobody:
        monkeypatch.setenv("HTTP_PROXY", f"http://127.0.0.1:{nobody}")
        try:
            response = await sender.send(a_get(f"{target.base_url}/json"), timeout_seconds=PATIENT)
        finally:
            await sender.close()
    assert response.status_code == 200


def test_every_sender_is_tried() -> None:
    """A new adapter must join this list."""
    files = (Path(__file__).parents[2] / "worker" / "http").glob("*_sender.py")
    assert {path.stem.removesuffix("_sender") for path in files} - {"memory"} == set(SENDERS)
