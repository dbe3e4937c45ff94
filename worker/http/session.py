"""A run's conversation with the API: redirects, cookies, and auth that takes more than a header.

It is a sender around a sender, so everything here holds for every client, and for the scripted one.
"""

from dataclasses import replace

from worker.clock import Clock, SystemClock
from worker.errors import TransportError
from worker.http.authenticator import Authenticator, Exchange
from worker.http.cookies import join_cookies
from worker.http.redirects import destination, redirected
from worker.http.retry import NOTHING_SENT
from worker.http.send import Sender
from worker.http.transport import Trouble, authority, trouble_with
from worker.models.exchange import PreparedRequest, Redirect, Response
from worker.models.request import AuthKind


class _Limit:
    """The moment by which all exchanges of a request must be over."""

    def __init__(self, clock: Clock, total: float) -> None:
        self._clock = clock
        self._total = total
        self._until: float | None = None

    async def send(self, sender: Sender, request: PreparedRequest) -> Response:
        """One exchange in what is left of the time. Raises TransportError when nothing is left."""
        if self._until is None:
            self._until = self._clock.monotonic() + self._total
            return await sender.send(request, timeout_seconds=self._total)
        left = self._until - self._clock.monotonic()
        if left <= 0:
            raise self._over(request)
        try:
            return await sender.send(request, timeout_seconds=left)
        except TransportError as error:
            if error.category == Trouble.READ_TIMEOUT and self._clock.monotonic() >= self._until:
                raise self._over(request) from None
            raise

    def _over(self, request: PreparedRequest) -> TransportError:
        return trouble_with(request, Trouble.READ_TIMEOUT, timeout_seconds=self._total)


class Session:
    """Sends requests of one run; see the module. A request's time limit is for all that it takes."""

    def __init__(self, sender: Sender, *, clock: Clock | None = None) -> None:
        self._sender = sender
        self._clock = clock or SystemClock()
        self._authenticators: dict[AuthKind, Authenticator] = {}

    async def send(self, request: PreparedRequest, *, timeout_seconds: float) -> Response:
        """The last answer, with the way that led there. Raises TransportError, RequestError."""
        limit = _Limit(self._clock, timeout_seconds)

        async def exchange(asked: PreparedRequest) -> Response:
            return await self._once(asked, limit)

        response = await self._answer(request, exchange)
        return await self._follow(request, response, exchange) if request.follow_redirects else response

    async def close(self) -> None:
        """Let go of all connections."""
        for authenticator in self._authenticators.values():
            await authenticator.close()
        await self._sender.close()

    async def _answer(self, request: PreparedRequest, exchange: Exchange) -> Response:
        if request.auth is None:
            return await exchange(request)
        return await self._authenticator(request.auth.kind).send(request, exchange)

    async def _once(self, request: PreparedRequest, limit: _Limit) -> Response:
        """One exchange, with the cookies of the jar."""
        sent = _with_cookies(request)
        response = await limit.send(self._sender, sent)
        response.url, response.sent = sent.url, sent
        if request.cookies is not None:
            set_cookie = response.header_values("set-cookie")
            if set_cookie:
                request.cookies.take(request.url, set_cookie)
        return response

    async def _follow(self, request: PreparedRequest, response: Response, exchange: Exchange) -> Response:
        first, seconds = response.sent, 0.0
        way: list[Redirect] = []
        while (target := destination(response, request.url)) is not None:
            if len(way) == request.max_redirects:
                raise _endless(request)
            way.append(_redirect(request, response, target))
            seconds += response.seconds
            request = redirected(request, response.status_code, target)
            try:
                response = await self._answer(request, exchange)
            except TransportError as error:
                raise _on_the_way(error, target) from None
        return _after(response, tuple(way), first, seconds) if way else response

    def _authenticator(self, kind: AuthKind) -> Authenticator:
        if kind not in self._authenticators:
            self._authenticators[kind] = _make_authenticator(kind, self._clock)
        return self._authenticators[kind]


def _make_authenticator(kind: AuthKind, clock: Clock) -> Authenticator:
    # Imported by those runs alone that have such tests.
    if kind is AuthKind.OAUTH2:
        from worker.http.oauth2 import OAuth2

        return OAuth2(clock)
    if kind is AuthKind.DIGEST:
        from worker.http.digest import DigestAuth

        return DigestAuth()
    from worker.http.sigv4 import AwsAuth

    return AwsAuth(clock)


def _with_cookies(request: PreparedRequest) -> PreparedRequest:
    jar = request.cookies.header_for(request.url) if request.cookies is not None else ""
    if not jar:
        return request
    own = "; ".join(value for name, value in request.headers if name.lower() == "cookie")
    others = tuple(pair for pair in request.headers if pair[0].lower() != "cookie")
    return replace(request, headers=(*others, ("Cookie", join_cookies(own, jar))))


def _redirect(request: PreparedRequest, response: Response, target: str) -> Redirect:
    return Redirect(status_code=response.status_code, method=request.method, url=request.url, location=target)


def _endless(request: PreparedRequest) -> TransportError:
    return TransportError(
        f"more than {request.max_redirects} redirects, the last to {authority(request.url)}",
        category=Trouble.PROTOCOL,
        hint="raise `max_redirects`, or expect the redirect itself with `follow_redirects: false`",
    )


def _on_the_way(error: TransportError, target: str) -> TransportError:
    """The trouble of a redirected request. The API did get the first one and is there: whoever tries again
    sends that twice, and no environment is down."""
    category = Trouble.PROTOCOL if error.category in NOTHING_SENT else error.category
    what = f"the redirect to {authority(target)} came to no answer: {error.what}"
    return TransportError(what, category=category, hint=error.hint)


def _after(
    response: Response, way: tuple[Redirect, ...], first: PreparedRequest | None, seconds: float
) -> Response:
    """The last answer, as what came of the first request."""
    response.redirects, response.sent = way, first
    response.timings = {
        **response.timings,
        "redirects": seconds,
        "total": response.timings.get("total", response.seconds) + seconds,
    }
    response.seconds += seconds
    return response
