"""The dashboard at the stack's own origin: its files, and where its data is."""

from pathlib import Path

from starlette.applications import Starlette
from starlette.datastructures import MutableHeaders
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import FileResponse, JSONResponse, Response
from starlette.routing import Route
from starlette.staticfiles import StaticFiles
from starlette.types import ASGIApp, Message, Receive, Scope, Send

#: The build gives each file here a name that changes with what is in it.
_ASSETS = "assets/"
_FOR_EVER = "public, max-age=31536000, immutable"
_NEVER = "no-store"

#: Nothing but this origin, and styles that libraries set on elements.
_HEADERS = {
    "Content-Security-Policy": (
        "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data:; font-src 'self' data:; "
        "connect-src 'self' ws: wss:; object-src 'none'; base-uri 'none'; frame-ancestors 'none'"
    ),
    "Referrer-Policy": "no-referrer",
    "X-Content-Type-Options": "nosniff",
}


def make_front(folder: Path, *, publishable_key: str) -> Starlette:
    """Serves a built dashboard. Addresses that are no files are pages of it."""

    async def config(_: Request) -> Response:
        # Nothing is delivered here: the pages say where a message is instead.
        content = {"url": "/", "key": publishable_key, "mail": "kept"}
        return JSONResponse(content, headers={"Cache-Control": _NEVER})

    front = Starlette(routes=[Route("/config.json", config)])
    front.mount("/", _Files(folder))
    front.add_middleware(_WithHeaders)
    return front


class _Files(StaticFiles):
    """The files of a single-page application."""

    def __init__(self, folder: Path) -> None:
        # Looked for at each request: the dashboard may be built while the stack runs.
        super().__init__(directory=folder, check_dir=False)
        self._index = folder / "index.html"

    async def get_response(self, path: str, scope: Scope) -> Response:
        """A file; the application's first page for every address that has none."""
        try:
            response = await super().get_response(path, scope)
        except HTTPException as error:
            if error.status_code != 404 or path.startswith(_ASSETS) or not self._index.is_file():
                raise
            response = FileResponse(self._index)
        lasts = path.startswith(_ASSETS) and response.status_code in (200, 304)
        response.headers["Cache-Control"] = _FOR_EVER if lasts else _NEVER
        return response


class _WithHeaders:
    """Adds what tells browsers to be careful."""

    def __init__(self, application: ASGIApp) -> None:
        self._application = application

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass on, with the headers."""

        async def send_more(message: Message) -> None:
            if message["type"] == "http.response.start":
                MutableHeaders(scope=message).update(_HEADERS)
            await send(message)

        await self._application(scope, receive, send_more)
