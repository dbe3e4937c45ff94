"""A small real HTTP server for tests, in this process, on a free port of 127.0.0.1.

    with running_target() as target:
        ... f"{target.base_url}/echo" ...
        assert target.requests[0].path == "/echo"

It runs in a thread of its own, so tests may be synchronous, asynchronous, or start processes.

    ANY  /echo/...        what was sent, as JSON
    POST /answer          answers as the JSON body says: {"status", "headers", "json" or "text"}
    ANY  /status/<code>   this status, body {"status": code}
    GET  /json            a fixed document
    GET  /delay/<ms>      answers {} after so many milliseconds
    GET  /silent          never answers
    GET  /drop            closes the connection without an answer
    GET  /garbage         answers something that is not HTTP
    GET  /stall           sends the head and half a body, then nothing
    GET  /cut             promises 100 bytes, sends 10, closes
    GET  /redirect/<n>    n redirects, then /echo
    GET  /big/<bytes>     a body of so many letters
    GET  /gzip            the fixed document, compressed
    GET  /packed/<coding> the same, by gzip, deflate, br or zstd; `none` only if nothing was asked for
    ANY  /leave           an empty answer of ?status= (302) that leads to ?to=
    GET  /odd-headers     header values that are not ASCII: X-Utf8, X-Latin
    GET  /binary          64 bytes that are no text
    GET  /picture         a small PNG
    GET  /save/<name>     a file of this name to be saved, that holds a NUL and what ?holds= says
    ANY  /flaky/<key>/<n> 503 for the first n requests with this key, then 200
    POST /login           {"access_token", "user": {"id"}} for the password "correct horse"; else 401
    GET  /me              200 with the bearer token of /login, else 401
    POST /desk            a token that ends, as `desk` says (tests/token_desk.py)
    GET  /desk/<ms>       200 after so many milliseconds, if the token was good when asked, else 401
"""

import asyncio
import base64
import gzip
import json
import ssl
import threading
import zlib
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from pathlib import Path

from tests.patience import FOR_EVER_SECONDS
from tests.token_desk import TokenDesk
from tests.wire import Reply, Seen, json_reply, read_request

#: What /json and /gzip answer.
DOCUMENT = {"id": 7, "name": "Ada", "tags": ["a", "b"], "address": {"city": "London"}}
#: What /picture answers: 48 by 32 points in one colour.
PICTURE = base64.b64decode(
    "iVBORw0KGgoAAAANSUhEUgAAADAAAAAgCAIAAADbtmxLAAAAMUlEQVR42u3OQQ0AAAgEoItjOnMayxbOBxsBSPW8Ei"
    "EhISEhISEhISEhISEhISGhSwvtOTR59F62EwAAAABJRU5ErkJggg=="
)
#: What /login wants and gives.
PASSWORD = "correct horse"
TOKEN = "eyTARGETtoken0123456789"


#: Answers one path; the arguments are the path's further parts.
Route = Callable[..., Awaitable[Reply]]

#: Bodies packed in every way that clients say they can unpack.
PACKERS: dict[str, Callable[[bytes], bytes]] = {"gzip": gzip.compress, "deflate": zlib.compress}


