"""Requests as curl commands; the real curl sends what Baton sent."""

import asyncio
import os
import shlex
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from context.masking import Mask
from context.values import JsonValue
from tests.auth_routes import PASSWORD, USER, AuthServer
from tests.builders import a_request
from tests.certificates import Authority
from tests.patience import FOR_EVER_SECONDS
from tests.proxies import running_proxy
from tests.targets import Target, running_target
from tests.wire import Seen
from worker.files import LocalFiles
from worker.http import make_sender
from worker.http.build import build_request
from worker.http.exchange import record_exchange
from worker.http.origin import Origin
from worker.models.exchange import PreparedRequest
from worker.models.outcome import ExchangeRecord
from worker.models.request import Auth, AuthKind, BodyKind, Connection, HttpVersion, Part, Request
from worker.reports.curl import curl_command

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Where the run is started and curl is called, with files in it."""
    (tmp_path / "cat.png").write_bytes(b"\x89PNG\r\n\x00\x01")
    (tmp_path / 'odd "name".txt').write_text("odd")
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture
def target() -> Iterator[Target]:
    """A server that remembers what arrives."""
    with running_target(routes=AuthServer().routes()) as target:
        yield target


def as_is(value: JsonValue, *, field: str) -> JsonValue:
    """Nothing to fill."""
    return value


def sent(request: Request, base_url: str) -> ExchangeRecord:
    """The record of this request after it was sent."""

    async def send() -> ExchangeRecord:
        sender = make_sender()
        origin = Origin(base_url=base_url, files=LocalFiles())
        prepared = build_request(request, render=as_is, origin=origin)
        try:
            return record_exchange(prepared, await sender.send(prepared, timeout_seconds=60), Mask())
        finally:
            await sender.close()

    return asyncio.run(send())


def command(exchange: ExchangeRecord) -> str:
    """The command as one text."""
    return "\n".join(curl_command(exchange))


def run(script: str) -> None:
    """Do what a person does with the command: paste it into a shell."""
    quiet = script.replace("curl ", "curl --silent --show-error --output /dev/null ", 1)
    # Not by way of a proxy of this machine, nor past the one in the command.
    alone = {name: said for name, said in os.environ.items() if not name.lower().endswith("_proxy")}
    done = subprocess.run(
        ["sh", "-c", quiet], env=alone, capture_output=True, text=True, timeout=FOR_EVER_SECONDS, check=False
    )
    assert done.returncode == 0, f"{script}\n{done.stderr}"


def story(seen: Seen) -> tuple[object, ...]:
    """What counts of a request: everything but the headers that each client writes itself."""
    own = {"accept", "accept-encoding", "user-agent", "host", "content-length", "connection", "expect"}
    headers = {name.lower(): value for name, value in seen.headers if name.lower() not in own}
    body: object = seen.body
    if headers.get("content-type", "").startswith("multipart/"):
        boundary = headers.pop("content-type").partition("boundary=")[2]
        body = seen.body.replace(boundary.encode(), b"-")
    return seen.method, seen.path, seen.query, headers, body


REQUESTS = {
    "a query": a_request("GET", "/echo?a=b c&d=it's"),
    "a header": a_request("DELETE", "/echo", headers={"X-One": 'a "b" $c', "X-Empty": ""}),
    "json": a_request("POST", "/echo", body_kind=BodyKind.JSON, body={"a": "it's", "b": [1, None]}),
    "text": a_request("PUT", "/echo", body_kind=BodyKind.TEXT, body="@not-a-file\nline two\n"),
    "empty text": a_request(
        "POST", "/echo", body_kind=BodyKind.TEXT, body=" ", headers={"Content-Type": None}
    ),
    "form": a_request("POST", "/echo", body_kind=BodyKind.FORM, body={"name": "Ada & Bob", "t": ["a", "b"]}),
    "xml": a_request("POST", "/echo", body_kind=BodyKind.XML, body="<a>ü</a>"),
    "multipart": a_request(
        "POST",
        "/echo",
        body_kind=BodyKind.MULTIPART,
        parts=(
            Part(name="title", text='My "cat"; type=x @y'),
            Part(name="picture", file="cat.png"),
            Part(name="odd", file='odd "name".txt', filename="plain.txt", content_type="text/x"),
            Part(name="meta", text='{"a": "b"}', content_type="application/json"),
        ),
    ),
    "file": a_request("PUT", "/echo", body_kind=BodyKind.FILE, parts=(Part(file="cat.png"),)),
    "compressed": a_request("POST", "/echo", body_kind=BodyKind.JSON, body={"a": "it's %s"}, gzip=True),
    "compressed file": a_request(
        "PUT", "/echo", body_kind=BodyKind.FILE, parts=(Part(file="cat.png"),), gzip=True
    ),
    "graphql": a_request("POST", "/echo", body_kind=BodyKind.GRAPHQL, body={"query": '{ a(b: "c") }'}),
    "a redirect of a POST": a_request(
        "POST", "/redirect/2", body_kind=BodyKind.FORM, body={"a": "1"}, follow_redirects=True
    ),
    "HTTP/1.1": a_request("GET", "/echo", http_version=HttpVersion.HTTP_1_1),
    "a time limit": a_request("GET", "/echo", connect_timeout_seconds=60.0),
    "no compression": a_request("GET", "/packed/gzip"),
}


@needs_curl
@pytest.mark.parametrize("name", REQUESTS)
def test_curl_sends_what_baton_sent(name: str, target: Target, folder: Path) -> None:
    """The same requests arrive, redirects included, in a shell as in a run."""
    exchange = sent(REQUESTS[name], target.base_url)
    ours = [story(seen) for seen in target.requests]
    target.requests.clear()
    run(command(exchange))
    assert [story(seen) for seen in target.requests] == _as_curl_packs(name, ours)


def _as_curl_packs(name: str, ours: list[tuple[object, ...]]) -> list[tuple[object, ...]]:
    """gzip packs a little differently than Python's zlib: what counts is what is in it."""
    if "compressed" not in name:
        return ours
    return [(*seen[:4], _Packed(seen[4])) for seen in ours]


