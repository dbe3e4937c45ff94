"""A suite as a push sends it: the file, and what goes into the rows, in the file's own words.

The database makes files of rows that are edited in place (sql/33_documents.sql). What stands here and
what stands there are each other's reverse.
"""

from collections.abc import Iterator, Mapping
from types import MappingProxyType
from typing import Any

from context.values import JsonValue
from worker.credentials import names_of_credentials
from worker.models.flow import StepPhase, TestRole
from worker.models.suite import Suite, Test
from worker.parsing.document_body import BODY_KEYS
from worker.parsing.document_request import METHODS
from worker.parsing.written import as_written
from worker.project.addresses import content_hash
from worker.project.fixtures import fixture_documents

Document = dict[str, JsonValue]

#: What a suite says at its top and has a column of its own, or a table.
_COLUMNS_OF_SUITE = frozenset(("suite", "key", "description", "tags", "tests", "fixtures"))

#: What a test says and is not among the settings of its request: it has a column, or makes an edge.
_ELSEWHERE = frozenset(
    {*METHODS, *BODY_KEYS, "request", "query", "headers", "auth", "expect", "capture", "needs", "after"}
    | {"title", "description", "tags", "priority", "timeout", "retries", "idempotent", "skip"}
)

#: Words that have a column where they are one value, and are settings where they say more.
_ONE_VALUE_OR_MORE = ("timeout", "retries")

#: What says no more than if it were not there; `parallel: false` does.
_NOTHING: tuple[JsonValue, ...] = (None, "", {}, [])

#: What stands for the method of a test whose requests are in its steps.
STEPS = "STEPS"


def suite_document(suite: Suite, files: Mapping[str, str] = MappingProxyType({})) -> Document:
    """The suite as push_suites takes it; `files` are what it names beside itself, {path: hash}."""
    written: Mapping[str, Any] = as_written(suite.source, path=suite.path)
    return {
        "key": suite.key,
        "name": suite.title,
        "path": suite.path,
        "source": suite.source,
        "content_hash": content_hash(suite.path, suite.source),
        "description": suite.description,
        "tags": list(suite.tags),
        "config": {
            word: value
            for word, value in written.items()
            if value not in _NOTHING and word not in _COLUMNS_OF_SUITE and not word.startswith("x-")
        },
        "files": dict(files),
        "fixtures": fixture_documents(suite, written.get("fixtures") or {}, files),
        "credentials": sorted(names_of_credentials(suite.tests.values())),
        "tests": list(_tests(suite, written)),
    }


def _tests(suite: Suite, written: Mapping[str, Any]) -> Iterator[Document]:
    """The tests as they are written; after one with rows, those that its rows make. These, and those that
    hooks make, have results of their own, but no words: what they say, the file says elsewhere."""
    told: set[str] = set()
    for position, test in enumerate(suite.tests.values()):
        key = test.row_of or test.key
        words = written["tests"].get(key) if test.role is TestRole.TEST else None
        if test.role is TestRole.TEST and key not in told:
            told.add(key)
            yield _test(test, key, words or {}, position)
        if test.row_of is not None or test.role is not TestRole.TEST:
            yield _facts(test, test.key, position)


def _facts(test: Test, key: str, position: int) -> Document:
    document: Document = {
        "key": key,
        "name": test.title or key,
        "position": position,
        "description": test.description,
        "priority": test.priority.value,
        "retries": test.retries,
        "idempotent": test.idempotent,
        "only": test.only,
    }
    if test.skip_reason is not None:
        document["skip_reason"] = test.skip_reason
    return document


def _test(test: Test, key: str, written: Mapping[str, Any], position: int) -> Document:
    return {
        **_facts(test, key, position),
        "tags": list(written.get("tags") or ()),
        "timeout_seconds": test.timeout_seconds if "timeout" in test.said else None,
        "request": _request(test, written),
        "response": {
            "expectations": written.get("expect") or {},
            "captures": written.get("capture") or {},
        },
    }


def _request(test: Test, written: Mapping[str, Any]) -> Document:
    method, path = _target(test, written)
    document: Document = {
        "method": method,
        "path": path,
        "query": written.get("query") or {},
        "headers": written.get("headers") or {},
        "body": {word: written[word] for word in BODY_KEYS if word in written},
        "settings": {word: value for word, value in written.items() if _is_setting(word, value)},
    }
    if "auth" in written:
        document["auth"] = written["auth"]
    return document


def _target(test: Test, written: Mapping[str, Any]) -> tuple[str, str]:
    """Method and path in the file's words; of a test that takes them over, what it takes over."""
    if written.get("request"):
        return written["request"]["method"], written["request"]["url"]
    said = next((method for method in METHODS if method in written), None)
    if said is not None:
        return said, written[said]
    own = [step for step in test.steps if step.phase is StepPhase.OWN]
    return (STEPS, "") if any(step.name for step in own) else (own[0].request.method, own[0].request.url)


def _is_setting(word: str, value: JsonValue) -> bool:
    return word not in _ELSEWHERE or (word in _ONE_VALUE_OR_MORE and isinstance(value, dict))
