"""Requests and responses as files beside the results."""

import json
from collections.abc import Iterator
from pathlib import Path

from worker.models.outcome import ExchangeRecord, FileRecord
from worker.reports.base import write_pieces
from worker.reports.curl import curl_command
from worker.reports.exchange import redirect_lines, response_head
from worker.reports.plain import Plain
from worker.reports.words import printable

#: What Allure shows by itself and that runs nothing, whoever answered it; the rest is only there to be saved.
_SHOWN = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "image/webp": "webp",
    "image/bmp": "bmp",
    "video/mp4": "mp4",
    "video/webm": "webm",
}


class Attachments:
    """Writes attachments into a folder. They are numbered in the order in which they are asked for."""

    def __init__(self, folder: Path, *, prefix: str) -> None:
        self._folder = folder
        self._prefix = prefix
        self._number = 0

    def exchange(self, exchange: ExchangeRecord | None) -> list[Plain]:
        """The request as a curl command, the response's head, its body as what it is."""
        if exchange is None:
            return []
        return list(self._exchange(exchange))

    def text(self, name: str, text: str) -> Plain:
        """Any other text."""
        return self._put(name, "text/plain", "txt", text)

    def _exchange(self, exchange: ExchangeRecord) -> Iterator[Plain]:
        yield self._put("Request (curl)", "text/plain", "sh", "\n".join(curl_command(exchange)) + "\n")
        if exchange.request_body is not None:
            yield self._put("Request body", *_kind(exchange.request_body), exchange.request_body)
        if exchange.status_code is None:
            return
        headers = [f"{name}: {value}" for name, value in exchange.response_headers]
        head = [*redirect_lines(exchange), response_head(exchange), *headers]
        yield self._put("Response", "text/plain", "txt", "\n".join(map(printable, head)) + "\n")
        if exchange.response_body:
            cut = " (beginning)" if exchange.truncated else ""
            yield self._put(f"Response body{cut}", *_kind(exchange.response_body), exchange.response_body)
        if exchange.response_file is not None and exchange.response_file.content is not None:
            yield self._file(exchange.response_file, exchange.response_file.content)

    def _file(self, file: FileRecord, content: bytes) -> Plain:
        """A file that was answered, as what it is only where nothing of it is run."""
        shown = file.media_type in _SHOWN
        source = self._next(_SHOWN[file.media_type] if shown else "bin")
        (self._folder / source).write_bytes(content)
        media_type = file.media_type if shown else "application/octet-stream"
        return {"name": f"File: {printable(file.name)}", "source": source, "type": media_type}

    def _put(self, name: str, media_type: str, ending: str, text: str) -> Plain:
        source = self._next(ending)
        write_pieces(self._folder / source, [text])
        return {"name": name, "source": source, "type": media_type}

    def _next(self, ending: str) -> str:
        self._number += 1
        return f"{self._prefix}{self._number:06}-attachment.{ending}"


def _kind(body: str) -> tuple[str, str]:
    """By what it is, not by what its headers claim: a page that an API answers must not be run."""
    if body.lstrip()[:1] in ("{", "["):
        try:
            json.loads(body)
        except (ValueError, RecursionError):
            return "text/plain", "txt"
        return "application/json", "json"
    return "text/plain", "txt"
