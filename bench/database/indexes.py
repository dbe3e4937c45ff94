"""Which indexes nobody used."""

from typing import Any

import psycopg

#: Partitions' indexes count for the index of the parent they belong to.
_USE = """
select parent.relname, bool_or(index.indisunique) as keeps_a_rule, coalesce(sum(usage.idx_scan), 0) as scans
from pg_catalog.pg_stat_all_indexes as usage
join pg_catalog.pg_index as index on index.indexrelid = usage.indexrelid
left join lateral (
  select pg_catalog.pg_partition_root(usage.indexrelid) as id
) as root on true
join pg_catalog.pg_class as parent on parent.oid = coalesce(root.id, usage.indexrelid)
where usage.schemaname in ('public', 'private', 'partitions')
group by parent.relname
order by parent.relname
"""


def forget_use(connection: "psycopg.Connection[Any]") -> None:
    """Count from zero again, as the superuser: what filled the database is no query."""
    connection.execute("select pg_catalog.pg_stat_reset()")


def unused_indexes(connection: "psycopg.Connection[Any]") -> list[str]:
    """Indexes that keep no rule and that no query has used since."""
    connection.execute("select pg_catalog.pg_stat_clear_snapshot()")
    return [name for name, keeps_a_rule, scans in connection.execute(_USE) if not keeps_a_rule and not scans]
