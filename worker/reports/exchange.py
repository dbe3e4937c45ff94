"""A request and its response as text for people."""

from http import HTTPStatus

from worker.models.outcome import Attempt, ExchangeRecord, StepRecord
from worker.reports.curl import curl_command
from worker.reports.json_layout import laid_out
from worker.reports.words import clipped, duration, printable, size

#: Of a body, where only an excerpt is wanted.
EXCERPT_LINES = 20
EXCERPT_CHARACTERS = 1_500
#: Of a member of JSON whose value is long: the others are seen as well.
EXCERPT_WIDTH = 200
#: Bodies above this are not taken apart to be laid out nicely.
_PRETTY_LIMIT = 100_000


def attempt_text(attempt: Attempt) -> str:
    """One attempt with its whole exchange, for a report."""
    head = f"attempt {attempt.number}: {attempt.verdict}"
    if attempt.has_steps:
        return "\n\n".join([head, *map(_step_text, attempt.steps)])
    if attempt.exchange is None:
        return f"{head}, nothing was sent"
    return "\n".join([head, "", *_exchange_lines(attempt.exchange)])


def _step_text(step: StepRecord) -> str:
    times = f" ({step.iteration})" if step.iteration > 1 else ""
    head = f"{printable(step.name or 'the test itself')}{times}: {step.verdict}"
    if step.exchange is None:
        return f"{head}, nothing was sent"
    return "\n".join([head, "", *_exchange_lines(step.exchange)])


def _exchange_lines(exchange: ExchangeRecord) -> list[str]:
    return [*curl_command(exchange), "", *response_lines(exchange)]


def response_lines(exchange: ExchangeRecord, *, excerpt: bool = False, width: int | None = None) -> list[str]:
    """Status, headers and body of the response; `excerpt` keeps a long body short."""
    if exchange.status_code is None:
        return ["no response"]
    headers = [f"{name}: {value}" for name, value in exchange.response_headers]
    body = body_lines(exchange, excerpt=excerpt)
    lines = [*redirect_lines(exchange), response_head(exchange), *headers, *([""] if body else []), *body]
    return [printable(line if width is None else clipped(line, width)) for line in lines]


def redirect_lines(exchange: ExchangeRecord) -> list[str]:
    """The way to the response, where it was not the straight one: each answer and where it led."""
    return [f"{_status(each.status_code)} → {each.location}" for each in exchange.redirects]


def response_head(exchange: ExchangeRecord) -> str:
    """Status, time and size in a line: 200 OK · 41 ms · 1.2 KB; and what is not as usual."""
    parts = [_status(exchange.status_code or 0)]
    if exchange.http_version == "HTTP/2":
        parts.append("HTTP/2")
    if "total" in exchange.timings:
        parts.append(duration(exchange.timings["total"]))
    parts.append(size(exchange.response_bytes))
    if exchange.graphql_complexity is not None:
        parts.append(f"complexity {exchange.graphql_complexity:,}")
    return " · ".join(parts)


def body_lines(exchange: ExchangeRecord, *, excerpt: bool = False) -> list[str]:
    """The response's body, JSON laid out; the last line says what is missing."""
    body = exchange.response_body or ""
    text = _pretty(body)
    lines = text.splitlines()
    if excerpt:
        begin = text if text is body else "\n".join(clipped(line, EXCERPT_WIDTH) for line in lines)
        lines = begin[:EXCERPT_CHARACTERS].splitlines()[:EXCERPT_LINES]
    shown = sum(len(line) + 1 for line in lines)
    if exchange.truncated or shown < len(text):
        lines.append(f"… {size(exchange.response_bytes)} in all")
    return lines


def _pretty(text: str) -> str:
    if not text.lstrip().startswith(("{", "[")) or len(text) > _PRETTY_LIMIT:
        return text
    try:
        return laid_out(text)
    except (ValueError, RecursionError):
        return text


def _status(code: int) -> str:
    try:
        return f"{code} {HTTPStatus(code).phrase}"
    except ValueError:
        return str(code)
