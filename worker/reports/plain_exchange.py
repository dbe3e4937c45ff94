"""A request as it was sent and its response, as plain JSON values."""

from dataclasses import asdict

from worker.models.outcome import ExchangeRecord, FileRecord
from worker.reports.plain import Plain, rounded


def plain_exchange(exchange: ExchangeRecord) -> Plain:
    """A request as sent and its response; `response` is null where none came."""
    return {
        "request": {
            "method": exchange.method,
            "url": exchange.url,
            "headers": [list(header) for header in exchange.request_headers],
            "body": exchange.request_body,
            "bytes": exchange.request_bytes,
            **plain_sending(exchange),
        },
        **plain_redirects(exchange),
        "response": None if exchange.status_code is None else _plain_response(exchange),
        "timings": {name: rounded(seconds) for name, seconds in exchange.timings.items()},
        "truncated": exchange.truncated,
    }


def _plain_response(exchange: ExchangeRecord) -> Plain:
    return {
        "status": exchange.status_code,
        "http_version": exchange.http_version,
        "headers": [list(header) for header in exchange.response_headers],
        "body": exchange.response_body,
        "bytes": exchange.response_bytes,
        **({"file": plain_file(exchange.response_file)} if exchange.response_file else {}),
    }


def plain_file(file: FileRecord) -> Plain:
    """A file that was answered, without its content."""
    return {
        "name": file.name,
        "media_type": file.media_type,
        "category": file.category.value,
        "bytes": file.size_bytes,
        "sha256": file.sha256,
        "note": file.note,
    }


def plain_sending(exchange: ExchangeRecord) -> Plain:
    """What few requests have, and is left out of the others: parts, options of curl, complexity."""
    said: Plain = {
        "parts": [asdict(part) for part in exchange.request_parts],
        "gzip": exchange.request_gzip,
        "curl_options": list(exchange.curl_options),
        "graphql_complexity": exchange.graphql_complexity,
    }
    return {name: value for name, value in said.items() if value not in ([], False, None)}


def plain_redirects(exchange: ExchangeRecord) -> Plain:
    """The way to the response, where it was not the straight one."""
    way = [asdict(redirect) for redirect in exchange.redirects]
    return {"redirects": way} if way else {}
