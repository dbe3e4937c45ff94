"""Channels: where people are told. The address goes in, and comes out for workers only."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any
from uuid import UUID, uuid4

import pytest

from tests.database.conftest import OpenWorld
from tests.database.world import World

ADDRESS = "https://hooks.example.com/T0/B0/s3cr3t"
INSERT = (
    "insert into public.notification_channels (organization_id, project_id, name, kind) "
    "values (%s, %s, %s, 'slack') returning id"
)


def _channel(
    world: World, name: str = "team", *, address: str | None = ADDRESS, project: bool = True
) -> UUID:
    facts = world.facts
    [row] = world.admin.rows(INSERT, facts.organization_id, facts.project_id if project else None, name)
    identifier: UUID = row["id"]
    if address:
        world.admin.call("set_notification_address", p_channel_id=identifier, p_address=address)
    return identifier


def _kept(world: World) -> list[str]:
    rows = world.session.rows(
        "select decrypted_secret from vault.decrypted_secrets where name like 'notification_channel/%%'"
    )
    return [row["decrypted_secret"] for row in rows]


def _told(world: World) -> list[Any]:
    channels: list[Any] = world.worker.call("get_notification_channels", p_run_id=world.a_run())
    return channels


def test_members_see_channels_without_addresses(world: World) -> None:
    """Others see nothing; only admins write."""
    _channel(world)
    for member in world.members:
        [row] = member.rows("select * from public.notification_channels")
        assert row["has_address"] is True
        assert "s3cr3t" not in str(row)
    for other in world.not_members:
        assert other.rows("select * from public.notification_channels") == []
    for actor in (world.viewer, world.editor, *world.not_members):
        assert actor.change("update public.notification_channels set enabled = false") == 0
        assert actor.change("delete from public.notification_channels") == 0
        values = (world.facts.organization_id, None, "x")
        assert actor.refused_to(INSERT, *values).code == "42501"
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.notification_channels").code == "42501"


def test_an_address_is_replaced_in_place_and_goes_with_its_channel(world: World) -> None:
    """It is nowhere but in the Vault."""
    identifier = _channel(world)
    world.admin.call("set_notification_address", p_channel_id=identifier, p_address="mailto:a@example.com")
    assert _kept(world) == ["mailto:a@example.com"]
    world.admin.change("delete from public.notification_channels")
    assert _kept(world) == []


def test_of_two_first_addresses_at_once_the_later_one_is_kept(open_world: OpenWorld) -> None:
    """The second administrator waits for the first, and leaves no second secret behind."""
    first, second = open_world(), open_world()
    identifier = _channel(first, address=None)
    with ThreadPoolExecutor(1) as threads:
        with first.session.transaction():
            first.admin.call("set_notification_address", p_channel_id=identifier, p_address=ADDRESS)
            waiting = threads.submit(
                second.admin.call,
                "set_notification_address",
                p_channel_id=identifier,
                p_address="mailto:later@example.com",
            )
            open_world().session.wait_for_blocked()
        waiting.result()
    assert _kept(first) == ["mailto:later@example.com"]


def test_workers_get_the_addresses_of_those_to_be_told(world: World) -> None:
    """Of the run's project, and of the whole organization; not those that are off or have none."""
    _channel(world)
    _channel(world, "all", project=False)
    _channel(world, "no address", address=None)
    off = _channel(world, "off")
    world.admin.change("update public.notification_channels set enabled = false where id = %s", off)
    channels = _told(world)
    assert [(channel["name"], channel["address"]) for channel in channels] == [
        ("all", ADDRESS),
        ("team", ADDRESS),
    ]
    assert channels[0]["events"] == ["failed", "recovered"]


def test_other_organizations_are_not_told(world: World) -> None:
    """Whatever they write down."""
    values = (world.facts.other_organization_id, world.facts.project_id, "spy")
    assert world.outsider.refused_to(INSERT, *values).code == "23503"
    [row] = world.outsider.rows(INSERT, world.facts.other_organization_id, None, "spy")
    world.outsider.call("set_notification_address", p_channel_id=row["id"], p_address="https://spy")
    assert _told(world) == []


def test_only_admins_set_an_address_and_only_workers_read_it(world: World) -> None:
    """To people outside the channel does not exist."""
    arguments = {"p_channel_id": _channel(world, address=None), "p_address": ADDRESS}
    for actor, code in world.all_but_admins:
        assert actor.refused("set_notification_address", **arguments).code == code
    for actor in (*world.members, world.outsider, world.anonymous):
        assert actor.refused("get_notification_channels", p_run_id=uuid4()).code == "42501"
    assert world.worker.refused("get_notification_channels", p_run_id=uuid4()).code == "PT404"


@pytest.mark.parametrize("address", ["", " ", None, "s3cr3t" * 1000])
def test_a_bad_address_is_refused_without_showing_it(world: World, address: str | None) -> None:
    """And nothing is kept."""
    identifier = _channel(world, address=None)
    refusal = world.admin.refused("set_notification_address", p_channel_id=identifier, p_address=address)
    assert (refusal.code, "s3cr3t" in str(refusal)) == ("PT422", False)
    assert _kept(world) == []
