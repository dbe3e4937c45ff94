"""What a GraphQL request expects without saying so, and of its own complexity."""

from collections.abc import Iterator, Mapping
from typing import Any

from worker.errors import RequestError
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.graphql import COMPLEXITY, ERRORS
from worker.models.problem import ProblemKind
from worker.parsing.mistake import has_template
from worker.parsing.place import Place
from worker.parsing.source import Source


def graphql_expectations(read: Mapping[str, Any], place: Place, source: Source) -> Iterator[Expectation]:
    """No errors in the answer, unless the test expects something of them or another status than 2xx; and
    no more complexity than the test allows."""
    if "graphql" not in read:
        return
    _note_operation(read["graphql"], place, source)
    if not _speaks_of_errors(place):
        where = place.find(("graphql",)).key_location(source)
        yield Expectation(
            kind=ExpectationKind.GRAPHQL,
            operator=Operator.EXISTS,
            expected=False,
            subject=ERRORS,
            where=where,
        )
    limit = read["graphql"].get("max_complexity")
    if limit is not None:
        yield Expectation(
            kind=ExpectationKind.GRAPHQL,
            operator=Operator.AT_MOST,
            expected=limit,
            subject=COMPLEXITY,
            where=place.find(("graphql", "max_complexity")).location(source),
        )


def _note_operation(said: Mapping[str, Any], place: Place, source: Source) -> None:
    """Whether the operation that is meant is in the document, as far as that is known before the run."""
    query, name = said.get("query"), said.get("operation")
    if query is None or has_template(query) or (name is not None and has_template(name)):
        return
    # Imported by those suites alone that have queries.
    from worker.models.graphql import check_operation, read_query

    try:
        check_operation(read_query(query), name)
    except RequestError as error:
        where = place.find(("graphql", "operation")).location(source)
        source.add(ProblemKind.BAD_VALUE, error.what, where, hint=error.hint)


def _speaks_of_errors(place: Place) -> bool:
    """Whether the test says itself what it thinks of errors."""
    expected = place.find(("expect",)).keyed() if "expect" in place.keyed() else {}
    if "json_exactly" in expected or ("status" in expected and not _is_success(expected["status"].data)):
        return True
    return "json" in expected and any(_is_errors(key) for key in expected["json"].keyed())


def _is_success(status: Any) -> bool:
    codes = status if isinstance(status, list) else [status]
    return all(str(code).startswith("2") for code in codes)


def _is_errors(key: str) -> bool:
    return key == "errors" or key.startswith(("$.errors", "$['errors']", '$["errors"]'))
