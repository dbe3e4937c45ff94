"""One short name for the same failure, however often and wherever it happens."""

import hashlib
import re
from urllib.parse import urlsplit

from worker.models.outcome import TestOutcome, Verdict

#: What differs between two occurrences of one failure, and what stands for it. Order matters: what
#: holds digits in a larger form goes before the bare digits.
_VARYING = (
    (re.compile(r"https?://[^/\s'\"]+"), "<host>"),
    (re.compile(r"\b[0-9a-fA-F]{8}-(?:[0-9a-fA-F]{4}-){3}[0-9a-fA-F]{12}\b"), "<id>"),
    (re.compile(r"\b\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d(?::\d\d(?:\.\d+)?)?(?:Z|[+-]\d\d:?\d\d)?)?"), "<time>"),
    (re.compile(r"\beyJ[\w-]+\.[\w-]+\.[\w-]*"), "<token>"),
    (re.compile(r"\b(?=[0-9a-fA-F]*\d)[0-9a-fA-F]{8,}\b"), "<id>"),
    (re.compile(r"\d+(?:\.\d+)?"), "<number>"),
)

#: Enough of the hash that two failures of one organization do not meet by chance.
_LENGTH = 16


def fingerprint(outcome: TestOutcome) -> str | None:
    """The same text for the same failure: category, method, path, status and message, without what
    varies in them (ids, times, hosts, tokens, numbers). None for a test that did not fail or break.
    """
    if outcome.verdict not in (Verdict.FAILED, Verdict.BROKEN):
        return None
    attempt = outcome.last_attempt
    exchange = attempt.exchange if attempt else None
    parts = [
        outcome.category or "",
        exchange.method if exchange else "",
        without_varying(urlsplit(exchange.url).path) if exchange else "",
        str(exchange.status_code or "") if exchange else "",
        without_varying(outcome.reason),
    ]
    return hashlib.sha256("\n".join(parts).encode("utf-8", "replace")).hexdigest()[:_LENGTH]


def without_varying(text: str) -> str:
    """This text with placeholders for ids, times, hosts, tokens and numbers."""
    for pattern, instead in _VARYING:
        text = pattern.sub(instead, text)
    return text
