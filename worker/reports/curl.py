"""A request as a curl command that can be pasted into a shell."""

import shlex

from worker.models.outcome import ExchangeRecord

#: Headers that curl writes itself.
_CURLS_OWN = frozenset({"host", "content-length", "accept-encoding", "connection", "user-agent"})


def curl_command(exchange: ExchangeRecord) -> list[str]:
    """The lines of the command. Secrets stay masked: put them in by hand."""
    parts = [f"curl {_method(exchange)}{shlex.quote(exchange.url)}"]
    parts += [f"-H {shlex.quote(f'{name}: {value}'.rstrip())}" for name, value in _headers(exchange)]
    if exchange.request_body is not None:
        parts.append(f"--data-raw {shlex.quote(exchange.request_body)}")
    return [f"{'  ' if number else ''}{part}" for number, part in enumerate(_continued(parts))]


def _method(exchange: ExchangeRecord) -> str:
    if exchange.method == "HEAD":
        return "--head "
    # Said even where curl would guess it: people read this more often than they paste it.
    return "" if exchange.method == "GET" else f"-X {shlex.quote(exchange.method)} "


def _headers(exchange: ExchangeRecord) -> list[tuple[str, str]]:
    headers = [(name, value) for name, value in exchange.request_headers if name.lower() not in _CURLS_OWN]
    if exchange.request_body is not None and not any(name.lower() == "content-type" for name, _ in headers):
        headers.append(("content-type", ""))  # or curl would claim that it is a form
    return [(name, value) for name, value in headers if (name.lower(), value) != ("accept", "*/*")]


def _continued(parts: list[str]) -> list[str]:
    return [*(f"{part} \\" for part in parts[:-1]), parts[-1]]
