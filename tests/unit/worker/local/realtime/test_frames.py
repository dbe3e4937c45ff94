"""What travels over a Realtime socket, byte for byte."""

import json

import pytest

from worker.local.realtime.frames import Broadcast, Frame, FrameError, Protocol, decode, encode

JOIN = Frame(topic="realtime:run:1", event="phx_join", payload={"config": {}}, ref="1", join_ref="1")


@pytest.mark.parametrize("protocol", list(Protocol))
def test_a_frame_survives_the_way_there_and_back(protocol: Protocol) -> None:
    """Both protocols say everything that a frame has."""
    assert decode(encode(JOIN, protocol=protocol)) == JOIN


def test_ref_is_always_there_in_the_first_protocol() -> None:
    """The Python client drops every frame without a `ref`, so it is there even when it is null."""
    content = json.loads(encode(Frame(topic="t", event="system"), protocol=Protocol.V1))
    assert content["ref"] is None


def test_the_second_protocol_sends_arrays() -> None:
    """Join reference, reference, topic, event, payload: in this order."""
    assert json.loads(encode(JOIN, protocol=Protocol.V2)) == [
        "1",
        "1",
        "realtime:run:1",
        "phx_join",
        {"config": {}},
    ]


def test_a_version_that_nobody_names_is_the_first() -> None:
    """The Python client of long ago named none."""
    assert Protocol.named(None) is Protocol.V1
    assert Protocol.named("2.0.0") is Protocol.V2


def test_numbers_as_references_are_text() -> None:
    """Some clients count in numbers; answers name them as text, as hosted does."""
    assert decode('[1, 2, "phoenix", "heartbeat", {}]').ref == "2"


@pytest.mark.parametrize("text", ["", "hello", "[]", "[1,2,3]", '{"topic": 1}', "null", '"x"', '{"a":1}'])
def test_what_is_no_frame_is_refused(text: str) -> None:
    """A client that sends nonsense gets an error inside, never a crash."""
    with pytest.raises(FrameError):
        decode(text)


def test_a_broadcast_of_the_first_protocol_is_an_object() -> None:
    """With the message's id in `meta`, its own payload untouched, and a null `ref`."""
    message = Broadcast(topic="run:1", event="run_progress", payload='{"sequence": 7}', id="abc")
    assert json.loads(str(message.encoded(Protocol.V1))) == {
        "topic": "realtime:run:1",
        "event": "broadcast",
        "payload": {
            "type": "broadcast",
            "event": "run_progress",
            "payload": {"sequence": 7},
            "meta": {"id": "abc"},
        },
        "ref": None,
    }


def test_a_broadcast_of_the_second_protocol_is_binary() -> None:
    """Kind 4; the lengths of topic, event and meta; 1 for JSON; then the four parts."""
    message = Broadcast(topic="é", event="e", payload="[1]", id="i")
    meta = b'{"id":"i"}'
    head = bytes([4, len("realtime:é".encode()), 1, len(meta), 1])
    assert message.encoded(Protocol.V2) == head + "realtime:é".encode() + b"e" + meta + b"[1]"


def test_bytes_can_only_be_said_in_the_second_protocol() -> None:
    """Whoever speaks the first never gets binary payloads, as on hosted projects."""
    message = Broadcast(topic="t", event="e", payload=b"\x00\x01")
    assert message.encoded(Protocol.V1) is None
    assert message.encoded(Protocol.V2) == bytes([4, 10, 1, 0, 0]) + b"realtime:te\x00\x01"


def test_a_name_that_is_too_long_for_its_length_is_not_sent() -> None:
    """Lengths are one byte; a topic of more than 255 bytes would break the frame."""
    assert Broadcast(topic="t" * 300, event="e", payload="1").encoded(Protocol.V2) is None


def test_a_replayed_message_says_so() -> None:
    """So that a client can tell what was from what is."""
    message = Broadcast(topic="t", event="e", payload="1", id="i", replayed=True)
    assert json.loads(str(message.encoded(Protocol.V1)))["payload"]["meta"] == {"replayed": True, "id": "i"}
