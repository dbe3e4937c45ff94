"""HTTP/1.1 as the servers of tests speak it: a request as it arrived, an answer to write."""

import asyncio
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qsl, urlsplit


@dataclass(frozen=True, slots=True, kw_only=True)
class Seen:
    """A request as it arrived."""

    method: str
    path: str
    query: tuple[tuple[str, str], ...]
    headers: tuple[tuple[str, str], ...]
    body: bytes

    def header(self, name: str) -> str | None:
        """The first header of this name."""
        return next((value for key, value in self.headers if key.lower() == name.lower()), None)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """An answer to write."""

    status: int = 200
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)

    def to_bytes(self, method: str) -> bytes:
        """The answer as HTTP/1.1."""
        lines = [f"HTTP/1.1 {self.status} Reason", f"content-length: {len(self.body)}"]
        lines += [f"{name}: {value}" for name, value in self.headers.items()]
        head = _header_bytes("\r\n".join(lines)) + b"\r\n\r\n"
        return head if method == "HEAD" else head + self.body


def _header_bytes(text: str) -> bytes:
    """As Latin-1, which is what most servers write, or as UTF-8 where that cannot say it."""
    try:
        return text.encode("latin-1")
    except UnicodeEncodeError:
        return text.encode()


def json_reply(value: object, *, status: int = 200, headers: Mapping[str, str] | None = None) -> Reply:
    """An answer with a JSON body."""
    return Reply(
        status=status,
        body=json.dumps(value).encode(),
        headers={"content-type": "application/json", **(headers or {})},
    )


async def read_request(reader: asyncio.StreamReader) -> Seen | None:
    """The next request of a connection, or None at its end."""
    try:
        head = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1")
    except asyncio.IncompleteReadError:
        return None
    first, *lines = head.rstrip("\r\n").split("\r\n")
    method, url, _ = first.split(" ", 2)
    headers = tuple(_header(line) for line in lines)
    length = next((int(value) for name, value in headers if name.lower() == "content-length"), 0)
    parts = urlsplit(url)
    return Seen(
        method=method,
        path=parts.path,
        query=tuple(parse_qsl(parts.query, keep_blank_values=True)),
        headers=headers,
        body=await reader.readexactly(length),
    )


def _header(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name, value.strip()
