"""How a request travels: who says so, and what cannot be."""

import base64
from pathlib import Path

import pytest

from context.execution import ExecutionContext
from context.values import JsonValue
from tests.builders import a_request
from tests.certificates import Authority
from worker.errors import RequestError
from worker.files import LocalFiles, MemoryFiles
from worker.http.build import build_request
from worker.http.connecting import proxy_complaint
from worker.http.origin import Origin
from worker.models.exchange import PLAIN, PreparedRequest
from worker.models.request import Connection, HttpVersion, Request


def as_is(value: JsonValue, *, field: str) -> JsonValue:
    """Nothing to fill."""
    return value


def built(request: Request, **origin: object) -> PreparedRequest:
    """The request, ready to be sent; fields of its origin by name."""
    made = Origin(base_url="https://api.test", **origin)  # type: ignore[arg-type] # fields by name
    return build_request(request, render=as_is, origin=made)


def refusal(connection: Connection, **origin: object) -> RequestError:
    """Why nothing can be reached so."""
    with pytest.raises(RequestError) as caught:
        built(a_request(connection=connection), **origin)
    assert caught.value.hint
    return caught.value


def test_a_usual_request_travels_as_all_others() -> None:
    """They share one channel, and curl is told nothing."""
    request = built(a_request())
    assert request.channel is PLAIN
    assert request.curl_options == ()


def test_the_nearest_word_counts_and_the_command_line_before_all() -> None:
    """Test, then environment; a certificate comes with its own key."""
    environment = Connection(proxy="http://environment:1", verify=False)
    test = Connection(proxy="")
    forced = Connection(proxy="http://forced:1")
    assert built(a_request(), connection=environment).channel.proxy == "http://environment:1"
    both = built(a_request(connection=test), connection=environment).channel
    assert (both.proxy, both.verify_tls) == ("", False)
    assert built(a_request(connection=test), forced=forced).channel.proxy == "http://forced:1"
    mine = Connection(certificate="mine.pem").over(Connection(certificate="a.pem", key="a.key", ca="ca.pem"))
    assert (mine.certificate, mine.key, mine.ca) == ("mine.pem", "", "ca.pem")


@pytest.mark.parametrize("proxy", ["http://p", "https://p:1", "socks5://p:1", "socks5h://u:p@[::1]:1"])
def test_proxies_are_spoken_to_in_these_ways(proxy: str) -> None:
    """Plain, with TLS, and SOCKS."""
    assert proxy_complaint(proxy) == ""


@pytest.mark.parametrize("proxy", ["p:1", "ftp://p", "http://", "http://p:port", "http:p", "socks4://p:1"])
def test_what_cannot_be_a_proxy_is_refused(proxy: str) -> None:
    """When its template is filled, too."""
    assert refusal(Connection(proxy=proxy)).where == "proxy"


def test_a_proxys_password_is_hidden() -> None:
    """From everything that is shown, the command for curl included."""
    hidden: list[str] = []
    proxy = Connection(proxy="http://ada:can%26ary@p:1")
    request = built(a_request(connection=proxy), hide=hidden.append)
    assert hidden == ["can&ary"]
    assert request.curl_options == ("--proxy", "http://ada:***@p:1")
    assert "ary" not in repr(request.channel)


def test_certificates_come_through_the_door_to_files(tmp_path: Path) -> None:
    """What a channel holds are bytes; curl is told the paths."""
    authority = Authority(tmp_path)
    certificate, key = authority.issue("client", password="canary")
    files = MemoryFiles(
        {"ca.pem": authority.path.read_bytes(), "c.pem": certificate.read_bytes(), "c.key": key.read_bytes()}
    )
    said = Connection(ca="ca.pem", certificate="c.pem", key="c.key", password="canary")
    hidden: list[str] = []
    request = built(a_request(connection=said), files=files, hide=hidden.append)
    assert b"BEGIN CERTIFICATE" in (request.channel.ca or b"")
    assert (request.channel.key or b"").startswith(b"-----BEGIN PRIVATE KEY-----")
    assert "canary" in hidden
    assert request.curl_options == ("--cacert", "ca.pem", "--cert", "c.pem", "--key", "c.key")
    assert "BEGIN" not in repr(request.channel)


