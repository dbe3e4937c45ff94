"""Which operations of an API's description have changed since a revision, and which tests call them."""

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import urlsplit

from worker.contracts.operations import METHODS, Operation, Operations
from worker.contracts.reading import BadDescription
from worker.contracts.references import Documents
from worker.errors import FileUnreadable, UsageError
from worker.history.git import Revision, RevisionFiles
from worker.models.suite import Suite, Test, TestName

OPTION = "--changed-openapi"

#: References inside an operation that are followed; a schema that contains itself would never end.
_DEEPEST = 60

_PARAMETER = re.compile(r"\{[^{}/]*\}")
_TEMPLATE = re.compile(r"\{\{.*?\}\}")
#: Stands for a part of a path that is filled when the test runs.
_ANY = "\0"


@dataclass(frozen=True, slots=True, kw_only=True)
class Change:
    """An operation that is not what it was. `what` is "new" or "different"."""

    operation: Operation
    what: str


def callers_of_changes(
    suites: Sequence[Suite], description: Path, revision: Revision, *, base_url: str = ""
) -> dict[TestName, str]:
    """The tests that call operations which the description has gained or changed since the revision.

    Raises UsageError for a description that cannot be read, now or then.
    """
    now = _read(description, lambda path: Path(path).read_bytes(), when="")
    then = _read(description, RevisionFiles(revision).read, when=f" in {revision.name}")
    changes = {change.operation.name: change for change in changes_of(then, now)}
    found: dict[TestName, str] = {}
    for suite in suites:
        for test in suite.tests.values():
            called = next(
                (name for name in operations_called(test, now, base_url=base_url) if name in changes), None
            )
            if called is not None:
                found[test.name] = f"it calls {called}, which is {changes[called].what} since {revision.name}"
    return found


@dataclass(frozen=True, slots=True)
class Described:
    """A description that was read."""

    documents: Documents
    operations: Operations


def _read(description: Path, read: Any, *, when: str) -> Described:
    try:
        documents = Documents(description.as_posix(), read)
        return Described(documents, Operations(documents))
    except (BadDescription, FileUnreadable, OSError) as error:
        said = str(error) if isinstance(error, BadDescription) else "it cannot be read"
        raise UsageError(
            f"no operations are known{when}: {said}", where=f"{OPTION} {description}", hint=None
        ) from None


def changes_of(then: Described, now: Described) -> Iterator[Change]:
    """The operations that were added or changed; those that are gone nobody can call."""
    before = {operation.name: _meaning(then.documents, operation) for operation in then.operations.all}
    for operation in now.operations.all:
        if operation.name not in before:
            yield Change(operation=operation, what="new")
        elif before[operation.name] != _meaning(now.documents, operation):
            yield Change(operation=operation, what="different")


def _meaning(documents: Documents, operation: Operation) -> Any:
    """Everything that is said of an operation, with what its references refer to."""
    parameters = [
        (place, _expanded(documents, words, home, (), 0))
        for place, (words, home) in sorted(operation.parameters.items(), key=lambda pair: pair[0])
    ]
    words = {key: value for key, value in operation.words.items() if key != "parameters"}
    return parameters, _expanded(documents, words, operation.home, (), 0)


def _expanded(documents: Documents, value: Any, home: str, seen: tuple[str, ...], depth: int) -> Any:
    if depth > _DEEPEST:
        return "…"
    if isinstance(value, Mapping):
        reference = value.get("$ref")
        if isinstance(reference, str):
            return _followed(documents, value, home, seen, depth)
        return {key: _expanded(documents, item, home, seen, depth + 1) for key, item in value.items()}
    if isinstance(value, list):
        return [_expanded(documents, item, home, seen, depth + 1) for item in value]
    return value


def _followed(
    documents: Documents, value: Mapping[str, Any], home: str, seen: tuple[str, ...], depth: int
) -> Any:
    name = "#".join(documents.target(value["$ref"], inside=home))
    if name in seen:
        # It is being told already.
        return {"$ref": name}
    found, inside = documents.resolved(value, inside=home)
    return _expanded(documents, found, inside, (*seen, name), depth + 1)


def operations_called(test: Test, described: Described, *, base_url: str = "") -> list[str]:
    """The operations that the test's requests are for, as far as their words say it."""
    calls = (
        operation.name
        for step in test.steps
        for operation in _matching(step.request.method, step.request.url, described.operations, base_url)
    )
    return list(dict.fromkeys(calls))


def _matching(method: str, url: str, operations: Operations, base_url: str) -> list[Operation]:
    """The operations that fit best: a literal word fits better than a parameter, and a part that is filled
    later is rather a parameter than a word."""
    if method.lower() not in METHODS:
        return []
    scored = [
        (score, operation)
        for operation in operations.all
        if operation.method == method.upper()
        for path in _paths(url, operations, urlsplit(base_url).path.rstrip("/"))
        if (score := _score(path, operation.path)) is not None
    ]
    best = max((score for score, _ in scored), default=0)
    return [operation for score, operation in scored if score == best]


def _paths(url: str, operations: Operations, base: str) -> Iterator[str]:
    """The path of a written URL as the description may have it: without what stands before it, below its
    own servers, or below the base URL."""
    if url.startswith("{{"):
        # What begins with a template, such as base_url, begins with the address of the API.
        url = _TEMPLATE.sub("", url, count=1)
    path = urlsplit(_TEMPLATE.sub(_ANY, url)).path
    path = path if path.startswith("/") else f"/{path}"
    for prefix in dict.fromkeys((*operations.prefixes, "")):
        if path == prefix or path.startswith(f"{prefix}/"):
            yield path[len(prefix) :] or "/"
    if base:
        yield base + path


def _score(path: str, described: str) -> int | None:
    """How well a path fits to a described one; None if it does not."""
    parts, wanted = path.strip("/").split("/"), described.strip("/").split("/")
    if len(parts) != len(wanted):
        return None
    total = 0
    for part, want in zip(parts, wanted, strict=True):
        points = _points(part, want)
        if points is None:
            return None
        total += points
    return total


def _points(part: str, want: str) -> int | None:
    filled_later, is_parameter = _ANY in part, bool(_PARAMETER.search(want))
    if part == want:
        return 4
    if filled_later and is_parameter:
        return 3
    if is_parameter and part:
        pattern = "[^/]+".join(map(re.escape, _PARAMETER.split(want)))
        return 2 if re.fullmatch(pattern, part) else None
    if filled_later:
        pattern = ".*".join(map(re.escape, part.split(_ANY)))
        return 1 if re.fullmatch(pattern, want) else None
    return None
