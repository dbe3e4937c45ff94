"""A storage that speaks S3, over HTTP, in this process."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from threading import Thread

import boto3
from moto.server import ThreadedMotoServer

#: No request is checked against it; but it must show up nowhere.
SECRET_KEY = "canary-s3-secret-4d1a"

#: Who asks.
KEYS = {"AWS_ACCESS_KEY_ID": "baton", "AWS_SECRET_ACCESS_KEY": SECRET_KEY, "AWS_REGION": "us-east-1"}


@dataclass(frozen=True, slots=True, kw_only=True)
class S3:
    """An empty bucket, and what a client is told."""

    address: str
    settings: dict[str, str]


@contextmanager
def s3_server(bucket: str = "archives") -> Iterator[S3]:
    """Start it on a free port; all it holds goes with it."""
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    try:
        host, port = server.get_host_and_port()
        settings = {"AWS_ENDPOINT_URL": f"http://{host}:{port}", **KEYS}
        client = boto3.client(
            "s3",
            endpoint_url=settings["AWS_ENDPOINT_URL"],
            aws_access_key_id="baton",
            aws_secret_access_key=SECRET_KEY,
            region_name="us-east-1",
        )
        client.create_bucket(Bucket=bucket)
        yield S3(address=f"s3://{bucket}/baton", settings=settings)
    finally:
        server.stop()


@contextmanager
def a_storage(answers: Mapping[str, int]) -> Iterator[dict[str, str]]:
    """A storage that keeps one file at a time and answers these methods otherwise than they should be: with
    this status, and nothing that was ever written. Gives what a client is told."""
    kept: dict[str, bytes] = {}

    class Handler(BaseHTTPRequestHandler):
        def do_PUT(self) -> None:
            kept[self.path] = self.rfile.read(int(self.headers["content-length"]))
            self._answer(b"")

        def do_GET(self) -> None:
            self._answer(kept.get(self.path, b""))

        def do_DELETE(self) -> None:
            self._answer(b"")

        def _answer(self, body: bytes) -> None:
            status = answers.get(self.command, 200)
            body = b"something else" if self.command in answers else body
            self.send_response(status)
            self.send_header("etag", '"1"')
            self.send_header("last-modified", "Mon, 02 Nov 2026 10:00:00 GMT")
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, format: str, *arguments: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield {"AWS_ENDPOINT_URL": f"http://127.0.0.1:{server.server_port}", **KEYS}
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