@pytest.mark.parametrize("kind", ["pem", "pem in base64", "pkcs12"])
def test_certificates_come_out_of_secrets(kind: str, tmp_path: Path) -> None:
    """As text, or in base64 with line breaks; no file is opened, and curl is told of none."""
    authority = Authority(tmp_path)
    if kind == "pkcs12":
        secrets = {"cert": base64.encodebytes(authority.bundle("client", password="canary").read_bytes())}
    else:
        paths = authority.issue("client", password="canary")
        secrets = {name: path.read_bytes() for name, path in zip(("cert", "key"), paths, strict=True)}
    if kind == "pem in base64":
        secrets = {name: base64.encodebytes(content) for name, content in secrets.items()}
    said = Connection(
        certificate="{{ secrets.cert }}",
        key="{{ secrets.key }}" if "key" in secrets else None,
        password="{{ secrets.password }}",
    )
    texts = {"password": "canary", **{name: content.decode() for name, content in secrets.items()}}
    context = ExecutionContext(secrets=texts)

    def render(value: JsonValue, *, field: str) -> JsonValue:
        return context.render(value, suite="s", test="t")

    request = build_request(
        a_request(connection=said), render=render, origin=Origin(base_url="https://api.test")
    )
    assert (request.channel.key or b"").startswith(b"-----BEGIN PRIVATE KEY-----")
    assert b"BEGIN CERTIFICATE" in (request.channel.certificate or b"")
    assert set(request.curl_options) <= {"--cert", "--key", "***"}


def test_a_secret_that_holds_no_certificate_is_refused() -> None:
    """With words, and without the secret."""
    error = refusal(Connection(certificate="{{ secrets.cert }}"))
    assert (error.what, error.where) == ("this is neither PEM nor base64", "tls.certificate")


@pytest.mark.parametrize(
    ("said", "files", "what"),
    [
        (Connection(ca="a.pem"), {}, "a.pem: the file did not come with the suite"),
        (Connection(ca="a.pem"), {"a.pem": b"nonsense"}, "there is no certificate in this file"),
        (
            Connection(certificate="a.pem"),
            {"a.pem": b"-----BEGIN CERTIFICATE-----\nx\n-----END CERTIFICATE-----\n"},
            "there is no private key for the client's certificate",
        ),
        (Connection(certificate="a.p12"), {"a.p12": b"nonsense"}, "the client's key cannot be opened"),
    ],
)
def test_certificates_that_cannot_be_used_are_refused(
    said: Connection, files: dict[str, bytes], what: str
) -> None:
    """With words, before anything is sent."""
    assert refusal(said, files=MemoryFiles(files)).what == what


def test_a_wrong_password_opens_no_key(tmp_path: Path) -> None:
    """And is not quoted."""
    certificate, key = Authority(tmp_path).issue("client", password="right")
    said = Connection(certificate=str(certificate), key=str(key), password="canary")
    error = refusal(said, files=LocalFiles(tmp_path))
    assert (error.what, error.where) == ("the client's key cannot be opened", "tls.password")
    assert "canary" not in f"{error.what} {error.hint}"


@pytest.mark.parametrize(
    ("request_", "options"),
    [
        (a_request(http_version=HttpVersion.HTTP_1_1), ("--http1.1",)),
        (a_request(http_version=HttpVersion.HTTP_2), ("--http2",)),
        (
            a_request(url="http://api.test/", http_version=HttpVersion.HTTP_2),
            ("--http2-prior-knowledge",),
        ),
        (a_request(follow_redirects=True), ("--location",)),
        (a_request(follow_redirects=True, max_redirects=3), ("--location", "--max-redirs", "3")),
        (a_request(connection=Connection(verify=False)), ("--insecure",)),
        (a_request(connection=Connection(proxy="")), ("--noproxy", "*")),
        (a_request(connect_timeout_seconds=0.5), ("--connect-timeout", "0.5")),
    ],
)
def test_curl_is_told_what_is_not_usual(request_: Request, options: tuple[str, ...]) -> None:
    """And nothing else."""
    assert built(request_).curl_options == options
