"""How senders reach a server: TLS, client certificates, HTTP versions, proxies, compression, time limits."""

import json
import zlib
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import brotli  # type: ignore[import-untyped] # it has no types
import pytest
import zstandard

from tests.certificates import Authority
from tests.http2_target import running_http2
from tests.proxies import Proxy, running_proxy
from tests.senders import IMPATIENT, PATIENT, SENDERS, a_get, open_sender, trouble
from tests.targets import DOCUMENT, PACKERS, Target, running_target
from worker.http.send import Sender
from worker.http.tls import client_identity
from worker.local.ports import a_held_port
from worker.models.exchange import Channel, PreparedRequest
from worker.models.request import HttpVersion


@pytest.fixture(scope="module")
def target() -> Iterator[Target]:
    """A server without TLS."""
    PACKERS.update(br=brotli.compress, zstd=zstandard.compress)
    with running_target() as target:
        yield target


@pytest.fixture(scope="module")
def authority(tmp_path_factory: pytest.TempPathFactory) -> Authority:
    """An authority that nobody trusts by himself."""
    return Authority(tmp_path_factory.mktemp("authority"))


@pytest.fixture(scope="module")
def secure_target(authority: Authority) -> Iterator[Target]:
    """A server with a certificate of that authority."""
    with running_target(certificate=authority.issue("server")) as target:
        yield target


@pytest.fixture(scope="module")
def strict_target(authority: Authority) -> Iterator[Target]:
    """A server that wants certificates of its clients, too."""
    with running_target(certificate=authority.issue("strict"), client_authority=authority.path) as target:
        yield target


@pytest.fixture(params=SENDERS)
async def sender(request: pytest.FixtureRequest) -> AsyncIterator[Sender]:
    """Each adapter, closed after the test."""
    async with open_sender(request.param) as sender:
        yield sender


def trusting(authority: Authority, **more: object) -> Channel:
    """A channel that trusts the authority; further fields by name."""
    return Channel(ca=authority.path.read_bytes(), **more)  # type: ignore[arg-type] # fields by name


async def test_an_authority_of_ones_own_is_trusted(
    sender: Sender, secure_target: Target, authority: Authority
) -> None:
    """With `ca`, and only with it; no other check is dropped."""
    url = f"{secure_target.base_url}/json"
    error = await trouble(sender, a_get(url))
    response = await sender.send(a_get(url, channel=trusting(authority)), timeout_seconds=PATIENT)
    assert error.category == "tls"
    assert response.json() == DOCUMENT


async def test_a_client_shows_its_certificate(
    sender: Sender, strict_target: Target, authority: Authority
) -> None:
    """A server that wants one turns others away: an error of TLS, or a connection that ends."""
    certificate, key = authority.issue("client")
    channel = trusting(authority, certificate=certificate.read_bytes(), key=key.read_bytes())
    url = f"{strict_target.base_url}/json"
    error = await trouble(sender, a_get(url, channel=trusting(authority)))
    response = await sender.send(a_get(url, channel=channel), timeout_seconds=PATIENT)
    assert error.category in ("tls", "protocol")
    assert response.json() == DOCUMENT


@pytest.mark.parametrize("form", ["encrypted key", "PKCS #12", "one file"])
async def test_a_client_certificate_comes_in_every_usual_form(
    sender: Sender, strict_target: Target, authority: Authority, form: str
) -> None:
    """With an encrypted key, as PKCS #12, or with the key in the same file."""
    if form == "PKCS #12":
        found = client_identity(authority.bundle("bundle", password="open").read_bytes(), None, "open")
    else:
        password = "open" if form == "encrypted key" else ""
        certificate, key = (path.read_bytes() for path in authority.issue("other", password=password))
        in_one = form == "one file"
        found = client_identity(
            certificate + key if in_one else certificate, None if in_one else key, password
        )
    channel = trusting(authority, certificate=found[0], key=found[1])
    response = await sender.send(
        a_get(f"{strict_target.base_url}/json", channel=channel), timeout_seconds=PATIENT
    )
    assert response.json() == DOCUMENT


