"""Files into a project's tables: suites, tests, edges, and a version of each file."""

import hashlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePath

from context.capture import CaptureRule
from context.values import JsonValue
from worker.database import Database
from worker.database.clean import clean, clean_text
from worker.models.expectation import Expectation
from worker.models.graph import Dependency
from worker.models.request import AuthKind, BodyKind, Request
from worker.models.suite import Suite, Test
from worker.records.base import read_answer
from worker.records.projects import PushAnswer

Document = dict[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class PushedSuite:
    """What a push made of one suite."""

    key: str
    version: int
    changed: bool


@dataclass(frozen=True, slots=True, kw_only=True)
class Pushed:
    """What a push did. `removed` are the keys of suites that are gone."""

    suites: tuple[PushedSuite, ...]
    removed: tuple[str, ...]


async def push(database: Database, project_id: str, document: Document) -> Pushed:
    """Make the project's suites what the document says: all of it, or nothing. Raises Refused."""
    row = await database.call("push_suites", p_project_id=project_id, p_push=document)
    answer = read_answer(PushAnswer, row, what="push_suites")
    return Pushed(
        suites=tuple(
            PushedSuite(key=suite.key, version=suite.version, changed=suite.changed)
            for suite in answer.suites
        ),
        removed=answer.removed,
    )


def push_document(
    suites: Sequence[Suite], dependencies: Iterable[Dependency], *, prune: bool = False
) -> Document:
    """What push_suites takes: these suites with their edges. `prune` removes all others."""
    return {
        # A file may ask for characters that the database cannot hold, such as "\\0" in a body. Runs
        # read the file as it is; the tables show something else in their place.
        "suites": [clean(_suite(suite)) for suite in suites],
        "dependencies": [
            {
                "dependent": edge.dependent,
                "required": edge.required,
                "type": edge.kind.value,
                "reasons": [clean_text(reason) for reason in edge.reasons],
            }
            for edge in dependencies
        ],
        "prune": prune,
    }


def content_hash(path: str, source: str) -> str:
    """The address of a version: the sha256, in hex, of path, a line feed, and source."""
    return hashlib.sha256(f"{path}\n{source}".encode()).hexdigest()


def pushed_path(path: str, *, below: Path) -> str:
    """A file's path as the project keeps it: relative to the folder one is in, with slashes.

    A path of one machine means nothing on another, and would make a new version on each.
    """
    whole = Path(path).resolve()
    if whole.is_relative_to(below.resolve()):
        return PurePath(whole.relative_to(below.resolve())).as_posix()
    return whole.name


def _suite(suite: Suite) -> Document:
    return {
        "key": suite.key,
        "name": suite.title,
        "path": suite.path,
        "source": suite.source,
        "content_hash": content_hash(suite.path, suite.source),
        "description": suite.description,
        "tags": list(suite.tags),
        "config": {},
        "tests": [_test(test, position) for position, test in enumerate(suite.tests.values())],
    }


def _test(test: Test, position: int) -> Document:
    document: Document = {
        "key": test.key,
        "name": test.title or test.key,
        "position": position,
        "description": test.description,
        "priority": test.priority.value,
        "tags": list(test.tags),
        "timeout_seconds": test.timeout_seconds,
        "retries": test.retries,
        "idempotent": test.idempotent,
        "request": _request(test.request),
        "response": {
            "expectations": [_expectation(each) for each in test.expectations],
            "captures": {rule.name: _capture(rule) for rule in test.captures},
        },
    }
    if test.skip_reason is not None:
        document["skip_reason"] = test.skip_reason
    return document


def _request(request: Request) -> Document:
    document: Document = {
        "method": request.method,
        "path": request.url,
        "query": dict(request.query),
        "headers": dict(request.headers),
        "follow_redirects": request.follow_redirects,
        "verify_tls": request.verify_tls,
    }
    if request.auth.kind is not AuthKind.NONE:
        document["auth"] = {"kind": request.auth.kind.value, **request.auth.values}
    if request.body_kind is not BodyKind.NONE:
        document["json" if request.body_kind is BodyKind.JSON else "body"] = request.body
    return document


def _expectation(expectation: Expectation) -> Document:
    return {
        "kind": expectation.kind.value,
        "operator": expectation.operator.value,
        "subject": expectation.subject,
        "expected": expectation.expected,
    }


def _capture(rule: CaptureRule) -> Document:
    return {
        "target": rule.target.value,
        "source": rule.source.value,
        "expression": rule.expression,
        "required": rule.required,
        "default": rule.default,
        "secret": rule.secret,
    }
