"""How full a database is: rows, sizes, partitions, queues, and the time its rows span."""

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

from worker.local.remote import connected

if TYPE_CHECKING:
    import psycopg

#: A table up to this many rows is counted; of a larger one Postgres' own estimate is said.
COUNTED_ROWS = 100_000

# Partitions count as their parent. A table that was never analysed has no estimate: -1.
_TABLES = """
    select class.oid::regclass::text,
      sum(greatest(part.reltuples, 0))::bigint, bool_or(part.reltuples < 0),
      sum(pg_table_size(part.oid))::bigint, sum(pg_indexes_size(part.oid))::bigint,
      count(*) filter (where part.oid <> class.oid)
    from pg_class as class
    join lateral (
      select * from pg_partition_tree(class.oid) where class.relkind = 'p' and isleaf
      union all
      select class.oid, null, true, 0 where class.relkind = 'r'
    ) as tree on true
    join pg_class as part on part.oid = tree.relid
    where class.relnamespace in ('public'::regnamespace, 'private'::regnamespace)
      and class.relkind in ('r', 'p')
    group by class.oid, class.relkind, class.relnamespace
    order by class.relnamespace::regnamespace::text desc, class.relname
"""

# By table: the moment that an index leads with, so that first and last are found without a scan; else the
# moment of creation, for tables so small that a scan is nothing.
_MOMENTS = """
    select distinct on (attrelid) attrelid::regclass::text, quote_ident(attname), indexrelid is not null
    from pg_attribute
    join pg_class as class on class.oid = attrelid and relkind in ('r', 'p')
    left join pg_index on indrelid = attrelid and attnum = indkey[0] and indpred is null
    where attname in ('created_at', 'run_created_at') and not attisdropped
      and relnamespace in ('public'::regnamespace, 'private'::regnamespace)
    order by attrelid, indexrelid is null, attname
"""

_PARTITIONS = """
    select inhparent::regclass::text, part.relname, greatest(part.reltuples, 0)::bigint,
      pg_total_relation_size(part.oid)::bigint, pg_get_expr(part.relpartbound, part.oid)
    from pg_inherits
    join pg_class as part on part.oid = inhrelid
    join pg_class as parent on parent.oid = inhparent and parent.relkind = 'p'
    where parent.relnamespace = 'public'::regnamespace
    order by 1, 2
"""

_QUEUES = """
    select queue_name, queue_length, oldest_msg_age_sec, total_messages
    from pgmq.metrics_all()
    order by queue_name
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class TableSize:
    """A table with all its partitions. `exact` is false where `rows` is Postgres' estimate. `oldest` and
    `newest` are None where there are no rows, or where finding them would mean reading all of them."""

    name: str
    rows: int
    exact: bool
    table_bytes: int
    index_bytes: int
    partitions: int = 0
    oldest: datetime | None = None
    newest: datetime | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class PartitionSize:
    """One part of a large table. `rows` is Postgres' estimate."""

    table: str
    name: str
    rows: int
    total_bytes: int
    bounds: str


@dataclass(frozen=True, slots=True, kw_only=True)
class QueueLength:
    """What waits in a queue. `total` counts all that was ever put in."""

    name: str
    waiting: int
    oldest_seconds: int | None
    total: int


@dataclass(frozen=True, slots=True, kw_only=True)
class Statistics:
    """How full a database is."""

    database_bytes: int
    tables: tuple[TableSize, ...]
    partitions: tuple[PartitionSize, ...]
    queues: tuple[QueueLength, ...]


def read_statistics(url: str) -> Statistics:
    """How full the database at `url` is. Reads no large table from end to end."""
    with connected(url) as connection:
        [size] = connection.execute("select pg_database_size(current_database())").fetchone() or (0,)
        return Statistics(
            database_bytes=size,
            tables=_tables(connection),
            partitions=tuple(
                PartitionSize(table=table, name=name, rows=rows, total_bytes=total, bounds=bounds)
                for table, name, rows, total, bounds in connection.execute(_PARTITIONS)
            ),
            queues=tuple(
                QueueLength(name=name, waiting=waiting, oldest_seconds=oldest, total=total)
                for name, waiting, oldest, total in connection.execute(_QUEUES)
            ),
        )


def _tables(connection: "psycopg.Connection[Any]") -> tuple[TableSize, ...]:
    moments = {
        table: (column, indexed)
        for table, column, indexed in connection.execute(_MOMENTS.encode()).fetchall()
    }
    rows = connection.execute(_TABLES.encode()).fetchall()
    return tuple(_table(connection, row, *moments.get(row[0], (None, False))) for row in rows)


def _table(
    connection: "psycopg.Connection[Any]", row: tuple[Any, ...], moment: str | None, indexed: bool
) -> TableSize:
    name, estimate, never_analysed, table_bytes, index_bytes, partitions = row
    exact = estimate <= COUNTED_ROWS and (not never_analysed or table_bytes < COUNTED_ROWS * 100)
    [count] = _first(connection, f"select count(*) from {name}") if exact else (estimate,)
    oldest, newest = (
        _first(connection, f"select min({moment}), max({moment}) from {name}")
        if moment and (indexed or exact)
        else (None, None)
    )
    return TableSize(
        name=name,
        rows=count,
        exact=exact,
        table_bytes=table_bytes,
        index_bytes=index_bytes,
        partitions=partitions,
        oldest=oldest,
        newest=newest,
    )


def _first(connection: "psycopg.Connection[Any]", query: str) -> tuple[Any, ...]:
    return connection.execute(query.encode()).fetchone() or ()