class Target:
    """The server. `requests` are all requests so far, `connections` how many sockets were opened."""

    def __init__(self, routes: Mapping[str, Route] | None = None) -> None:
        self.base_url = ""
        self.requests: list[Seen] = []
        self.desk = TokenDesk()
        self.connections = 0
        self.concurrent = 0
        self.most_concurrent = 0
        self._tasks: set[asyncio.Task[None] | None] = set()
        self._counts: Counter[str] = Counter()
        self._routes: dict[str, Route] = {
            "echo": self._echo,
            "answer": self._answer_as_told,
            "status": self._status,
            "json": self._json,
            "delay": self._delay,
            "redirect": self._redirect,
            "big": self._big,
            "gzip": self._gzip,
            "packed": self._packed,
            "leave": self._leave,
            "odd-headers": self._odd_headers,
            "binary": self._binary,
            "picture": self._picture,
            "save": self._save,
            "flaky": self._flaky,
            "login": self._login,
            "me": self._me,
            "desk": self._at_desk,
            **(routes or {}),
        }

    async def serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        """Answer the requests of one connection until it ends."""
        self.connections += 1
        # A task that waits for what nobody else knows would be collected as garbage.
        self._tasks.add(asyncio.current_task())
        try:
            while (seen := await read_request(reader)) is not None:
                self.requests.append(seen)
                self.concurrent += 1
                self.most_concurrent = max(self.most_concurrent, self.concurrent)
                try:
                    keep = await self._answer(seen, writer)
                finally:
                    self.concurrent -= 1
                if not keep:
                    break
        except (ConnectionError, asyncio.IncompleteReadError, asyncio.CancelledError):
            # The server ends; asyncio would print a cancelled connection as an error.
            pass
        finally:
            writer.close()
            with suppress(OSError, asyncio.CancelledError):
                await writer.wait_closed()

    async def _answer(self, seen: Seen, writer: asyncio.StreamWriter) -> bool:
        """Write the answer; False when the connection ends with it."""
        name = seen.path.strip("/").split("/")[0]
        if name == "stall":
            writer.write(await _cut())
            await writer.drain()
            name = "silent"
        if name in RUDE:
            writer.write(await RUDE[name]())
            await writer.drain()
            return False
        reply = await self.reply(seen)
        writer.write(reply.to_bytes(seen.method))
        await writer.drain()
        return True

    async def reply(self, seen: Seen) -> Reply:
        """The answer, for whoever brings the request by another way than a socket of this server."""
        name, *rest = seen.path.strip("/").split("/")
        route = self._routes.get(name)
        return await route(seen, *rest) if route else json_reply({"error": "not found"}, status=404)

    async def _echo(self, seen: Seen, *rest: str) -> Reply:
        return json_reply(
            {
                "method": seen.method,
                "path": seen.path,
                "query": [list(pair) for pair in seen.query],
                "headers": {name.lower(): value for name, value in seen.headers},
                "body": seen.body.decode(errors="replace"),
            }
        )

    async def _answer_as_told(self, seen: Seen) -> Reply:
        wish = json.loads(seen.body or b"{}")
        status, headers = int(wish.get("status", 200)), wish.get("headers", {})
        if "text" in wish:
            return Reply(status=status, body=wish["text"].encode(), headers=headers)
        return json_reply(wish.get("json"), status=status, headers=headers)

    async def _status(self, seen: Seen, code: str) -> Reply:
        return json_reply({"status": int(code)}, status=int(code))

    async def _json(self, seen: Seen) -> Reply:
        return json_reply(DOCUMENT)

    async def _delay(self, seen: Seen, milliseconds: str) -> Reply:
        await asyncio.sleep(int(milliseconds) / 1000)
        return json_reply({})

    async def _redirect(self, seen: Seen, left: str) -> Reply:
        onwards = f"/redirect/{int(left) - 1}" if int(left) > 1 else "/echo"
        return Reply(status=302, headers={"location": onwards})

    async def _big(self, seen: Seen, size: str) -> Reply:
        return Reply(body=b"x" * int(size), headers={"content-type": "text/plain"})

    async def _gzip(self, seen: Seen) -> Reply:
        reply = json_reply(DOCUMENT, headers={"content-encoding": "gzip"})
        return Reply(status=200, body=gzip.compress(reply.body), headers=reply.headers)

    async def _packed(self, seen: Seen, coding: str) -> Reply:
        plain = json_reply(DOCUMENT)
        if coding == "none" and seen.header("accept-encoding") is None:
            return plain
        headers = {**plain.headers, "content-encoding": coding}
        return Reply(body=PACKERS[coding](plain.body), headers=headers)

    async def _leave(self, seen: Seen) -> Reply:
        wish = dict(seen.query)
        return Reply(status=int(wish.get("status", 302)), headers={"location": wish["to"]})

    async def _odd_headers(self, seen: Seen) -> Reply:
        utf8 = "Zürich 東京".encode().decode("latin-1")
        return Reply(headers={"x-utf8": utf8, "x-latin": "Zürich", "x-other": "yes"})

    async def _binary(self, seen: Seen) -> Reply:
        return Reply(body=bytes(range(192, 256)), headers={"content-type": "application/octet-stream"})

    async def _picture(self, seen: Seen) -> Reply:
        return Reply(body=PICTURE, headers={"content-type": "image/png"})

    async def _save(self, seen: Seen, name: str) -> Reply:
        headers = {
            "content-type": "application/x-log",
            "content-disposition": f'attachment; filename="{name}"',
        }
        return Reply(body=b"\0" + dict(seen.query).get("holds", "").encode(), headers=headers)

    async def _flaky(self, seen: Seen, key: str, failures: str) -> Reply:
        self._counts[key] += 1
        status = 503 if self._counts[key] <= int(failures) else 200
        return json_reply({"request": self._counts[key]}, status=status)

    async def _login(self, seen: Seen) -> Reply:
        if json.loads(seen.body or b"{}").get("password") != PASSWORD:
            return json_reply({"error": "wrong password"}, status=401)
        return json_reply({"access_token": TOKEN, "user": {"id": 7}})

    async def _at_desk(self, seen: Seen, milliseconds: str = "0") -> Reply:
        if seen.method == "POST":
            status, body = self.desk.login()
        else:
            status, body = self.desk.check(seen.header("authorization"))
            await asyncio.sleep(int(milliseconds) / 1000)
        return json_reply(body, status=status)

    async def _me(self, seen: Seen) -> Reply:
        if seen.header("authorization") != f"Bearer {TOKEN}":
            return json_reply({"error": "who are you?"}, status=401)
        return json_reply({"id": 7, "name": "Ada"})


