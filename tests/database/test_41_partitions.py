"""Partitions are made ahead, for all tables that have them, and by whoever claims."""

import pytest

from tests.database.world import World


def _partitions(world: World, table: str) -> list[str]:
    rows = world.session.rows(
        "select tablename from pg_tables where schemaname = 'partitions' and tablename ~ %s order by 1",
        f"^{table}_[0-9]",
    )
    return [row["tablename"] for row in rows]


@pytest.fixture(autouse=True)
def _of_this_month(world: World) -> None:
    """The world may be of the month before, when a new one has just begun."""
    world.session.rows("select private.make_partitions()")


def test_every_partitioned_table_is_looked_after(world: World) -> None:
    """The list that is kept by hand is that of the catalogue, with the right columns."""
    rows = world.session.rows(
        "select relname as name, pg_get_partkeydef(oid) as key from pg_class "
        "where relkind = 'p' and relnamespace = 'public'::regnamespace order by 1"
    )
    kept = world.session.rows(
        "select name, 'RANGE (' || key || ')' as key from private.partitioned_tables() order by 1"
    )
    assert kept == rows


def test_a_claim_makes_the_partitions_that_are_missing(world: World) -> None:
    """Also when only one table lacks one."""
    names = _partitions(world, "audit_log")
    assert len(names) >= 4
    for name in names[-3:]:
        world.session.change(f"drop table partitions.{name}")
    world.a_claimed_run()
    assert _partitions(world, "audit_log") == names


def test_a_month_whose_rows_lie_in_the_default_partition_stays_there(world: World) -> None:
    """Each table for itself."""
    [*_, last] = _partitions(world, "audit_log")
    world.session.change(f"drop table partitions.{last}")
    month = last.removeprefix("audit_log_").replace("_", "-")
    world.session.change(
        "insert into public.audit_log "
        "(organization_id, table_name, record_id, action, changed_as, created_at) "
        f"values (%s, 'x', gen_random_uuid(), 'insert', 'x', '{month}-15 00:00+00')",
        world.facts.organization_id,
    )
    world.session.rows("select private.make_partitions()")
    assert last not in _partitions(world, "audit_log")
    assert len(_partitions(world, "test_results")) >= 4
