"""Suites, tests and versions as rows: who sees them, and that versions stay."""

import pytest

from tests.database.world import World

TABLES = [
    "test_suites",
    "test_cases",
    "test_request_configs",
    "test_response_specs",
    "test_dependencies",
]


@pytest.mark.parametrize("table", TABLES)
def test_members_see_what_is_tested_and_others_do_not(world: World, table: str) -> None:
    """Every role of the organization; nobody of another one."""
    for member in world.members:
        assert member.rows(f"select * from public.{table}")
    for other in world.not_members:
        assert other.rows(f"select * from public.{table}") == []
    for actor in (world.anonymous, world.worker):
        assert actor.refused_to(f"select * from public.{table}").code == "42501"


@pytest.mark.parametrize("table", TABLES)
def test_ids_and_organizations_stay(world: World, table: str) -> None:
    """Not even the owner moves a row; what may be edited is tried in test_37_edited_suites.py."""
    for column in ("id", "organization_id", "created_at"):
        assert world.owner.refused_to(f"update public.{table} set {column} = {column}").code == "42501"


@pytest.mark.parametrize("table", TABLES[:4])
def test_nothing_is_deleted_for_good(world: World, table: str) -> None:
    """What was run stays known."""
    assert world.owner.refused_to(f"delete from public.{table}").code == "42501"


def test_a_version_is_never_changed(world: World) -> None:
    """Runs refer to it; not even the owner of the schema rewrites what was run."""
    owner = world.session.actor("postgres")
    refusal = owner.refused_to("update private.suite_versions set source = 'x'")
    assert (refusal.code, refusal.message) == ("PT409", "a version of a suite is never changed")


def test_people_do_not_reach_the_private_tables(world: World) -> None:
    """Not even members."""
    for table in ("suite_versions", "environment_secrets", "run_secrets", "run_leases", "run_requests"):
        for actor in (world.owner, world.worker, world.anonymous):
            assert actor.refused_to(f"select * from private.{table}").code == "42501"
