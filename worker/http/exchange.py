"""What may leave a run about an exchange: masked, and no longer than people read."""

import re
import shlex
from typing import Protocol

from worker.http.sensitive import hide_header, hide_in_text
from worker.models.exchange import Headers, PreparedRequest, Response
from worker.models.outcome import ExchangeRecord

#: Characters of a body that are kept.
BODY_LIMIT = 64 * 1024

#: Characters that are masked beyond the limit and then dropped, so that a secret which the cut
#: would take apart has been seen whole. Longer than any token.
_MARGIN = 8 * 1024

_CHARSET = re.compile(r"charset=\"?([\w.:-]+)", re.IGNORECASE)


class HidesSecrets(Protocol):
    """What a mask does to a text."""

    def text(self, text: str) -> str:
        """The text with `***` where a secret stood."""
        ...


def record_exchange(
    request: PreparedRequest, response: Response | None, mask: HidesSecrets, limit: int = BODY_LIMIT
) -> ExchangeRecord:
    """The exchange as people may see it. Without a response, the request alone."""
    request_body, cut = _body(request.body, request.headers, mask, limit)
    base = ExchangeRecord(
        method=request.method,
        url=hide_in_text(mask.text(request.url)),
        request_headers=_headers(request.headers, mask),
        request_body=request_body,
        request_bytes=len(request.body or b""),
        truncated=cut,
    )
    return base if response is None else _with_response(base, response, mask, limit)


def _with_response(
    base: ExchangeRecord, response: Response, mask: HidesSecrets, limit: int
) -> ExchangeRecord:
    body, cut = _body(response.body, response.headers, mask, limit)
    return ExchangeRecord(
        method=base.method,
        url=base.url,
        request_headers=base.request_headers,
        request_body=base.request_body,
        request_bytes=base.request_bytes,
        status_code=response.status_code,
        response_headers=_headers(response.headers, mask),
        response_body=body,
        response_bytes=len(response.body),
        http_version=response.http_version,
        timings={name: round(seconds, 6) for name, seconds in response.timings.items()},
        truncated=base.truncated or cut or response.truncated,
    )


def _headers(headers: Headers, mask: HidesSecrets) -> Headers:
    return tuple((name, hide_header(name, mask.text(value))) for name, value in headers)


def _body(body: bytes | None, headers: Headers, mask: HidesSecrets, limit: int) -> tuple[str | None, bool]:
    """The body as text, and whether it was cut."""
    if not body:
        return None, False
    # No character takes more than four bytes: enough to fill the limit and the margin.
    text = _as_text(body[: 4 * (limit + _MARGIN)], headers, whole=len(body) <= 4 * (limit + _MARGIN))
    if text is None:
        return f"<binary, {len(body):,} bytes>", False
    if len(text) <= limit:
        return hide_in_text(mask.text(text)), False
    window = text[: limit + _MARGIN]
    masked = hide_in_text(mask.text(window))
    safe = masked if len(window) == len(text) else masked[:-_MARGIN]
    kept = safe[:limit]
    return f"{kept}\n<cut here: {len(body):,} bytes in all>", True


def _as_text(body: bytes, headers: Headers, *, whole: bool) -> str | None:
    """The body as text; None when it is none."""
    if b"\x00" in body:
        return None
    try:
        return body.decode() if whole else _decode_cut(body)
    except UnicodeDecodeError:
        return _in_its_charset(body, headers)


def _decode_cut(body: bytes) -> str:
    """UTF-8 that may end inside a character."""
    try:
        return body.decode()
    except UnicodeDecodeError as error:
        if error.start < len(body) - 3:
            raise
        return body[: error.start].decode()


def _in_its_charset(body: bytes, headers: Headers) -> str | None:
    declared = next((value for name, value in headers if name.lower() == "content-type"), "")
    charset = _CHARSET.search(declared)
    if charset is None:
        return None
    try:
        return body.decode(charset[1])
    except (LookupError, UnicodeDecodeError):
        return None


def as_curl(record: ExchangeRecord) -> str:
    """The request as a curl command for a POSIX shell; what was masked stays masked."""
    lines = [f"curl -X {shlex.quote(record.method)} {shlex.quote(record.url)}"]
    if record.method == "HEAD":
        lines = [f"curl --head {shlex.quote(record.url)}"]
    lines += [f"-H {shlex.quote(f'{name}: {value}')}" for name, value in record.request_headers]
    if record.request_body is not None:
        lines.append(f"--data-raw {shlex.quote(record.request_body)}")
    return " \\\n  ".join(lines)
