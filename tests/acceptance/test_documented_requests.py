"""The examples of requests and auth in docs/suite-files.md run as they stand, against a real server."""

import base64
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.acceptance.commands import baton
from tests.auth_routes import CLIENT_SECRET, PASSWORD, AuthServer
from tests.targets import Route, Target, running_target
from tests.wire import Reply, Seen, json_reply

PAGE = Path(__file__).parents[2] / "docs" / "suite-files.md"
EXAMPLES = {
    found[1]: found[0]
    for found in re.findall(
        r"^```yaml\n(suite: (requests [^\n]*)\n.*?)^```$",
        PAGE.read_text(encoding="utf-8"),
        re.MULTILINE | re.DOTALL,
    )
}
#: This one names hosts that are nowhere; its parts are tried in tests/contract.
_ELSEWHERE = "requests through a proxy"

SECRETS = {
    "BATON_SECRET_CLIENT_SECRET": CLIENT_SECRET,
    "BATON_SECRET_PASSWORD": PASSWORD,
    "BATON_SECRET_API_KEY": "canary-api-key",
    "BATON_SECRET_AWS_KEY": "canary-aws-key",
    "BATON_SECRET_PROXY_PASSWORD": "canary-proxy",
    "BATON_SECRET_KEY_PASSWORD": "canary-key",
    "BATON_SECRET_PARTNER": "canary-credential",
}


def refused() -> Reply:
    """Nobody we know."""
    return json_reply({"error": "who are you?"}, status=401)


async def graphql(seen: Seen) -> Reply:
    """Knows products and a shop, and nothing else."""
    asked = seen.body.decode() + dict(seen.query).get("query", "")
    if "nonsense" in asked:
        return json_reply({"errors": [{"message": "Cannot query field 'nonsense'", "path": ["nonsense"]}]})
    products = [{"id": number, "name": "x"} for number in range(3)]
    return json_reply({"data": {"products": products, "shop": {"name": "shop"}}})


async def sign_in(seen: Seen) -> Reply:
    """A session, and on to the profile."""
    cookie = "session=canary-session; Path=/; HttpOnly"
    return Reply(status=303, headers={"location": "/profile", "set-cookie": cookie})


async def profile(seen: Seen) -> Reply:
    """Only for those who signed in."""
    return json_reply({}) if "session=canary-session" in (seen.header("cookie") or "") else refused()


async def admin(seen: Seen) -> Reply:
    """Only for root."""
    wanted = base64.b64encode(f"root:{PASSWORD}".encode()).decode()
    return json_reply({}) if seen.header("authorization") == f"Basic {wanted}" else refused()


async def partner(seen: Seen) -> Reply:
    """Only with a header."""
    return json_reply({}) if seen.header("x-partner") == "canary-api-key" else refused()


async def mine(seen: Seen) -> Reply:
    """Only with the token that is somebody's own."""
    own = f"Bearer {SECRETS['BATON_SECRET_PARTNER']}"
    return json_reply({}) if seen.header("authorization") == own else refused()


async def keyed(seen: Seen) -> Reply:
    """Only with a key in the query."""
    return json_reply({}) if ("key", "canary-api-key") in seen.query else refused()


async def bucket(seen: Seen, *rest: str) -> Reply:
    """Only with a signature."""
    said = seen.header("authorization") or ""
    return json_reply({}) if said.startswith("AWS4-HMAC-SHA256 ") else refused()


async def fine(seen: Seen, *rest: str) -> Reply:
    """Whatever it is."""
    return json_reply({"seen": seen.header("content-type")})


@pytest.fixture
def target() -> Iterator[Target]:
    """A shop with all that the examples ask for."""
    server = AuthServer()
    routes: dict[str, Route] = {
        **dict.fromkeys(("orders", "pictures", "files", "soap", "note", "health", "sign-up"), fine),
        "graphql": graphql,
        "sign-in": sign_in,
        "profile": profile,
        "admin": admin,
        "partner": partner,
        "keyed": keyed,
        "mine": mine,
        "bucket": bucket,
        "digest": server.routes()["digest"],
        "me": server.routes()["guarded"],
    }

    async def oauth(seen: Seen, *rest: str) -> Reply:
        return await server.routes()["token"](seen)

    with running_target(routes={**routes, "oauth": oauth}) as target:
        yield target


def write(example: str, folder: Path) -> Path:
    """The example as a file, with the files beside it that it names."""
    for name in re.findall(r"(?:files|certificates)/[\w.-]+", example):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(b"\x00bytes")
    path = folder / "example.yaml"
    path.write_text(example, encoding="utf-8")
    return path


@pytest.mark.parametrize("name", sorted(EXAMPLES.keys() - {_ELSEWHERE}))
def test_an_example_passes(name: str, target: Target, tmp_path: Path) -> None:
    """Every test of it; and no secret is in what is printed, also when everything is."""
    path = write(EXAMPLES[name], tmp_path)
    done = baton("run", path.name, "--base-url", target.base_url, "-v", home=tmp_path, settings=SECRETS)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "failed" not in done.stdout
    assert "canary" not in done.stdout + done.stderr


def test_tokens_are_asked_for_once(target: Target, tmp_path: Path) -> None:
    """One for the client, one for the user."""
    path = write(EXAMPLES["requests with auth"], tmp_path)
    baton("run", path.name, "--base-url", target.base_url, home=tmp_path, settings=SECRETS)
    assert [seen.path for seen in target.requests].count("/oauth/token") == 2


def test_the_example_with_a_proxy_can_be_run(tmp_path: Path) -> None:
    """As far as nothing is sent."""
    path = write(EXAMPLES[_ELSEWHERE], tmp_path)
    done = baton("run", path.name, "--dry-run", home=tmp_path, settings=SECRETS)
    assert done.returncode == 0, done.stdout + done.stderr


def test_there_are_examples() -> None:
    """The expression above finds them."""
    assert len(EXAMPLES) >= 5
