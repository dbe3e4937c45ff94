"""The shop behind HTTP/1.1, with connections that are kept open."""

from http import HTTPStatus
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qsl, unquote, urlsplit

from shopapi.app import Shop
from shopapi.messages import Answer, Call, ShopError, body_of

#: No form of this shop is larger; more is somebody's mistake.
MAX_BODY_BYTES = 64 * 1024


class ShopServer(ThreadingHTTPServer):
    """A thread for each connection, on this machine only. Port 0 takes a free one."""

    daemon_threads = True
    # Many tests knock at once; the default of 5 would make some of them wait a second.
    request_queue_size = 128

    def __init__(self, shop: Shop, *, port: int = 0) -> None:
        self.shop = shop
        super().__init__(("127.0.0.1", port), _Handler)

    @property
    def url(self) -> str:
        """Where the shop is, such as http://127.0.0.1:8900."""
        return f"http://127.0.0.1:{self.server_port}"


class _Handler(BaseHTTPRequestHandler):
    server: ShopServer
    protocol_version = "HTTP/1.1"
    # What the standard library refuses by itself is JSON as well.
    error_content_type = "application/json"
    error_message_format = '{"error": "http_%(code)d", "message": "%(message)s"}'
    # Head and body leave in one packet and at once; otherwise every answer waits 40 ms for the
    # other side's acknowledgement.
    wbufsize = -1
    disable_nagle_algorithm = True

    def _answer(self) -> None:
        try:
            answer = self.server.shop.handle(self._call())
        except ShopError as error:
            answer = error.answer()
        self._send(answer)

    do_GET = do_HEAD = do_POST = do_PUT = do_PATCH = do_DELETE = do_OPTIONS = _answer

    def _call(self) -> Call:
        address = urlsplit(self.path)
        return Call(
            method="GET" if self.command == "HEAD" else self.command,
            path=unquote(address.path),
            query=dict(reversed(parse_qsl(address.query))),
            headers={name.lower(): value for name, value in self.headers.items()},
            body=self._body(),
        )

    def _body(self) -> bytes:
        length = self.headers.get("Content-Length", "0")
        if length.isdecimal() and int(length) <= MAX_BODY_BYTES:
            return self.rfile.read(int(length))
        # What was not read would be taken for the next request on this connection.
        self.close_connection = True
        raise ShopError(413, "too_large", f"A body may have {MAX_BODY_BYTES} bytes.", Connection="close")

    def _send(self, answer: Answer) -> None:
        body = body_of(answer)
        self.send_response(answer.status, HTTPStatus(answer.status).phrase)
        for name, value in self._headers(answer, len(body)).items():
            self.send_header(name, value)
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(body)
        self.wfile.flush()

    def _headers(self, answer: Answer, length: int) -> dict[str, str]:
        # A 204 has no body and must not speak of one (RFC 9110, 8.6).
        of_body = {} if answer.status == 204 else {"Content-Length": str(length)}
        if length:
            of_body["Content-Type"] = answer.kind
        return {**of_body, **answer.headers}

    def version_string(self) -> str:
        """What the Server header says."""
        return "shop"

    def log_message(self, format: str, *arguments: object) -> None:
        """Say nothing: requests may carry tokens, and the terminal belongs to Baton."""
