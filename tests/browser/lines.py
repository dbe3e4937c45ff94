"""What a page depends on: a line to Realtime that can fail, and tests that wait at a gate."""

import re
from dataclasses import dataclass, field

from playwright.async_api import Page, Request, WebSocketRoute

from tests.gate import Gate, until

#: Tests one after another, at an API that answers when it is told to.
_ROW = """
suite: row
defaults: {{ timeout: 10m }}
tests:
  one: {{ GET: "{url}/held/one" }}
  two: {{ GET: "{url}/held/two", needs: [one] }}
  three: {{ GET: "{url}/held/three", needs: [two] }}
  four: {{ GET: "{url}/held/four", needs: [three] }}
  five: {{ GET: "{url}/held/five", needs: [four] }}
"""


@dataclass
class Line:
    """The way between a page and Realtime. It loses what such words stand in, or is cut for everybody."""

    loses: re.Pattern[str] | None = None
    is_cut: bool = False
    lost: list[str] = field(default_factory=list)
    _sockets: list[WebSocketRoute] = field(default_factory=list)

    async def lead(self, page: Page) -> None:
        """Let the sockets of this page go over this line."""
        await page.route_web_socket(re.compile("/realtime/"), self._open)

    async def cut(self) -> None:
        """Who is connected is so no more, and nobody gets through until it is mended."""
        self.is_cut = True
        for socket in self._sockets:
            await socket.close()
        self._sockets.clear()

    async def _open(self, socket: WebSocketRoute) -> None:
        if self.is_cut:
            await socket.close()
            return
        self._sockets.append(socket)
        socket.connect_to_server().on_message(lambda message: self._pass_on(socket, message))

    def _pass_on(self, socket: WebSocketRoute, message: str | bytes) -> None:
        text = message if isinstance(message, str) else message.decode(errors="replace")
        if self.loses and self.loses.search(text):
            self.lost.append(text)
        else:
            socket.send(message)


class Reads:
    """The requests of a page to the Data API that are under way."""

    def __init__(self, page: Page) -> None:
        self.under_way: set[Request] = set()
        page.on("request", self._begin)
        page.on("requestfinished", self._end)
        page.on("requestfailed", self._end)

    async def done(self) -> None:
        """Wait until none is."""
        await until(lambda: not self.under_way)

    def _begin(self, request: Request) -> None:
        if "/rest/v1/" in request.url:
            self.under_way.add(request)

    def _end(self, request: Request) -> None:
        self.under_way.discard(request)


def a_row(gate: Gate) -> str:
    """A suite of tests one after another, each of which waits until the gate is opened for it."""
    return _ROW.format(url=gate.url)
