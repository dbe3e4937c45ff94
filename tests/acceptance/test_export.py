"""`baton export curl`: the script sends what `baton run` sends."""

import gzip
import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qsl, unquote

import pytest

from tests.acceptance.commands import Done, baton
from tests.auth_routes import CLIENT, CLIENT_SECRET, AuthServer
from tests.patience import FOR_EVER_SECONDS
from tests.targets import Target, running_target
from tests.wire import Seen

needs_curl = pytest.mark.skipif(shutil.which("curl") is None, reason="curl is not on this machine")

SECRET = 'it\'s "a" $canary `secret`!'
SUITE = """
suite: all kinds
environments: { local: { variables: { name: "Ada & Bob" } } }
tests:
  begin:
    POST: /echo
    json: { id: "a-7", n: [1, "{{ secrets.key_code }}"] }
    capture: { variables: { item: { regex: 'id\\\\":\\\\"([a-z0-9-]+)', group: 1 } } }
  json:
    POST: "/echo?item={{ item }}"
    json: { who: "{{ env.name }}", key: "{{ secrets.key_code }}", both: "{{ item }}/{{ secrets.key_code }}" }
    headers: { X-Item: "{{ item }}-1" }
  form:
    POST: /echo
    form: { who: "{{ env.name }}", item: "{{ item }}" }
  multipart:
    POST: /echo
    multipart:
      - { name: note, text: "{{ secrets.key_code }}" }
      - { name: picture, file: cat.png }
  packed:
    POST: /echo
    gzip: true
    json: { key: "{{ secrets.key_code }}" }
  bearer:
    GET: /echo
    auth: { bearer: "{{ secrets.plain }}" }
  basic:
    GET: /echo
    auth: { basic: { username: ada, password: "{{ secrets.plain }}" } }
  key:
    GET: /echo
    auth: { api_key: { name: k, value: "{{ secrets.plain }}", in: query } }
  cookie:
    GET: /echo
    cookies: { c: "{{ secrets.plain }}" }
  granted:
    GET: /guarded
    auth:
      oauth2:
        grant: client_credentials
        token_url: /token
        client_id: shop
        client_secret: "{{ secrets.client }}"
        client_auth: body
  two:
    steps:
      - { name: first, DELETE: "/echo/{{ item }}" }
      - { name: second, PUT: /echo, text: "{{ secrets.key_code }}" }
  rows:
    rows:
      - { id: one, n: 1, word: "{{ secrets.key_code }}", other: "{{ env.name }}" }
      - { id: two, n: 2, word: "x{{ item }}" }
    POST: "/echo/{{ row.n }}"
    query: { word: "{{ row.word }}", more: "a{{ row.word }}z" }
    json: "{{ row }}"
"""
SECRETS = {"key_code": SECRET, "plain": "canary-plain", "client": CLIENT_SECRET}
assert CLIENT == "shop"


@pytest.fixture
def target() -> Iterator[Target]:
    """An API that remembers what arrives."""
    with running_target(routes=AuthServer().routes()) as target:
        yield target


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """The suite, a file that it sends, and its secrets."""
    (tmp_path / "all.yaml").write_text(SUITE, encoding="utf-8")
    (tmp_path / "cat.png").write_bytes(b"\x89PNG\r\n\x00\x01")
    return tmp_path


def export(folder: Path, target: Target, *words: str) -> Done:
    """The command with its answer."""
    settings = {f"BATON_SECRET_{name.upper()}": value for name, value in SECRETS.items()}
    words = ("all.yaml", "--base-url", target.base_url, *words)
    return baton("export", "curl", *words, home=folder, settings=settings)


def story(seen: Seen) -> tuple[object, ...]:
    """What counts of a request: everything but what each client writes in its own way."""
    own = {"accept", "accept-encoding", "user-agent", "host", "content-length", "connection", "expect"}
    headers = {name.lower(): value for name, value in seen.headers if name.lower() not in own}
    body = seen.body
    if headers.get("content-type", "").startswith("multipart/"):
        boundary = headers.pop("content-type").partition("boundary=")[2]
        body = seen.body.replace(boundary.encode(), b"-")
    if "x-www-form-urlencoded" in headers.get("content-type", ""):
        body = repr(parse_qsl(body.decode())).encode()
    if headers.get("content-encoding") == "gzip":
        body = gzip.decompress(body)
    if seen.path == "/guarded":
        headers["authorization"] = headers["authorization"].rstrip("0123456789")
    return seen.method, unquote(seen.path), seen.query, sorted(headers.items()), body