async def _silent() -> bytes:
    await asyncio.Event().wait()
    return b""


async def _drop() -> bytes:
    return b""


async def _garbage() -> bytes:
    return b"this is not HTTP at all\r\n\r\n"


async def _cut() -> bytes:
    return b"HTTP/1.1 200 OK\r\ncontent-length: 100\r\n\r\n0123456789"


#: Answers after which the connection ends.
RUDE: dict[str, Callable[[], Awaitable[bytes]]] = {
    "silent": _silent,
    "drop": _drop,
    "garbage": _garbage,
    "cut": _cut,
}


@contextmanager
def running_target(
    *,
    certificate: tuple[Path, Path] | None = None,
    client_authority: Path | None = None,
    routes: Mapping[str, Route] | None = None,
) -> Iterator[Target]:
    """A server for the length of a `with`. With a certificate and its key it speaks TLS; with an
    authority it wants certificates of its clients."""
    target, ready = Target(routes), threading.Event()
    stops: list[Callable[[], object]] = []
    server = _run(target, ready, stops, _tls(certificate, client_authority))
    thread = threading.Thread(target=asyncio.run, args=(server,), daemon=True)
    thread.start()
    assert ready.wait(timeout=FOR_EVER_SECONDS)
    try:
        yield target
    finally:
        stops[0]()
        thread.join(timeout=FOR_EVER_SECONDS)


async def _run(
    target: Target, ready: threading.Event, stops: list[Callable[[], object]], tls: ssl.SSLContext | None
) -> None:
    done, loop = asyncio.Event(), asyncio.get_running_loop()
    stops.append(lambda: loop.call_soon_threadsafe(done.set))
    server = await asyncio.start_server(target.serve, "127.0.0.1", 0, ssl=tls)
    port = server.sockets[0].getsockname()[1]
    target.base_url = f"{'https' if tls else 'http'}://127.0.0.1:{port}"
    ready.set()
    await done.wait()
    server.close()
    while connections := asyncio.all_tasks() - {asyncio.current_task()}:
        for task in connections:
            task.cancel()
        await asyncio.gather(*connections, return_exceptions=True)


def _tls(certificate: tuple[Path, Path] | None, client_authority: Path | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    if client_authority is not None:
        context.load_verify_locations(client_authority)
        context.verify_mode = ssl.CERT_REQUIRED
    return context
