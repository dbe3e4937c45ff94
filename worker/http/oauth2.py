"""OAuth 2 (RFC 6749): a bearer token from a token endpoint, one for all requests that ask alike.

A token is asked for once, however many requests wait for it. It is renewed shortly before it
expires, and once more when the API turns it down with a 401 that the test does not wait for.
"""

import asyncio
import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote_plus, urlencode

from worker.clock import Clock
from worker.errors import TransportError
from worker.http.authenticator import Exchange
from worker.http.retry import NOTHING_SENT
from worker.http.transport import Trouble, trouble_with
from worker.models.exchange import PreparedRequest, Response
from worker.models.request import HttpVersion

#: How long before its end a token is no longer used; for short ones half of their life.
SKEW_SECONDS = 30.0

#: Settings that go into the token request under their own names.
_SENT = ("scope", "audience", "resource", "username", "password")


@dataclass(frozen=True, slots=True, kw_only=True)
class Token:
    """A token, and until when (by the clock's `monotonic`) it is used."""

    access: str = field(repr=False)
    refresh: str = field(default="", repr=False)
    until: float | None = None


#: What a token depends on: requests with the same settings share one.
_Settings = tuple[tuple[str, str], ...]


class OAuth2:
    """The tokens of a run."""

    def __init__(self, clock: Clock) -> None:
        self._clock = clock
        self._tokens: dict[_Settings, Token] = {}
        self._asking: dict[_Settings, asyncio.Task[Token]] = {}

    async def send(self, request: PreparedRequest, exchange: Exchange) -> Response:
        """The answer to the request with a token. Raises TransportError when there is none to be had."""
        assert request.auth is not None
        settings = tuple(sorted(request.auth.values.items()))
        token = await self._token(settings, request, exchange)
        response = await exchange(_with_token(request, token))
        if response.status_code != 401 or request.is_wanted(response):
            return response
        try:
            token = await self._token(settings, request, exchange, instead_of=token)
        except TransportError:
            return response  # what the API said is nearer to the truth
        return await exchange(_with_token(request, token))

    async def close(self) -> None:
        """Nobody waits for tokens any more."""
        for task in self._asking.values():
            task.cancel()
        await asyncio.gather(*self._asking.values(), return_exceptions=True)

    async def _token(
        self,
        settings: _Settings,
        request: PreparedRequest,
        exchange: Exchange,
        *,
        instead_of: Token | None = None,
    ) -> Token:
        known = self._tokens.get(settings)
        if known is not None and known is not instead_of and not self._is_over(known):
            return known
        task = self._asking.get(settings)
        if task is None:
            asking = self._ask(settings, request, exchange, known, refused=instead_of is not None)
            task = asyncio.create_task(asking, name="oauth2 token")
            self._asking[settings] = task
            task.add_done_callback(lambda _: self._asking.pop(settings, None))
        # Whoever asked first may be cut short; the others still want their token.
        return await asyncio.shield(task)

    def _is_over(self, token: Token) -> bool:
        return token.until is not None and self._clock.monotonic() >= token.until

    async def _ask(
        self,
        settings: _Settings,
        request: PreparedRequest,
        exchange: Exchange,
        known: Token | None,
        *,
        refused: bool,
    ) -> Token:
        values = dict(settings)
        refresh = known.refresh if known is not None else ""
        try:
            response = await exchange(token_request(request, values, refresh=refresh))
            if refresh and response.status_code in (400, 401) and values["grant"] != "refresh_token":
                # The refresh token has had its day; user name or client secret are still good.
                response = await exchange(token_request(request, values))
            token = self._read(response, values, request, refresh)
        except BaseException as error:
            self._tokens.pop(settings, None)
            if isinstance(error, TransportError) and error.category != Trouble.TOKEN:
                raise _unanswered(error) from None
            raise
        self._tokens[settings] = token
        if known is not None:
            request.renewed(f"the OAuth 2 token of {values['client_id']}", refused)
        return token

    def _read(
        self, response: Response, values: Mapping[str, str], request: PreparedRequest, refresh: str
    ) -> Token:
        answer = _members(response)
        access = answer.get("access_token")
        if response.status_code >= 400 or not isinstance(access, str) or not access:
            raise _refusal(response, answer, values, request)
        renewed = answer.get("refresh_token")
        kept = renewed if isinstance(renewed, str) else refresh
        for secret in filter(None, (access, kept)):
            request.hide(secret)
        return Token(access=access, refresh=kept, until=self._until(answer.get("expires_in")))

    def _until(self, expires_in: object) -> float | None:
        try:
            seconds = float(str(expires_in))
        except ValueError:
            return None
        return self._clock.monotonic() + seconds - min(SKEW_SECONDS, seconds / 2)


def token_request(
    request: PreparedRequest, values: Mapping[str, str], *, refresh: str = ""
) -> PreparedRequest:
    """The request for a token (RFC 6749, 4.3.2, 4.4.2 and 6)."""
    form = {"grant_type": values["grant"], **{name: values[name] for name in _SENT if values.get(name)}}
    refresh = refresh or values.get("refresh_token", "")
    if refresh:
        form = {"grant_type": "refresh_token", "refresh_token": refresh}
        form |= {"scope": values["scope"]} if values.get("scope") else {}
    headers = [("Accept", "application/json"), ("Content-Type", "application/x-www-form-urlencoded")]
    client, secret = values["client_id"], values.get("client_secret", "")
    if values.get("client_auth", "basic" if secret else "body") == "basic":
        # The two are encoded as fields of a form first (RFC 6749, 2.3.1).
        pair = base64.b64encode(f"{quote_plus(client)}:{quote_plus(secret)}".encode()).decode()
        headers.append(("Authorization", f"Basic {pair}"))
    else:
        form |= {"client_id": client, **({"client_secret": secret} if secret else {})}
    return PreparedRequest(
        method="POST",
        url=values["token_url"],
        headers=tuple(headers),
        body=urlencode(form).encode(),
        channel=replace(request.channel, http_version=HttpVersion.AUTO),
        hide=request.hide,
    )


def _with_token(request: PreparedRequest, token: Token) -> PreparedRequest:
    others = tuple(pair for pair in request.headers if pair[0].lower() != "authorization")
    return replace(request, headers=(*others, ("Authorization", f"Bearer {token.access}")))


def _members(response: Response) -> Mapping[str, object]:
    try:
        found = json.loads(response.body)
    except ValueError:
        return {}
    return found if isinstance(found, dict) else {}


def _unanswered(error: TransportError) -> TransportError:
    """The trouble of a token request: not the API's, and nothing of the test was sent. Where no connection
    was made the category stays, for the environment may be down."""
    category = error.category if error.category in NOTHING_SENT else Trouble.TOKEN
    return TransportError(
        f"no answer to the request for a token: {error.what}",
        category=category,
        hint="check token_url under `auth: oauth2`",
    )


def _refusal(
    response: Response, answer: Mapping[str, object], values: Mapping[str, str], request: PreparedRequest
) -> TransportError:
    said = answer.get("error")
    more = answer.get("error_description")
    words = f" {said}" if isinstance(said, str) else ""
    words += f" ({more})" if isinstance(more, str) else ""
    if response.status_code < 400:
        words = " without an access_token in a JSON body"
    asked = replace(request, url=values["token_url"])
    return trouble_with(asked, Trouble.TOKEN, detail=f"it answered {response.status_code}{words}")