def stories(target: Target) -> list[tuple[object, ...]]:
    """What arrived since the last time, in any order."""
    found = sorted((story(seen) for seen in target.requests), key=repr)
    target.requests.clear()
    return found


def play(script: str, folder: Path, **values: str) -> Done:
    """Run the script as a person does."""
    surroundings = {"PATH": os.environ["PATH"], "HOME": str(folder), **values}
    command = ["sh", "-c", script.replace("\ncurl ", "\ncurl -sS ")]
    return subprocess.run(
        command,
        env=surroundings,
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=FOR_EVER_SECONDS,
        check=False,
    )


@needs_curl
def test_the_script_sends_what_a_run_sends(folder: Path, target: Target) -> None:
    """Every kind of body and auth, with secrets and captured values out of the shell's variables."""
    settings = {f"BATON_SECRET_{name.upper()}": value for name, value in SECRETS.items()}
    ran = baton("run", "all.yaml", "--base-url", target.base_url, home=folder, settings=settings)
    assert ran.returncode == 0, ran.stdout
    ours = stories(target)
    done = export(folder, target)
    assert done.returncode == 0, done.stderr
    assert "canary" not in done.stdout
    played = play(
        done.stdout, folder, KEY_CODE=SECRET, PLAIN="canary-plain", CLIENT=CLIENT_SECRET, ITEM="a-7"
    )
    assert played.returncode == 0, played.stderr
    theirs = stories(target)
    assert theirs == ours


@needs_curl
def test_what_is_missing_is_said(folder: Path, target: Target) -> None:
    """Nothing is sent with an empty token; the shell says what the variable is."""
    script = export(folder, target, "--only", "json").stdout
    done = play(script, folder)
    assert done.returncode != 0
    assert "a secret of the environment" in done.stderr or "captures it" in done.stderr
    assert target.requests == []


COOKIES = """
suite: cookies
tests:
  sign-in:
    steps:
      - { POST: /answer, json: { headers: { Set-Cookie: "sid=7; Path=/" } } }
      - { GET: /echo/mine }
  stranger:
    GET: /echo/stranger
  remembered:
    POST: /answer
    json: { headers: { Set-Cookie: "shared=8; Path=/" } }
    cookie_jar: run
  remembering: { GET: /echo/shared, cookie_jar: run, needs: [remembered] }
  forgetting: { GET: /echo/off, cookie_jar: off, needs: [remembered] }
"""


@needs_curl
def test_cookies_go_as_far_as_in_a_run(folder: Path, target: Target) -> None:
    """To the next step, to the tests that share a jar, and nowhere else; the jars are gone at the end."""
    (folder / "all.yaml").write_text(COOKIES, encoding="utf-8")
    ran = baton("run", "all.yaml", "--base-url", target.base_url, home=folder)
    assert ran.returncode == 0, ran.stdout
    ours = stories(target)
    assert len([story for story in ours if "'cookie'" in repr(story)]) == 2
    (folder / "jars").mkdir()
    played = play(export(folder, target).stdout, folder, TMPDIR=str(folder / "jars"))
    assert played.returncode == 0, played.stderr
    assert stories(target) == ours
    assert list((folder / "jars").iterdir()) == []


def test_secrets_can_be_written(folder: Path, target: Target) -> None:
    """For oneself, on demand only."""
    done = export(folder, target, "--only", "bearer", "--with-secrets")
    assert "-H 'Authorization: Bearer canary-plain'" in done.stdout
    assert "canary-plain" not in export(folder, target, "--only", "bearer").stdout


def test_only_what_was_named_is_exported(folder: Path, target: Target) -> None:
    """Not what it needs: its values come from the shell."""
    lines = export(folder, target, "--only", "two").stdout.splitlines()
    assert [line for line in lines if line.startswith("curl")] == [
        f'curl -X DELETE \'{target.base_url}/echo/\'"$(url "$ITEM")" \\',
        f"curl -X PUT {target.base_url}/echo \\",
    ]


def test_a_test_that_is_not_there_gets_a_near_name(folder: Path, target: Target) -> None:
    """Did you mean."""
    done = export(folder, target, "--only", "bearr")
    assert done.returncode == 2
    assert "did you mean 'bearer'?" in done.stderr
