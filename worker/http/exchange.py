"""What may leave a run about an exchange: masked, and no longer than people read."""

import re
from collections.abc import Callable, Mapping
from types import MappingProxyType
from typing import NamedTuple, Protocol

from context.sensitive import hide_header, hide_in_text, is_sensitive
from context.values import MASK
from worker.models.exchange import Headers, PreparedRequest, Redirect, Response, SentPart
from worker.models.outcome import ExchangeRecord, FileRecord, PartRecord, RedirectRecord

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

    def stands_in(self, content: bytes) -> bool:
        """Whether a secret stands in these bytes."""
        ...


#: Makes a record of an answer that is a file, and None of others; it is told whether the answer is text.
FileRecorder = Callable[[Response, bool], FileRecord | None]


def record_exchange(
    request: PreparedRequest,
    response: Response | None,
    mask: HidesSecrets,
    limit: int = BODY_LIMIT,
    *,
    file: FileRecorder = lambda response, is_text: None,
) -> ExchangeRecord:
    """The exchange as people may see it. Without a response, the request alone."""
    answer = _NO_ANSWER if response is None else _answer(response, mask, limit)
    is_text = response is None or answer.body != _binary(response.body)
    sent = request if response is None or response.sent is None else response.sent
    story = sent.story
    plain = sent.body if story.plain is None else story.plain
    body, cut = (None, False) if story.parts else _body(plain, sent.headers, mask, limit)
    return ExchangeRecord(
        method=sent.method,
        url=_url(sent.url, mask),
        request_headers=_headers(sent.headers, mask),
        request_body=body,
        request_bytes=len(sent.body or b""),
        request_parts=tuple(_part(part, mask, limit) for part in story.parts) if story.parts else (),
        request_gzip=story.plain is not None,
        curl_options=tuple(map(mask.text, sent.curl_options)),
        graphql_complexity=story.graphql_complexity,
        redirects=answer.redirects,
        status_code=answer.status_code,
        response_headers=answer.headers,
        response_body=answer.body,
        response_bytes=answer.bytes,
        response_file=None if response is None else file(response, is_text),
        http_version=answer.http_version,
        timings=answer.timings,
        truncated=cut or answer.truncated,
    )


class _Answer(NamedTuple):
    """The answer's part of a record."""

    status_code: int | None = None
    headers: Headers = ()
    body: str | None = None
    bytes: int = 0
    http_version: str = ""
    timings: Mapping[str, float] = MappingProxyType({})
    redirects: tuple[RedirectRecord, ...] = ()
    truncated: bool = False


_NO_ANSWER = _Answer()


def _answer(response: Response, mask: HidesSecrets, limit: int) -> _Answer:
    body, cut = _body(response.body, response.headers, mask, limit)
    return _Answer(
        response.status_code,
        _headers(response.headers, mask),
        body,
        len(response.body),
        response.http_version,
        {name: round(seconds, 6) for name, seconds in response.timings.items()},
        tuple([_redirect(redirect, mask) for redirect in response.redirects]),
        cut or response.truncated,
    )


def _url(url: str, mask: HidesSecrets) -> str:
    return hide_in_text(mask.text(url))


def _redirect(redirect: Redirect, mask: HidesSecrets) -> RedirectRecord:
    return RedirectRecord(
        status_code=redirect.status_code,
        method=redirect.method,
        url=_url(redirect.url, mask),
        location=_url(redirect.location, mask),
    )


def _part(part: SentPart, mask: HidesSecrets, limit: int) -> PartRecord:
    text = part.text
    if text is not None:
        text, _ = _body(text.encode(), (), mask, limit)
        text = MASK if is_sensitive(part.name) else text or ""
    return PartRecord(
        name=mask.text(part.name),
        text=text,
        file=part.file,
        filename=None if part.filename is None else mask.text(part.filename),
        content_type=None if part.content_type is None else mask.text(part.content_type),
    )


def _headers(headers: Headers, mask: HidesSecrets) -> Headers:
    return tuple([(name, hide_header(name, mask.text(value))) for name, value in headers])


def _body(body: bytes | None, headers: Headers, mask: HidesSecrets, limit: int) -> tuple[str | None, bool]:
    """The body as text, and whether it was cut."""
    if not body:
        return None, False
    # No character takes more than four bytes: enough to fill the limit and the margin.
    text = _as_text(body[: 4 * (limit + _MARGIN)], headers, whole=len(body) <= 4 * (limit + _MARGIN))
    if text is None:
        return _binary(body), False
    if len(text) <= limit:
        return hide_in_text(mask.text(text)), False
    window = text[: limit + _MARGIN]
    masked = hide_in_text(mask.text(window))
    safe = masked if len(window) == len(text) else masked[:-_MARGIN]
    kept = safe[:limit]
    return f"{kept}\n<cut here: {len(body):,} bytes in all>", True


def _binary(body: bytes) -> str:
    """What stands for a body that is no text."""
    return f"<binary, {len(body):,} bytes>"


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
