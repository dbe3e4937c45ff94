"""One short name for the same failure, however often and wherever it happens."""

import hashlib
import re
from urllib.parse import urlsplit

from worker.http.transport import Trouble
from worker.models.outcome import ExchangeRecord, TestOutcome, Verdict

#: What differs between two occurrences of one failure, and what stands for it. Order matters: what
#: holds digits in a larger form goes before the bare digits.
_VARYING = (
    (re.compile(r"https?://[^/\s'\"]+"), "<host>"),
    (re.compile(r"\b[\w.+-]+@[\w-]+\.[\w.-]+\b"), "<address>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"), "<time>"),
    (re.compile(r"\b[A-Z][a-z]{2}, \d\d [A-Z][a-z]{2} \d{4} \d\d:\d\d:\d\d GMT\b"), "<time>"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "<token>"),
    (re.compile(r"\b(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\b"), "<id>"),
    # Long, of one piece and with a digit: ULIDs, opaque ids and tokens. Words are not like that.
    (re.compile(r"(?<![A-Za-z0-9])(?=[A-Za-z]*\d)[A-Za-z0-9]{14,}(?![A-Za-z0-9])"), "<id>"),
    (re.compile(r"\d+(?:\.\d+)?"), "<number>"),
)

#: Nobody answered: that is one failure of the environment, whichever test met it first.
_OUTAGES = frozenset((Trouble.DNS, Trouble.CONNECT_REFUSED, Trouble.CONNECT_TIMEOUT, Trouble.TLS))

#: Enough of the hash that two failures of one organization do not meet by chance.
_LENGTH = 16


def fingerprint(outcome: TestOutcome) -> str | None:
    """The same text for the same failure: category, method, path, status and message, without what
    varies in them (ids, times, hosts, tokens, numbers). Where nobody answered, the category alone
    tells. None for a test that did not fail or break.
    """
    if outcome.verdict not in (Verdict.FAILED, Verdict.BROKEN):
        return None
    parts = [str(outcome.category)] if outcome.category in _OUTAGES else _parts(outcome)
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def _parts(outcome: TestOutcome) -> list[str]:
    attempt = outcome.last_attempt
    exchange = attempt.exchange if attempt else None
    if exchange is None:
        return [outcome.category or "", "", "", "", without_varying(outcome.reason)]
    return [
        outcome.category or "",
        exchange.method,
        without_varying(urlsplit(exchange.url).path),
        str(exchange.status_code or ""),
        without_varying(_without_host(outcome.reason, exchange)),
    ]


def _without_host(reason: str, exchange: ExchangeRecord) -> str:
    """The client's words name the host and port, without a scheme that would give it away."""
    parts = urlsplit(exchange.url)
    host = parts.hostname or ""
    # A name of one word may stand for something else; with its port it may not.
    shapes = [rf"\[?{re.escape(host)}\]?:\d+"] if host else []
    shapes += [rf"\b{re.escape(host)}\b"] if "." in host else []
    return re.sub("|".join(shapes), "<host>", reason) if shapes else reason


def without_varying(text: str) -> str:
    """This text with placeholders for ids, times, hosts, tokens and numbers."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text
