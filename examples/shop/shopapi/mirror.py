"""What the shop received, shown to whoever sent it: for trying out how requests are made."""

import gzip
import json
from email import message_from_bytes
from email.message import Message
from typing import Any
from urllib.parse import parse_qs

from shopapi.messages import Answer, Call
from shopapi.parts import Parts


def mirror(_parts: Parts, call: Call) -> Answer:
    """Method, query, headers and body of the call, the body read by its content type."""
    body = gzip.decompress(call.body) if call.headers.get("content-encoding") == "gzip" else call.body
    kind = call.headers.get("content-type", "")
    seen = {"method": call.method, "query": dict(call.query), "headers": dict(call.headers)}
    return Answer(body={**seen, "size": len(body), "body": _read(body, kind)})


def _read(body: bytes, kind: str) -> Any:
    if "json" in kind:
        return json.loads(body)
    if kind == "application/x-www-form-urlencoded":
        return {
            name: found[0] if len(found) == 1 else found for name, found in parse_qs(body.decode()).items()
        }
    if kind.startswith("multipart/form-data"):
        return _parts(body, kind)
    return body.decode(errors="replace")


def _parts(body: bytes, kind: str) -> list[dict[str, Any]]:
    message = message_from_bytes(b"Content-Type: " + kind.encode() + b"\r\n\r\n" + body)
    parts = message.get_payload()
    return [_part(part) for part in parts if isinstance(part, Message)] if isinstance(parts, list) else []


def _part(part: Message) -> dict[str, Any]:
    content = part.get_payload(decode=True)
    return {
        "name": part.get_param("name", header="content-disposition"),
        "filename": part.get_filename(),
        "type": part.get_content_type(),
        "size": len(content) if isinstance(content, bytes) else 0,
    }
