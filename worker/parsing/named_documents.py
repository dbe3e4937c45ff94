"""Schemas and descriptions that suites name: whether they are any, before anything is sent."""

from collections.abc import Iterable, Iterator
from typing import TYPE_CHECKING

from worker.errors import FileUnreadable
from worker.files import Files
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.problem import Location, Problem, ProblemKind, line_of
from worker.models.suite import Suite
from worker.parsing.suggest import hint_for

if TYPE_CHECKING:
    from worker.contracts.operations import Operations

_DOCUMENTS = (ExpectationKind.SCHEMA, ExpectationKind.OPENAPI)


def unusable_documents(suites: Iterable[Suite], files: Files) -> list[Problem]:
    """A problem for every file that is no JSON Schema or no description, and for operations that a
    description does not have. Files that are not there are no business of this one."""
    look = _Look(files)
    return [problem for suite in suites if suite.files for problem in look.at(suite)]


class _Look:
    """Looks at each file once."""

    def __init__(self, files: Files) -> None:
        self._files = files
        self._schemas: dict[str, str | None] = {}
        self._descriptions: dict[str, Operations | str | None] = {}

    def at(self, suite: Suite) -> Iterator[Problem]:
        """What is wrong with the documents of this suite."""
        places = {use.path: use.where for use in reversed(suite.files)}
        told: set[str] = set()
        for expectation in _expectations(suite):
            path = expectation.subject
            complaint = self._complaint(expectation)
            if complaint is not None and path not in told:
                told.add(path)
                where = places.get(path, expectation.where)
                yield _problem(suite, where, f"{path}: {complaint}", ProblemKind.BAD_VALUE)
            elif complaint is None:
                yield from self._operation(suite, expectation)

    def _complaint(self, expectation: Expectation) -> str | None:
        path = expectation.subject
        if expectation.kind is ExpectationKind.OPENAPI:
            found = self._description(path)
            return found if isinstance(found, str) else None
        if path not in self._schemas:
            self._schemas[path] = _wrong_with_schema(path, self._files)
        return self._schemas[path]

    def _description(self, path: str) -> "Operations | str | None":
        if path not in self._descriptions:
            self._descriptions[path] = _operations(path, self._files)
        return self._descriptions[path]

    def _operation(self, suite: Suite, expectation: Expectation) -> Iterator[Problem]:
        wanted = str(expectation.options.get("operation") or "")
        if not wanted or "{{" in wanted:
            return
        operations = self._description(expectation.subject)
        if operations is None or isinstance(operations, str) or operations.named(wanted) is not None:
            return
        known = [each.identifier or each.name for each in operations.all]
        what = f"{expectation.subject} has no operation {wanted!r}"
        hint = hint_for(wanted, known, otherwise="write an operationId, or its method and path")
        yield _problem(suite, expectation.where, what, ProblemKind.UNKNOWN_NAME, hint=hint)


def _expectations(suite: Suite) -> Iterator[Expectation]:
    """Those that have a document of their own, each once though rows have made many tests of it."""
    found = {
        (each.kind, each.subject, each.where): each
        for test in suite.tests.values()
        for step in (*test.steps, *test.cleanup)
        for each in step.expectations
        if each.kind in _DOCUMENTS and each.subject
    }
    return iter(found.values())


def _wrong_with_schema(path: str, files: Files) -> str | None:
    from worker.contracts.reading import BadDescription, read_document
    from worker.contracts.violations import BadSchema, Schema

    try:
        Schema(read_document(files.read(path)))
    except (BadDescription, BadSchema) as error:
        return str(error)
    except FileUnreadable:
        return None
    return None


def _operations(path: str, files: Files) -> "Operations | str | None":
    """The operations of a description, or what is wrong with it."""
    from worker.contracts.operations import Operations
    from worker.contracts.reading import BadDescription
    from worker.contracts.references import Documents

    try:
        return Operations(Documents(path, files.read))
    except BadDescription as error:
        return str(error)
    except FileUnreadable:
        return None


def _problem(
    suite: Suite, where: Location, what: str, kind: ProblemKind, *, hint: str | None = None
) -> Problem:
    return Problem(kind=kind, what=what, where=where, text=line_of(suite.source, where.line), hint=hint)
