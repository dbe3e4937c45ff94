"""A small real HTTP/2 server for tests. It answers every request with what it was, as JSON."""

import asyncio
import json
import ssl
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

import h2.config
import h2.connection
import h2.events

from tests.loops import let_go, served


@contextmanager
def running_http2(certificate: tuple[Path, Path] | None = None) -> Iterator[str]:
    """Gives the base URL. Without a certificate it speaks HTTP/2 without TLS, from the first byte on."""
    with served(_serve, tls=_tls(certificate)) as port:
        yield f"{'https' if certificate else 'http'}://127.0.0.1:{port}"


def _tls(certificate: tuple[Path, Path] | None) -> ssl.SSLContext | None:
    if certificate is None:
        return None
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(*certificate)
    context.set_alpn_protocols(["h2"])
    return context


async def _serve(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
    connection = h2.connection.H2Connection(h2.config.H2Configuration(client_side=False))
    connection.initiate_connection()
    requests: dict[int, tuple[dict[str, str], bytearray]] = {}
    with suppress(ConnectionError, asyncio.CancelledError, h2.exceptions.ProtocolError):
        writer.write(connection.data_to_send())
        while data := await reader.read(65_536):
            for event in connection.receive_data(data):
                _note(connection, event, requests)
            writer.write(connection.data_to_send())
            await writer.drain()
    await let_go(writer)


def _note(
    connection: h2.connection.H2Connection,
    event: h2.events.Event,
    requests: dict[int, tuple[dict[str, str], bytearray]],
) -> None:
    if isinstance(event, h2.events.RequestReceived):
        headers = {_text(name): _text(value) for name, value in event.headers}
        requests[event.stream_id] = (headers, bytearray())
    elif isinstance(event, h2.events.DataReceived):
        requests[event.stream_id][1].extend(event.data)
        connection.acknowledge_received_data(event.flow_controlled_length, event.stream_id)
    elif isinstance(event, h2.events.StreamEnded):
        headers, body = requests.pop(event.stream_id)
        answer = json.dumps({"headers": headers, "body": body.decode()}).encode()
        head: list[tuple[str | bytes, str | bytes]] = [
            (":status", "200"),
            ("content-type", "application/json"),
            ("x-latin", b"Z\xfcrich"),
        ]
        connection.send_headers(event.stream_id, head)
        connection.send_data(event.stream_id, answer, end_stream=True)


def _text(value: bytes | str) -> str:
    return value.decode() if isinstance(value, bytes) else value
