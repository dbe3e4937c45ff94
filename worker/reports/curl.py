"""A request as a curl command that can be pasted into a shell."""

import shlex
from collections.abc import Iterator

from worker.models.outcome import ExchangeRecord, PartRecord

#: Headers that curl writes itself.
CURLS_OWN = frozenset({"host", "content-length", "accept-encoding", "connection", "user-agent"})
#: Headers that curl writes just so, if it is told nothing else; the second one for any body.
_BY_ITSELF = frozenset({("accept", "*/*")})
_OF_A_FORM = ("content-type", "application/x-www-form-urlencoded")
#: Headers that curl writes itself when it signs or answers a challenge.
_OF_A_SIGNATURE = frozenset({"authorization", "x-amz-date", "x-amz-content-sha256"})
#: Options by which curl says who it is.
_SIGNING = frozenset({"--digest", "--aws-sigv4"})


def curl_command(exchange: ExchangeRecord) -> list[str]:
    """The lines of the command. Secrets stay masked: put them in by hand. Files stand as @path, from
    the folder where the run was started."""
    parts = [f"{_packing(exchange)}curl {_method(exchange)}{shlex.quote(exchange.url)}"]
    parts += [f"-H {shlex.quote(header)}" for header in _headers(exchange)]
    parts += _options(exchange)
    parts += _body(exchange)
    return [f"{'  ' if number else ''}{part}" for number, part in enumerate(_continued(parts))]


def _method(exchange: ExchangeRecord) -> str:
    if exchange.method == "HEAD":
        return "--head "
    # With -X, curl would repeat a POST where a redirect asks for a GET.
    by_itself = exchange.method == "POST" and "--location" in exchange.curl_options and has_body(exchange)
    # Said even where curl would guess it: people read this more often than they paste it.
    return "" if exchange.method == "GET" or by_itself else f"-X {shlex.quote(exchange.method)} "


def has_body(exchange: ExchangeRecord) -> bool:
    """Whether anything was sent along."""
    return exchange.request_body is not None or bool(exchange.request_parts)


def _headers(exchange: ExchangeRecord) -> Iterator[str]:
    own = CURLS_OWN
    if _SIGNING & set(exchange.curl_options):
        own = own | _OF_A_SIGNATURE
    if _is_multipart(exchange):
        own = own | {"content-type", "content-encoding"}  # curl makes its own boundary
    by_itself = _BY_ITSELF | ({_OF_A_FORM} if has_body(exchange) else set())
    for name, value in exchange.request_headers:
        if name.lower() not in own and (name.lower(), value) not in by_itself:
            # With a colon, curl would leave out a header without a value.
            yield f"{name}: {value}" if value else f"{name};"
    names = {name.lower() for name, _ in exchange.request_headers}
    if has_body(exchange) and "content-type" not in names:
        yield "Content-Type:"  # or curl would claim that it is a form


def _options(exchange: ExchangeRecord) -> Iterator[str]:
    """Each option with its value."""
    if any(name.lower() == "content-encoding" for name, _ in exchange.response_headers):
        yield "--compressed"
    waiting: list[str] = []
    for word in (*exchange.curl_options, "-"):
        if word.startswith("-") and waiting:
            yield shlex.join(waiting)
            waiting = []
        waiting.append(word)


def _body(exchange: ExchangeRecord) -> Iterator[str]:
    if _is_multipart(exchange):
        yield from map(_field, exchange.request_parts)
    elif exchange.request_gzip:
        yield "--data-binary @-"
    elif exchange.request_parts:
        yield f"--data-binary {shlex.quote(f'@{exchange.request_parts[0].file}')}"
    elif exchange.request_body is not None:
        yield f"--data-raw {shlex.quote(exchange.request_body)}"


def _packing(exchange: ExchangeRecord) -> str:
    """What makes a compressed body of a plain one; curl cannot. A form with files it packs itself."""
    if not exchange.request_gzip or _is_multipart(exchange):
        return ""
    if exchange.request_parts:
        return f"gzip -nc {shlex.quote(exchange.request_parts[0].file or '')} | "
    return f"printf %s {shlex.quote(exchange.request_body or '')} | gzip -nc | "


def _field(part: PartRecord) -> str:
    if part.file is None and part.content_type is None:
        return f"--form-string {shlex.quote(f'{part.name}={part.text}')}"
    if part.file is None:
        value = f'{part.name}="{_escaped(part.text or "")}"'
    else:
        value = f'{part.name}=@"{_escaped(part.file)}"'
    if part.content_type is not None:
        value += f";type={part.content_type}"
    if part.filename is not None:
        value += f';filename="{_escaped(part.filename)}"'
    return f"-F {shlex.quote(value)}"


def _escaped(text: str) -> str:
    return text.replace("\\", "\\\\").replace('"', '\\"')


def _is_multipart(exchange: ExchangeRecord) -> bool:
    return any(part.name for part in exchange.request_parts)


def _continued(parts: list[str]) -> list[str]:
    return [*(f"{part} \\" for part in parts[:-1]), parts[-1]]
