"""How much a GraphQL operation asks for."""

import pytest

from context.values import JsonValue
from worker.errors import RequestError
from worker.models.graphql import complexity, read_query


def measured(query: str, operation: str | None = None, **variables: JsonValue) -> int:
    """The complexity of the query's only operation, or of this one."""
    return complexity(read_query(query), operation=operation, variables=variables)


@pytest.mark.parametrize(
    ("query", "fields"),
    [
        ("{ me }", 1),
        ("{ me { id name } }", 3),
        ("mutation { a: add { id } b: add { id } }", 4),
        ("{ me { __typename id } __schema { types { name } } }", 2),
        ("{ products(first: 10) { id name } }", 21),
        ("{ products(last: 2) { reviews(limit: 3) { text } } }", 9),
        ("{ products(first: 0) { id } }", 2),
        ("{ products(page: 10) { id } }", 2),
        ("{ node { ... on User { id } ... { name } } }", 3),
        ("{ me { ...F ...F } } fragment F on User { id name }", 5),
        ("{ me { ...F } } fragment F on User { id ...F }", 2),
        ("{ me { ...Gone } }", 1),
        ("query($n: Int = 4) { products(first: $n) { id } }", 5),
    ],
)
def test_fields_are_counted(query: str, fields: int) -> None:
    """Each field once, times the page that it stands in; fragments where they are spread."""
    assert measured(query) == fields


def test_a_variable_says_how_long_a_page_is() -> None:
    """What the test gives counts before the query's own default; what is no number counts once."""
    query = "query($n: Int = 4) { products(first: $n) { id } }"
    assert measured(query, n=7) == 8
    assert measured(query, n="many") == 2


def test_the_operation_that_is_asked_for_is_measured() -> None:
    """The others cost nothing."""
    query = "query One { a } query Two { a b { c } }"
    assert (measured(query, "One"), measured(query, "Two")) == (1, 3)


def test_fragments_in_fragments_do_not_take_for_ever() -> None:
    """Each is counted once, however often it is spread."""
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} ...F{n + 1} }}" for n in range(60))
    assert measured(f"{{ t {{ ...F0 }} }} {chain} fragment F60 on T {{ id }}") == 1 + 2**60


def test_a_query_that_is_nested_too_deeply_is_refused() -> None:
    """Not a crash."""
    with pytest.raises(RequestError, match="nested too deeply"):
        measured("{ a " * 5_000 + "}" * 5_000)


def test_a_long_chain_of_fragments_is_refused() -> None:
    """Not a crash either."""
    chain = " ".join(f"fragment F{n} on T {{ ...F{n + 1} }}" for n in range(2_000))
    with pytest.raises(RequestError, match="nested too deeply"):
        measured(f"{{ ...F0 }} {chain} fragment F2000 on T {{ id }}")