class _Packed:
    """Equal to everything that unpacks to the same."""

    def __init__(self, body: object) -> None:
        assert isinstance(body, bytes)
        self._body = body

    def __eq__(self, other: object) -> bool:
        import gzip

        return isinstance(other, bytes) and gzip.decompress(other) == gzip.decompress(self._body)

    def __hash__(self) -> int:
        return 0


@needs_curl
def test_curl_answers_a_challenge(target: Target) -> None:
    """The password is put in by hand; it never stands in the command."""
    auth = Auth(kind=AuthKind.DIGEST, values={"username": USER, "password": PASSWORD})
    script = command(sent(a_request("GET", "/digest?a=1", auth=auth), target.base_url))
    assert f"--user '{USER}:***'" in script
    assert PASSWORD not in script
    assert "Authorization" not in script
    run(script.replace("***", PASSWORD))
    assert "response=" in (target.requests[-1].header("authorization") or "")


@needs_curl
def test_curl_signs_for_aws(target: Target) -> None:
    """With its own date and signature."""
    values: dict[str, JsonValue] = {
        "access_key": "AKIAEXAMPLE",
        "secret_key": "canary-key",
        "region": "eu-central-1",
        "service": "execute-api",
    }
    auth = Auth(kind=AuthKind.AWS, values=values)
    script = command(sent(a_request("GET", "/echo", auth=auth), target.base_url))
    assert "canary" not in script
    assert "X-Amz-Date" not in script
    run(script.replace("***", "canary-key"))
    said = target.requests[-1].header("authorization") or ""
    assert said.startswith("AWS4-HMAC-SHA256 Credential=AKIAEXAMPLE/")


@needs_curl
def test_curl_shows_the_same_certificates(folder: Path) -> None:
    """Files stand as their paths, from the folder of the run."""
    authority = Authority(folder)
    certificate, key = authority.issue("client")
    connection = Connection(ca=authority.path.name, certificate=certificate.name, key=key.name)
    with running_target(certificate=authority.issue("server"), client_authority=authority.path) as target:
        script = command(sent(a_request("GET", "/json", connection=connection), target.base_url))
        run(script)
        assert len(target.requests) == 2
    assert "--cacert authority.pem" in script
    assert "--cert client.pem" in script


@needs_curl
def test_curl_goes_through_the_same_proxy(target: Target) -> None:
    """The proxy's password is put in by hand, too."""
    with running_proxy(password="canary") as proxy:
        place = proxy.url.removeprefix("http://")
        connection = Connection(proxy=f"http://user:canary@{place}")
        script = command(sent(a_request("GET", "/json", connection=connection), target.base_url))
        assert f"--proxy 'http://user:***@{place}'" in script
        run(script.replace("***", "canary"))
        assert len(proxy.seen) == 2


def test_a_command_is_quoted_for_a_shell() -> None:
    """And masked as the record is."""
    request = PreparedRequest(
        method="POST",
        url="http://api.test/x?a=1&b=2",
        headers=(("Authorization", "Bearer abc"), ("X-Quote", "it's")),
        body=b"""{"a": "it's"}""",
    )
    script = command(record_exchange(request, None, Mask()))
    assert shlex.split(script.replace("\\\n", "")) == [
        "curl",
        "-X",
        "POST",
        "http://api.test/x?a=1&b=2",
        "-H",
        "Authorization: Bearer ***",
        "-H",
        "X-Quote: it's",
        "-H",
        "Content-Type:",
        "--data-raw",
        """{"a": "it's"}""",
    ]


def test_head_is_asked_of_curl_as_curl_wants_it() -> None:
    """`-X HEAD` would wait for a body that never comes."""
    record = record_exchange(PreparedRequest(method="HEAD", url="http://api.test/x"), None, Mask())
    assert command(record) == "curl --head http://api.test/x"


def test_secrets_of_forms_are_masked_by_name() -> None:
    """A password in a part of a form is one."""
    parts = (Part(name="password", text="canary"), Part(name="user", text="ada"))
    request = a_request("POST", "/x", body_kind=BodyKind.MULTIPART, parts=parts)
    prepared = build_request(request, render=as_is, base_url="http://api.test")
    script = command(record_exchange(prepared, None, Mask()))
    assert "--form-string 'password=***'" in script
    assert "--form-string user=ada" in script
