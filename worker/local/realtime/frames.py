"""What travels over a Realtime socket, in protocols 1.0.0 and 2.0.0. No I/O.

1.0.0 sends every frame as a JSON object. 2.0.0 sends JSON arrays, and broadcasts as binary frames:
a kind, four lengths or flags, then topic, event, meta and payload. Both are Supabase's own formats
(realtime: `user_socket`, `v2_serializer`; realtime-js: `serializer`).
"""

import json
import struct
from dataclasses import dataclass, field
from enum import StrEnum
from functools import cached_property
from typing import Any

#: The kind of a binary frame that carries a broadcast from the server to a client.
_USER_BROADCAST = 4
_JSON_PAYLOAD, _BINARY_PAYLOAD = 1, 0
#: Lengths in a binary frame's head are one byte each.
_LONGEST_HEAD_BYTES = 255


class Protocol(StrEnum):
    """A version of the socket's language, as the client names it in `vsn`."""

    V1 = "1.0.0"  # objects; the default, and all that the Python client speaks
    V2 = "2.0.0"  # arrays and binary broadcasts; what supabase-js speaks

    @classmethod
    def named(cls, version: str | None) -> "Protocol":
        """The protocol for this `vsn`."""
        return cls.V2 if (version or "").startswith("2.") else cls.V1


class FrameError(ValueError):
    """What came is not a frame."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Frame:
    """One message of the socket's language."""

    topic: str
    event: str
    payload: Any = field(default_factory=dict)
    ref: str | None = None
    join_ref: str | None = None


def decode(text: str) -> Frame:
    """Read a text frame of either protocol."""
    try:
        content = json.loads(text)
    except json.JSONDecodeError:
        raise FrameError("not JSON") from None
    match content:
        case [join_ref, ref, str(topic), str(event), payload, *_]:
            pass
        case {"topic": str(topic), "event": str(event), "payload": payload}:
            join_ref, ref = content.get("join_ref"), content.get("ref")
        case _:
            raise FrameError("neither a frame of protocol 1.0.0 nor of 2.0.0")
    return Frame(topic=topic, event=event, payload=payload, ref=_text(ref), join_ref=_text(join_ref))


def encode(frame: Frame, *, protocol: Protocol) -> str:
    """Write a text frame. `ref` is always there, even null: the Python client drops frames without."""
    if protocol is Protocol.V2:
        return _compact([frame.join_ref, frame.ref, frame.topic, frame.event, frame.payload])
    return _compact(
        {
            "topic": frame.topic,
            "event": frame.event,
            "payload": frame.payload,
            "ref": frame.ref,
            "join_ref": frame.join_ref,
        }
    )


@dataclass(frozen=True, kw_only=True)
class Broadcast:
    """A message for everybody who joined a topic. Encoded once, however many listen."""

    topic: str
    event: str
    #: JSON text as the database has it, or bytes that are nobody's business.
    payload: str | bytes
    #: None for a message that was not stored.
    id: str | None = None
    private: bool = True
    replayed: bool = False

    def encoded(self, protocol: Protocol) -> str | bytes | None:
        """The frame; None where it cannot be said (bytes in 1.0.0)."""
        return self._as_v2 if protocol is Protocol.V2 else self._as_v1

    @cached_property
    def _as_v1(self) -> str | None:
        if isinstance(self.payload, bytes):
            return None
        meta = f',"meta":{self._meta}' if self._meta else ""
        inner = f'{{"type":"broadcast","event":{json.dumps(self.event)},"payload":{self.payload}{meta}}}'
        topic = json.dumps(f"realtime:{self.topic}")
        return f'{{"topic":{topic},"event":"broadcast","payload":{inner},"ref":null}}'

    @cached_property
    def _as_v2(self) -> bytes | None:
        head = (f"realtime:{self.topic}".encode(), self.event.encode(), self._meta.encode())
        if any(len(part) > _LONGEST_HEAD_BYTES for part in head):
            return None
        binary = isinstance(self.payload, bytes)
        body = self.payload if isinstance(self.payload, bytes) else self.payload.encode()
        kind = _BINARY_PAYLOAD if binary else _JSON_PAYLOAD
        lengths = struct.pack("!5B", _USER_BROADCAST, *(len(part) for part in head), kind)
        return b"".join((lengths, *head, body))

    @cached_property
    def _meta(self) -> str:
        meta: dict[str, Any] = {}
        if self.replayed:
            meta["replayed"] = True
        if self.id is not None:
            meta["id"] = self.id
        return _compact(meta) if meta else ""


def _compact(content: Any) -> str:
    return json.dumps(content, separators=(",", ":"), ensure_ascii=False)


def _text(reference: Any) -> str | None:
    return None if reference is None else str(reference)
