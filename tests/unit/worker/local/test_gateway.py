"""What the gateway does with requests that are not its own, with a real server behind it."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import httpx
import pytest
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import Route

from tests.patience import FOR_EVER_SECONDS
from tests.targets import running_target
from worker.local.gateway import GatewaySettings, make_gateway
from worker.local.keys import StackKeys
from worker.local.ports import a_held_port, listening_socket
from worker.local.postgres import DatabaseAddress
from worker.local.proxy import KEPT_SECONDS, Proxy
from worker.local.web import WebServer

KEY = {"apikey": "any"}


async def echo(request: Request) -> Response:
    """Says what arrived, with headers that come twice."""
    content = {
        "method": request.method,
        "target": request.scope["raw_path"].decode() + "?" + request.scope["query_string"].decode(),
        "prefer": request.headers.get("prefer"),
        "body": (await request.body()).decode(),
    }
    response = JSONResponse(content, 201)
    response.headers.append("set-cookie", "a=1")
    response.headers.append("set-cookie", "b=2")
    return response


async def nothing(_: Request) -> Response:
    """An answer without a body."""
    return Response(status_code=204)


@asynccontextmanager
async def served(application: Starlette) -> AsyncIterator[str]:
    """The address of a running server."""
    socket = listening_socket(0)
    server = WebServer(application)
    await server.open(socket)
    yield f"http://127.0.0.1:{socket.getsockname()[1]}"
    await server.close()
    socket.close()


@asynccontextmanager
async def proxied(upstream: str) -> AsyncIterator[httpx.AsyncClient]:
    """A client of a proxy before that server."""
    methods = ["GET", "POST", "OPTIONS", "DELETE"]
    async with Proxy(upstream=upstream) as proxy:
        front = Starlette(routes=[Route("/{path:path}", proxy.handle, methods=methods)])
        async with (
            served(front) as address,
            httpx.AsyncClient(base_url=address, timeout=FOR_EVER_SECONDS) as client,
        ):
            yield client


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    """A client of a proxy before a server that answers."""
    routes = [
        Route("/empty", nothing, methods=["DELETE"]),
        Route("/{path:path}", echo, methods=["POST", "GET"]),
    ]
    async with served(Starlette(routes=routes)) as upstream, proxied(upstream) as found:
        yield found


async def test_a_request_arrives_as_it_was_sent(client: httpx.AsyncClient) -> None:
    """Method, path with its escapes, query, headers and body."""
    answer = await client.post("/rest/v1/a%2Fb?x=eq.a%20b", headers={**KEY, "prefer": "x"}, content="body ü")
    assert answer.status_code == 201
    assert answer.json() == {
        "method": "POST",
        "target": "/rest/v1/a%2Fb?x=eq.a%20b",
        "prefer": "x",
        "body": "body ü",
    }


async def test_an_answer_arrives_as_it_was_given(client: httpx.AsyncClient) -> None:
    """Also headers that come twice, and answers without a body."""
    answer = await client.get("/x", headers=KEY)
    assert answer.headers.get_list("set-cookie") == ["a=1", "b=2"]
    assert (await client.delete("/empty", headers=KEY)).status_code == 204


async def test_without_a_key_a_request_goes_nowhere(client: httpx.AsyncClient) -> None:
    """In the words of hosted projects. A browser's question beforehand needs none."""
    answer = await client.get("/x")
    assert (answer.status_code, answer.json()) == (401, {"message": "No API key found in request"})
    assert (await client.options("/x")).status_code == 405, "asked of the server behind, which has no answer"
    assert (await client.get("/x?apikey=any")).status_code == 201


def test_connections_are_the_clients_to_close() -> None:
    """Whoever closes one at the moment at which a request is sent on it leaves that without an answer."""
    kept = httpx.Limits().keepalive_expiry
    assert kept is not None
    assert WebServer(Starlette()).config.timeout_keep_alive > 10 * kept


@pytest.mark.parametrize(("kept_seconds", "connections"), [(0.0, 3), (60.0, 1)])
async def test_a_connection_that_was_idle_for_too_long_is_not_used_again(
    kept_seconds: float, connections: int
) -> None:
    """The server behind may close it after a time of its own, which is longer: Node's is five seconds."""
    assert KEPT_SECONDS < 5
    with running_target() as target:
        async with Proxy(upstream=target.base_url, kept_seconds=kept_seconds) as proxy:
            front = Starlette(routes=[Route("/{path:path}", proxy.handle, methods=["GET"])])
            async with served(front) as address, httpx.AsyncClient(timeout=FOR_EVER_SECONDS) as client:
                for _ in range(3):
                    assert (await client.get(f"{address}/json", headers=KEY)).status_code == 200
        assert target.connections == connections


async def test_a_server_that_is_down_is_503() -> None:
    """While it is started again; clients may try once more."""
    with a_held_port() as port:
        async with proxied(f"http://127.0.0.1:{port}") as client:
            answer = await client.get("/x", headers=KEY)
    assert (answer.status_code, answer.json()) == (503, {"message": "The local API server does not answer"})


def sup(message: str) -> str:
    """A mistake of its own, as the API server says it."""
    return f'{{"code":"SUP","details":null,"hint":null,"message":"{message}"}}'


@pytest.mark.parametrize(
    "content",
    [
        sup("Error: connect ECONNREFUSED 127.0.0.1:41325"),
        sup("Error: write CONNECTION_CLOSED 127.0.0.1:43165"),
        sup("Error: read ECONNRESET"),
        sup("PostgresError: the database system is shutting down"),
        "Internal Server Error",
    ],
)
async def test_a_database_that_is_away_is_503_too(content: str) -> None:
    """The API server calls it a mistake of its own; clients would not try again."""

    async def away(_: Request) -> Response:
        return Response(content, 500)

    async with served(Starlette(routes=[Route("/x", away)])) as upstream, proxied(upstream) as client:
        answer = await client.get("/x", headers=KEY)
    assert (answer.status_code, answer.json()["code"]) == (503, "PGRST001")


async def test_a_mistake_of_the_server_stays_one() -> None:
    """Whoever asks again would get it again."""

    async def mistaken(_: Request) -> Response:
        return Response(sup("TypeError: no such thing"), 500)

    async with served(Starlette(routes=[Route("/x", mistaken)])) as upstream, proxied(upstream) as client:
        assert (await client.get("/x", headers=KEY)).status_code == 500


def settings(static_folder: Path | None = None) -> GatewaySettings:
    """A gateway with nothing behind it."""
    keys = StackKeys.new()
    database = DatabaseAddress(port=1, user="nobody", password="nothing")
    return GatewaySettings(api_port=1, database=database, keys=keys, static_folder=static_folder)


async def test_a_folder_may_be_served_in_front(tmp_path: Path) -> None:
    """A dashboard, at the same address as what it asks."""
    (tmp_path / "index.html").write_text("<h1>hello</h1>")
    gateway = make_gateway(settings(tmp_path))
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://here") as client:
        assert (await client.get("/")).text == "<h1>hello</h1>"
        assert (await client.get("/rest/v1/x")).status_code == 401
        # An address of a page of it, like any that is no file.
        assert (await client.get("/../keys.json")).text == "<h1>hello</h1>"


async def test_a_gateway_without_a_database_says_that_it_is_not_well() -> None:
    """The supervisor waits for this, and `baton status` shows it."""
    gateway = make_gateway(settings())
    async with httpx.AsyncClient(transport=httpx.ASGITransport(gateway), base_url="http://here") as client:
        answer = await client.get("/local/v1/health")
    assert (answer.status_code, answer.json()) == (503, {"realtime": "down"})
