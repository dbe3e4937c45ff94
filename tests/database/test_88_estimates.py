"""The planner takes a policy for a fence, not for a search."""

from tests.database.world import World

UNTOLD = """
select table_name.relname
from pg_catalog.pg_class as table_name
join pg_catalog.pg_attribute as organization
  on organization.attrelid = table_name.oid and organization.attname = 'organization_id'
where table_name.relnamespace in ('public'::regnamespace, 'partitions'::regnamespace)
  and table_name.relkind in ('r', 'p')
  and organization.attoptions is distinct from array[
    case when table_name.relkind = 'p' then 'n_distinct_inherited=1' else 'n_distinct=1' end
  ]
"""


def test_no_policy_is_taken_for_selective(world: World) -> None:
    """For every table of organizations: else lists of busy projects are sorted instead of read in order."""
    assert world.session.rows(UNTOLD) == []


def test_new_partitions_are_told_as_well(world: World) -> None:
    """Options are not handed on to partitions."""
    world.session.change("select private.make_partition('test_results', '2031-05-01 00:00+00')")
    assert world.session.value("select to_regclass('partitions.test_results_2031_05') is not null")
    assert world.session.rows(UNTOLD) == []