async def test_a_key_that_is_not_the_certificates_is_an_error_with_words(
    sender: Sender, strict_target: Target, authority: Authority
) -> None:
    """Nothing is sent, and the key is not quoted."""
    certificate, _ = authority.issue("one")
    _, key = authority.issue("two")
    channel = trusting(authority, certificate=certificate.read_bytes(), key=key.read_bytes())
    error = await trouble(sender, a_get(f"{strict_target.base_url}/json", channel=channel))
    assert error.category == "tls"
    assert error.hint
    assert "PRIVATE" not in f"{error} {error.hint}"


@pytest.mark.parametrize("version", [HttpVersion.AUTO, HttpVersion.HTTP_2])
async def test_http_2_is_spoken_where_tls_agrees_on_it(
    sender: Sender, authority: Authority, version: HttpVersion
) -> None:
    """By itself, or because nothing else is wanted; bodies and headers arrive."""
    with running_http2(authority.issue("modern")) as base_url:
        request = PreparedRequest(
            method="POST",
            url=f"{base_url}/x?a=1",
            headers=(("X-One", "1"),),
            body="Zoë".encode(),
            channel=trusting(authority, http_version=version),
        )
        response = await sender.send(request, timeout_seconds=PATIENT)
    seen = json.loads(response.body)
    assert response.http_version == "HTTP/2"
    assert (seen["headers"][":path"], seen["headers"]["x-one"], seen["body"]) == ("/x?a=1", "1", "Zoë")
    assert response.header_values("x-latin") == ("Zürich",)


async def test_http_2_without_tls_needs_no_agreement(sender: Sender) -> None:
    """Whoever asks for HTTP/2 and nothing else gets it from the first byte on."""
    with running_http2() as base_url:
        request = a_get(base_url, channel=Channel(http_version=HttpVersion.HTTP_2))
        response = await sender.send(request, timeout_seconds=PATIENT)
    assert (response.status_code, response.http_version) == (200, "HTTP/2")


async def test_a_server_that_speaks_no_http_2_is_named(sender: Sender, target: Target) -> None:
    """The hint says what to write instead."""
    request = a_get(f"{target.base_url}/json", channel=Channel(http_version=HttpVersion.HTTP_2))
    error = await trouble(sender, request)
    assert error.category == "protocol"
    assert "http_version: auto" in (error.hint or "")


async def test_http_1_1_is_spoken_where_it_is_wanted(
    sender: Sender, secure_target: Target, authority: Authority
) -> None:
    """A server that speaks both is not asked for the other one."""
    channel = trusting(authority, http_version=HttpVersion.HTTP_1_1)
    request = a_get(f"{secure_target.base_url}/json", channel=channel)
    response = await sender.send(request, timeout_seconds=PATIENT)
    assert response.http_version == "HTTP/1.1"


@pytest.mark.parametrize("coding", ["gzip", "deflate", "br", "zstd"])
async def test_every_coding_that_is_asked_for_is_unpacked(
    sender: Sender, target: Target, coding: str
) -> None:
    """What a client says that it accepts, it can read."""
    response = await sender.send(a_get(f"{target.base_url}/packed/{coding}"), timeout_seconds=PATIENT)
    accepted = target.requests[-1].header("accept-encoding") or ""
    assert coding in accepted
    assert response.json() == DOCUMENT


async def test_answers_can_be_asked_for_as_they_are(sender: Sender, target: Target) -> None:
    """Without compression nothing is asked for; what comes packed all the same is left packed."""
    plainly = Channel(compressed=False)
    plain = await sender.send(
        a_get(f"{target.base_url}/packed/none", channel=plainly), timeout_seconds=PATIENT
    )
    packed = await sender.send(
        a_get(f"{target.base_url}/packed/deflate", channel=plainly), timeout_seconds=PATIENT
    )
    assert plain.json() == DOCUMENT
    assert json.loads(zlib.decompress(packed.body)) == DOCUMENT


