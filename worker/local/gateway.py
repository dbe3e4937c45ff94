"""The one address of the stack: Data API and Auth behind it, Realtime in it, the dashboard if it is built."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import JSONResponse
from starlette.routing import BaseRoute, Mount, Route

from worker.clock import Clock, SystemClock
from worker.local.front import make_front
from worker.local.health import HEALTH_PATH
from worker.local.keys import StackKeys
from worker.local.postgres import DatabaseAddress
from worker.local.proxy import Proxy
from worker.local.realtime.authorisation import Gatekeeper
from worker.local.realtime.endpoints import RealtimeEndpoints
from worker.local.realtime.feed import MessageFeed
from worker.local.realtime.hub import Hub
from worker.local.realtime.session import Services
from worker.local.realtime.tokens import TokenReader

if TYPE_CHECKING:
    import psycopg
    from psycopg_pool import AsyncConnectionPool

_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"]

#: Joins ask the database one at a time each; a handful at once keeps them quick and it free.
_POOL_SIZE = 6
_POOL_PATIENCE_SECONDS = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class GatewaySettings:
    """What the gateway must know of its stack."""

    api_port: int
    #: As the Realtime server's role.
    database: DatabaseAddress
    keys: StackKeys = field(repr=False)
    #: The built dashboard, served at `/`. Without it `/` says what this is.
    static_folder: Path | None = None


def make_gateway(settings: GatewaySettings, *, clock: Clock | None = None) -> Starlette:
    """The application, to be served by an ASGI server that speaks WebSocket."""
    parts = _Parts(settings, clock=clock or SystemClock())
    return Starlette(routes=parts.routes(), lifespan=parts.lifespan)


class _Parts:
    def __init__(self, settings: GatewaySettings, *, clock: Clock) -> None:
        self._settings = settings
        self._hub = Hub()
        self._feed = MessageFeed(settings.database, hub=self._hub, clock=clock)
        self._pool = _pool(settings.database)
        self._proxy = Proxy(upstream=f"http://127.0.0.1:{settings.api_port}")
        self._realtime = RealtimeEndpoints(
            Services(
                tokens=_token_reader(settings.keys),
                gate=Gatekeeper(self._pool),
                hub=self._hub,
                memory=self._feed,
                clock=clock,
            )
        )

    def routes(self) -> list[BaseRoute]:
        return [
            Route(HEALTH_PATH, self._health),
            *self._realtime.routes,
            Route("/rest/v1/{path:path}", self._proxy.handle, methods=_METHODS),
            Route("/auth/v1/{path:path}", self._proxy.handle, methods=_METHODS),
            self._front(),
        ]

    @asynccontextmanager
    async def lifespan(self, _: Starlette) -> AsyncIterator[None]:
        async with AsyncExitStack() as stack:
            await stack.enter_async_context(self._proxy)
            await stack.enter_async_context(self._pool)
            feed = asyncio.create_task(self._feed.run())
            stack.callback(feed.cancel)
            yield

    def _front(self) -> BaseRoute:
        folder = self._settings.static_folder
        if folder is not None:
            return Mount("/", make_front(folder, publishable_key=self._settings.keys.publishable))
        return Route("/", _say_what_this_is)

    async def _health(self, _: Request) -> JSONResponse:
        listening = self._feed.listening.is_set()
        return JSONResponse({"realtime": "ok" if listening else "down"}, 200 if listening else 503)


async def _say_what_this_is(_: Request) -> JSONResponse:
    return JSONResponse(
        {
            "name": "Baton's local Supabase",
            "rest": "/rest/v1",
            "auth": "/auth/v1",
            "realtime": "/realtime/v1",
        }
    )


def _token_reader(keys: StackKeys) -> TokenReader:
    roles = {keys.publishable: "anon", keys.secret: "service_role"}
    return TokenReader(jwt_secret=keys.jwt_secret, roles_of_keys=roles)


def _pool(address: DatabaseAddress) -> "AsyncConnectionPool[psycopg.AsyncConnection[Any]]":
    from psycopg_pool import AsyncConnectionPool

    return AsyncConnectionPool(
        kwargs={**address.parameters, "autocommit": True},
        min_size=1,
        max_size=_POOL_SIZE,
        timeout=_POOL_PATIENCE_SECONDS,
        check=AsyncConnectionPool.check_connection,
        open=False,
        name="realtime",
    )
