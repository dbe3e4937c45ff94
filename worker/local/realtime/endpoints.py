"""The addresses of Realtime: the socket, and sending over HTTP for whoever holds the secret key."""

import json
from typing import Any

from starlette.requests import Request
from starlette.responses import JSONResponse, Response
from starlette.routing import BaseRoute, Route, WebSocketRoute
from starlette.websockets import WebSocket

from worker.local.realtime.frames import Broadcast
from worker.local.realtime.session import Services, Session
from worker.local.realtime.tokens import Claims, Refused, is_api_key

#: Browsers of other origins may call, as on hosted projects; the key is what counts.
_CORS = {
    "access-control-allow-origin": "*",
    "access-control-allow-headers": "authorization, apikey, content-type, x-client-info",
    "access-control-allow-methods": "POST, OPTIONS",
}
#: Who may send over HTTP. Everybody else is treated as on a hosted project without a policy for it.
_SENDER = "service_role"


class RealtimeEndpoints:
    """Routes under `/realtime/v1`."""

    def __init__(self, services: Services) -> None:
        self._services = services

    @property
    def routes(self) -> list[BaseRoute]:
        """To be mounted by the gateway."""
        one = "/realtime/v1/api/broadcast/{topic:path}/events/{event}"
        return [
            WebSocketRoute("/realtime/v1/websocket", self.socket),
            Route("/realtime/v1/api/broadcast", self.send_many, methods=["POST", "OPTIONS"]),
            Route(one, self.send_one, methods=["POST", "OPTIONS"]),
        ]

    async def socket(self, socket: WebSocket) -> None:
        """A client's socket; a bad key is refused in the handshake."""
        key = socket.headers.get("x-api-key") or socket.query_params.get("apikey")
        try:
            claims = self._services.tokens.read(key, now=self._services.clock.now())
        except Refused as refusal:
            await socket.send_denial_response(JSONResponse({"error": refusal.reason}, 401))
            return
        await Session(socket, claims=claims, services=self._services).run()

    async def send_many(self, request: Request) -> Response:
        """Several messages at once; those that may not be sent vanish without an error, as hosted."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_CORS)
        claims = self._claims(request)
        if claims is None:
            return _json({"message": "Unauthorized"}, 401)
        messages = _messages(await _body(request))
        if messages is None:
            return _json({"errors": {"messages": ["must be a list of topic, event and payload"]}}, 422)
        if claims.role == _SENDER:
            for message in messages:
                self._services.hub.deliver(message)
        return Response(status_code=202, headers=_CORS)

    async def send_one(self, request: Request) -> Response:
        """One message, its payload being the body: JSON, or bytes for `application/octet-stream`."""
        if request.method == "OPTIONS":
            return Response(status_code=204, headers=_CORS)
        claims = self._claims(request)
        if claims is None:
            return _json({"message": "Unauthorized"}, 401)
        if claims.role != _SENDER:
            return _json({"message": "Unauthorized"}, 403)
        payload = await _payload(request)
        if payload is None:
            return _json({"errors": {"payload": ["must be JSON"]}}, 422)
        self._services.hub.deliver(
            Broadcast(
                topic=request.path_params["topic"],
                event=request.path_params["event"],
                payload=payload,
                private=request.query_params.get("private") == "true",
            )
        )
        return Response(status_code=202, headers=_CORS)

    def _claims(self, request: Request) -> Claims | None:
        key = request.headers.get("apikey")
        scheme, _, token = request.headers.get("authorization", "").partition(" ")
        shown = token if scheme.lower() == "bearer" and not is_api_key(token) else key or token
        try:
            return self._services.tokens.read(shown, now=self._services.clock.now())
        except Refused:
            return None


async def _body(request: Request) -> Any:
    try:
        return await request.json()
    except ValueError:
        return None


async def _payload(request: Request) -> str | bytes | None:
    if request.headers.get("content-type", "").startswith("application/octet-stream"):
        return await request.body()
    try:
        return json.dumps(await request.json())
    except ValueError:
        return None


def _messages(body: Any) -> list[Broadcast] | None:
    """The messages of a batch; None if it is not one."""
    entries = body.get("messages") if isinstance(body, dict) else None
    if not isinstance(entries, list) or not entries:
        return None
    found = []
    for entry in entries:
        match entry:
            case {"topic": str(topic), "event": str(event), "payload": payload}:
                found.append(
                    Broadcast(
                        topic=topic,
                        event=event,
                        payload=json.dumps(payload),
                        private=bool(entry.get("private")),
                    )
                )
            case _:
                return None
    return found


def _json(content: Any, status: int) -> JSONResponse:
    return JSONResponse(content, status, headers=_CORS)
