"""A suite as a push sends it: the file, and what goes into the rows, in the file's own words.

The database makes files of rows that are edited in place (sql/33_documents.sql). What stands here and
what stands there are each other's reverse.
"""

from collections.abc import Mapping
from typing import Any

from context.values import JsonValue
from worker.models.suite import Suite, Test
from worker.parsing.document_request import METHODS
from worker.parsing.written import as_written
from worker.project.addresses import content_hash

Document = dict[str, JsonValue]

#: What a suite says at its top and has no column of its own.
_CONFIG = ("variables", "environments", "defaults")

#: What a test says and is not among the settings of its request: it has a column, or makes an edge.
_ELSEWHERE = frozenset(
    {*METHODS, "request", "query", "headers", "json", "text", "auth", "expect", "capture", "needs", "after"}
    | {"title", "description", "tags", "priority", "timeout", "retries", "idempotent", "skip"}
)


def suite_document(suite: Suite) -> Document:
    """The suite as push_suites takes it."""
    written: Mapping[str, Any] = as_written(suite.source, path=suite.path)
    defaults = written.get("defaults") or {}
    return {
        "key": suite.key,
        "name": suite.title,
        "path": suite.path,
        "source": suite.source,
        "content_hash": content_hash(suite.path, suite.source),
        "description": suite.description,
        "tags": list(suite.tags),
        "config": {word: written[word] for word in _CONFIG if written.get(word)},
        "tests": [
            _test(test, written["tests"][test.key] or {}, position, defaults)
            for position, test in enumerate(suite.tests.values())
        ],
    }


def _test(test: Test, written: Mapping[str, Any], position: int, defaults: Mapping[str, Any]) -> Document:
    document: Document = {
        "key": test.key,
        "name": test.title or test.key,
        "position": position,
        "description": test.description,
        "priority": test.priority.value,
        "tags": list(written.get("tags") or ()),
        "timeout_seconds": test.timeout_seconds if "timeout" in {**defaults, **written} else None,
        "retries": test.retries,
        "idempotent": test.idempotent,
        "request": _request(test, written),
        "response": {
            "expectations": written.get("expect") or {},
            "captures": written.get("capture") or {},
        },
    }
    if test.skip_reason is not None:
        document["skip_reason"] = test.skip_reason
    return document


def _request(test: Test, written: Mapping[str, Any]) -> Document:
    document: Document = {
        "method": test.request.method,
        "path": test.request.url,
        "query": written.get("query") or {},
        "headers": written.get("headers") or {},
        "body": {word: written[word] for word in ("json", "text") if word in written},
        "settings": {word: value for word, value in written.items() if word not in _ELSEWHERE},
    }
    if "auth" in written:
        document["auth"] = written["auth"]
    return document
