"""One Supabase project as one caller: a worker with its secret key, or a member with a session."""

from collections.abc import Awaitable, Callable
from typing import Any, Protocol
from urllib.parse import urlsplit

import httpx
from postgrest import AsyncRequestBuilder
from postgrest.exceptions import APIError
from supabase import AsyncClient, AsyncClientOptions, acreate_client
from supabase_auth.errors import AuthError

from context.values import JsonValue
from worker.clock import Clock, SystemClock
from worker.database.failures import as_platform_error, refuse_answers_of_nobody
from worker.errors import NotReachable, Refused, SettingsError

#: Nobody should wait longer for a connection, nor for a reply: hosted projects end a statement after
#: eight seconds, and a lease must not run out while one call hangs.
TIMEOUTS = httpx.Timeout(15.0, connect=5.0)

#: Waits between the tries of a call that may be repeated.
RETRY_DELAYS_SECONDS = (0.2, 0.5, 1.0)

#: Calls that are made again here when no answer came, because that does no harm: a claim whose answer
#: was lost comes back when its lease is over, the same push changes nothing, a context that is read
#: twice is as it was. record_run, finish_run and release_run may be repeated, too, but by those who
#: watch the lease meanwhile (worker/recording/recorder.py, worker/service/execution.py).
REPEATABLE = frozenset({"claim_run", "get_execution_context", "push_suites"})

#: Gives an access token that is valid now.
Token = Callable[[], Awaitable[str]]


class Reader(Protocol):
    """A query that is ready to be sent."""

    @property
    def request(self) -> Any:
        """What will be sent, with its headers."""
        ...

    async def execute(self) -> Any:
        """Send it."""
        ...


class Database:
    """Functions and tables of one Supabase project. Errors are PlatformErrors; keys are never in them."""

    def __init__(
        self, client: AsyncClient, *, url: str, http: httpx.AsyncClient, token: Token | None, clock: Clock
    ) -> None:
        self._client = client
        self._http = http
        self._token = token
        self._clock = clock
        self._current: str | None = None
        self.url = url

    @property
    def client(self) -> AsyncClient:
        """The client of supabase-py, for Realtime and Auth."""
        return self._client

    async def call(self, function: str, **params: JsonValue) -> Any:
        """Call a database function and give its answer.

        Raises Refused, LeaseLost, NotSignedIn or NotReachable; the last only after some tries
        where the function may be called again without harm (see REPEATABLE).
        """
        delays = RETRY_DELAYS_SECONDS if function in REPEATABLE else ()
        for delay in delays:
            try:
                return await self._call_once(function, params)
            except NotReachable:
                await self._clock.sleep(delay)
        return await self._call_once(function, params)

    def table(self, name: str) -> AsyncRequestBuilder:
        """Begin a query of a table or view; hand it to `read`."""
        return self._client.table(name)

    async def read(self, query: Reader, *, what: str) -> list[dict[str, Any]]:
        """The rows that this query gives. Supabase cuts at 1000 rows: page where there may be more."""
        answer = await self._send(query, what=what)
        rows: list[dict[str, Any]] = answer.data
        return rows

    async def freshen(self) -> None:
        """Make sure that the token of all that follows, also of open channels, is valid."""
        if self._token is None:
            return
        token = await self._token()
        if token != self._current:
            self._client.postgrest.auth(token)
            await self._client.realtime.set_auth(token)
            self._current = token

    async def close(self) -> None:
        """Let go of all connections."""
        await self._client.realtime.close()
        await self._http.aclose()

    async def _call_once(self, function: str, params: dict[str, JsonValue]) -> Any:
        answer = await self._send(self._client.rpc(function, dict(params)), what=function)
        return answer.data

    async def _send(self, query: Reader, *, what: str) -> Any:
        await self.freshen()
        if self._current is not None:
            # A query takes its headers along when it is built, perhaps with a token that is old by now.
            query.request.headers["Authorization"] = f"Bearer {self._current}"
        try:
            return await query.execute()
        except UnicodeEncodeError:
            # Its words would hold all that should have been sent, secrets included.
            raise Refused(
                "half a character (a lone surrogate) cannot be stored", code="22P05", where=what
            ) from None
        except (APIError, httpx.HTTPError, AuthError, OSError) as error:
            raise as_platform_error(error, what=what, url=self.url) from None


async def open_database(
    url: str, key: str, *, token: Token | None = None, clock: Clock | None = None
) -> Database:
    """The project at this address. Nothing is sent yet. Raises SettingsError for a bad address."""
    http = _Http(
        timeout=TIMEOUTS,
        trust_env=not _is_loopback(url),
        follow_redirects=True,
        event_hooks={"response": [refuse_answers_of_nobody]},
    )
    options = AsyncClientOptions(
        auto_refresh_token=False,
        persist_session=False,
        postgrest_client_retry=False,
        httpx_client=http,
        # The client gives up for good after some tries; worker.realtime has a watch that does not.
        realtime={"auto_reconnect": False, "max_retries": 1},
    )
    try:
        client = await acreate_client(url, key, options)
    except Exception as error:
        await http.aclose()
        raise SettingsError(f"this cannot be a Supabase project: {error}", where=url) from None
    return Database(client, url=url, http=http, token=token, clock=clock or SystemClock())


class _Http(httpx.AsyncClient):
    """Lets go of an answer as soon as its reader does.

    In httpx an answer and the stream that it came by hold each other: megabytes of an answer that was
    read long ago would wait for the collector of cyclic garbage, which counts objects and not bytes.
    """

    async def send(self, request: httpx.Request, *, stream: bool = False, **options: Any) -> httpx.Response:
        answer = await super().send(request, stream=stream, **options)
        if not stream:
            answer.stream = httpx.ByteStream(answer.content)
        return answer


def _is_loopback(url: str) -> bool:
    # A company's proxy cannot reach the stack of this machine.
    return urlsplit(url).hostname in {"127.0.0.1", "localhost", "::1"}