@pytest.fixture
def proxy() -> Iterator[Proxy]:
    """A proxy that everybody may use."""
    with running_proxy() as proxy:
        yield proxy


async def test_a_proxy_that_is_named_is_used(sender: Sender, target: Target, proxy: Proxy) -> None:
    """Also for this machine's own addresses: somebody meant it."""
    url = f"{target.base_url}/json"
    response = await sender.send(a_get(url, channel=Channel(proxy=proxy.url)), timeout_seconds=PATIENT)
    assert response.json() == DOCUMENT
    assert proxy.seen == [f"GET {url} HTTP/1.1"]


async def test_tls_goes_through_a_tunnel(
    sender: Sender, secure_target: Target, proxy: Proxy, authority: Authority
) -> None:
    """A proxy sees host and port of an encrypted exchange, nothing else."""
    channel = trusting(authority, proxy=proxy.url)
    request = a_get(f"{secure_target.base_url}/json", channel=channel)
    response = await sender.send(request, timeout_seconds=PATIENT)
    place = secure_target.base_url.removeprefix("https://")
    assert response.json() == DOCUMENT
    assert proxy.seen == [f"CONNECT {place} HTTP/1.1"]


async def test_a_proxy_may_want_a_password(
    sender: Sender, secure_target: Target, authority: Authority
) -> None:
    """It stands in the proxy's address, and in no error."""
    with running_proxy(password="hidden") as proxy:
        place = proxy.url.removeprefix("http://")
        known = trusting(authority, proxy=f"http://user:hidden@{place}")
        unknown = trusting(authority, proxy=f"http://user:hidden-too@{place}")
        url = f"{secure_target.base_url}/json"
        response = await sender.send(a_get(url, channel=known), timeout_seconds=PATIENT)
        error = await trouble(sender, a_get(url, channel=unknown))
    assert response.json() == DOCUMENT
    assert error.category == "proxy"
    assert place in str(error)
    assert "hidden" not in f"{error} {error.hint}"


async def test_a_proxy_that_is_not_there_is_named(sender: Sender, target: Target) -> None:
    """Nobody shall look for the fault at the API."""
    with a_held_port() as port:
        place = f"127.0.0.1:{port}"
        channel = Channel(proxy=f"http://{place}")
        error = await trouble(sender, a_get(f"{target.base_url}/json", channel=channel))
    assert error.category == "connect_refused"
    assert str(error) == f"no proxy listens on {place}"


async def test_a_wait_for_more_can_have_its_own_limit(sender: Sender, target: Target) -> None:
    """Shorter than the whole; the message says which limit it was."""
    request = a_get(f"{target.base_url}/stall", channel=Channel(read_seconds=IMPATIENT))
    error = await trouble(sender, request)
    assert error.category == "read_timeout"
    assert "within 0.1 s" in str(error)


async def test_connecting_can_have_its_own_limit(sender: Sender) -> None:
    """An address that swallows packets (RFC 5737) is given up after that, not after the whole."""
    request = a_get("http://192.0.2.1/", channel=Channel(connect_seconds=IMPATIENT))
    error = await trouble(sender, request)
    # A network without a way there says so at once.
    assert error.category in ("connect_timeout", "protocol", "connect_refused")


async def test_different_channels_do_not_share_connections(
    sender: Sender, secure_target: Target, authority: Authority
) -> None:
    """A connection that was made without a check is not used by a request that wants one."""
    url = f"{secure_target.base_url}/json"
    loose = a_get(url, channel=Channel(verify_tls=False))
    assert (await sender.send(loose, timeout_seconds=PATIENT)).status_code == 200
    assert (await trouble(sender, a_get(url))).category == "tls"


def test_the_channels_files_are_read_by_no_client(tmp_path: Path) -> None:
    """A channel holds bytes, so that a worker never opens a path."""
    assert not any("path" in name for name in Channel.__dataclass_fields__)
