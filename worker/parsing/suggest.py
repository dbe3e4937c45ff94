"""Did you mean …? For words that are almost right, or right in another tool."""

import re
from collections.abc import Iterable

#: Words that people bring along from other tools, and ours for the same thing: the first of them
#: that is allowed where the word stands.
_ELSEWHERE = {
    "after": "cleanup",
    "assert": "expect",
    "assertions": "expect",
    "asserts": "expect",
    "authorization": "auth",
    "base": "base_url",
    "body": "json",
    "captures": "capture",
    "class": "status",
    "code": "status",
    "content": "body",
    "data": "json",
    "delay": "retry_delay",
    "dependencies": "needs",
    "depends": "needs",
    "depends-on": "needs",
    "depends_on": "needs",
    "disabled": "skip",
    "duration": "time",
    "enabled": "skip",
    "env": "environments",
    "environment": "environments",
    "examples": "rows",
    "expectations": "expect",
    "extends": "use",
    "extract": "capture",
    "host": "base_url",
    "if": "when",
    "ignore": "skip",
    "include": "use",
    "insecure": "verify_tls",
    "json_schema": "schema",
    "jsonschema": "schema",
    "latency": "time",
    "loop": "repeat",
    "matrix": "rows",
    "method": "request",
    "name": "title",
    "parallel": "max_parallel",
    "parameters": "params query",
    "parametrize": "rows",
    "params": "query",
    "path": "request jsonpath",
    "payload": "json",
    "poll": "repeat",
    "query_params": "query",
    "query_string": "query",
    "querystring": "query",
    "redirects": "follow_redirects",
    "requires": "needs",
    "response": "expect",
    "response_time": "time",
    "retry": "retries",
    "save": "capture",
    "status_code": "status",
    "store": "capture",
    "teardown": "cleanup",
    "text": "body",
    "token": "bearer",
    "until": "repeat",
    "uri": "request",
    "url": "base_url request",
    "user": "username",
    "validate": "expect",
    "vars": "variables",
    "verify": "verify_tls",
    "wait_until": "repeat",
    "within": "time",
}

#: More words than this are not worth listing; a test knows some thirty keys.
_LONGEST_LIST = 32


def nearest(word: str, words: Iterable[str]) -> str | None:
    """The word that was probably meant, or None."""
    candidates = list(words)
    by_plain: dict[str, str] = {}
    for candidate in candidates:
        by_plain.setdefault(_plain(candidate), candidate)
    if _plain(word) in by_plain:
        return by_plain[_plain(word)]
    for ours in _ELSEWHERE.get(word.lower(), "").split():
        if ours in candidates:
            return ours
    from difflib import get_close_matches

    close = get_close_matches(_plain(word), by_plain, n=1, cutoff=0.65)
    return by_plain[close[0]] if close else None


def one_of(words: Iterable[str]) -> str | None:
    """A hint that lists the words that are possible; None if there are too many to be of help."""
    candidates = list(words)
    return f"one of: {', '.join(candidates)}" if 0 < len(candidates) <= _LONGEST_LIST else None


def hint_for(word: str, words: Iterable[str], *, otherwise: str | None = None) -> str | None:
    """A hint for a word that is none of these: the one meant, else `otherwise`, else all of them."""
    candidates = list(words)
    meant = nearest(word, candidates)
    if meant is not None:
        return f"did you mean {meant!r}?"
    return otherwise or one_of(candidates)


def _plain(word: str) -> str:
    """The word without what people vary: case, blanks, hyphens, underscores."""
    return re.sub(r"[\s_-]+", "", word).lower()
