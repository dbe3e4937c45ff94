"""Times queries as members ask them, and looks at their plans."""

import json
import statistics
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from time import perf_counter
from typing import Any
from uuid import UUID

import psycopg

from bench.database.queries import Query
from bench.database.tenants import Place

#: A partition with fewer rows is tiny: reading all of it is the right thing to do.
TINY_ROWS = 10_000


@dataclass(frozen=True, slots=True, kw_only=True)
class Measure:
    """How long a query took, in milliseconds, over all places, and how it was answered."""

    name: str
    p50: float
    p95: float
    rows: int
    nodes: tuple[str, ...]
    #: Partitions that it read as a whole, or more than half of.
    scanned: tuple[str, ...]


def measure(
    connection: "psycopg.Connection[Any]", query: Query, places: Sequence[Place], *, rounds: int, member: bool
) -> Measure:
    """Ask the query at every place, `rounds` times, and explain it once at each."""
    times, most = [], 0
    nodes: dict[str, None] = {}
    scanned: dict[str, None] = {}
    for place in places:
        with _asking(connection, place.member_id if member else None):
            for _ in range(rounds):
                began = perf_counter()
                found = connection.execute(query.sql.encode(), place.values).fetchall()
                times.append((perf_counter() - began) * 1000)
                most = max(most, len(found))
            plan = _explain(connection, query, place)
        for node in _nodes(plan):
            nodes[str(node["Node Type"])] = None
        with connection.transaction():
            scanned |= dict.fromkeys(_whole_partitions(connection, plan))
    return Measure(
        name=query.name,
        p50=statistics.median(times),
        p95=percentile(times, 95),
        rows=most,
        nodes=tuple(nodes),
        scanned=tuple(scanned),
    )


def use_indexes(connection: "psycopg.Connection[Any]", query: Query, place: Place, *, member: bool) -> None:
    """Ask once where reading a small table as a whole is no choice: an index that serves it is used then."""
    with _asking(connection, place.member_id if member else None):
        connection.execute("set local enable_seqscan = off")
        connection.execute(query.sql.encode(), place.values)


def percentile(values: Sequence[float], percent: int) -> float:
    """The smallest value that `percent` of them do not exceed."""
    ordered = sorted(values)
    return ordered[max(0, -(-len(ordered) * percent // 100) - 1)]


@contextmanager
def _asking(connection: "psycopg.Connection[Any]", user_id: UUID | None) -> Iterator[None]:
    """As the Data API does it: a transaction with the role and the claims of a token."""
    with connection.transaction(force_rollback=True):
        if user_id is not None:
            claims = json.dumps({"sub": str(user_id), "role": "authenticated"})
            connection.execute("select set_config('request.jwt.claims', %s, true)", (claims,))
            connection.execute("set local role authenticated")
        yield


def _explain(connection: "psycopg.Connection[Any]", query: Query, place: Place) -> dict[str, Any]:
    statement = f"explain (analyze, timing off, format json) {query.sql}"
    row = connection.execute(statement.encode(), place.values).fetchone()
    assert row is not None
    plan: dict[str, Any] = row[0][0]["Plan"]
    return plan


def _nodes(plan: dict[str, Any]) -> Iterator[dict[str, Any]]:
    yield plan
    for part in plan.get("Plans", ()):
        yield from _nodes(part)


def _whole_partitions(connection: "psycopg.Connection[Any]", plan: dict[str, Any]) -> Iterator[str]:
    sizes = dict(
        connection.execute(
            "select relname, reltuples from pg_catalog.pg_class "
            "where relnamespace = 'partitions'::regnamespace"
        ).fetchall()
    )
    for node in _nodes(plan):
        name, loops = node.get("Relation Name"), node["Actual Loops"]
        size = sizes.get(name, 0)
        if size < TINY_ROWS or not loops:
            continue
        read = (node["Actual Rows"] + node.get("Rows Removed by Filter", 0)) * loops
        if node["Node Type"] == "Seq Scan" or read > size / 2:
            yield f"{name} ({node['Node Type']}, {read:,.0f} of {size:,.0f} rows)"
