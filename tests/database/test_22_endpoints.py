"""Endpoints: what the API under test offers. Editors write them, members read them."""

import pytest

from tests.database.actors import Actor
from tests.database.pushes import Json
from tests.database.world import World

INSERT = (
    "insert into public.api_endpoints (organization_id, project_id, method, path, operation_id) "
    "values (%s, %s, %s, %s, %s) returning *"
)


def _endpoint(world: World, method: str = "GET", path: str = "/cart", operation: str | None = None) -> Json:
    facts = world.facts
    [row] = world.editor.rows(INSERT, facts.organization_id, facts.project_id, method, path, operation)
    return row


def test_an_endpoint_has_patience_and_tries_again(world: World) -> None:
    """30 seconds, three times, after one second, unless somebody says otherwise."""
    row = _endpoint(world)
    assert (row["timeout_seconds"], row["retries"], row["retry_delay_seconds"]) == (30, 3, 1)
    assert (row["protocol"], row["auth_type"], row["created_by"]) == ("rest", "none", world.editor.id)


def test_members_see_endpoints_and_others_do_not(world: World) -> None:
    """Nobody learns how many there are."""
    _endpoint(world)
    for member in world.members:
        assert len(member.rows("select * from public.api_endpoints")) == 1
    for other in world.not_members:
        assert other.rows("select count(*) from public.api_endpoints") == [{"count": 0}]
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.api_endpoints").code == "42501"


def test_editors_write_endpoints_and_viewers_do_not(world: World) -> None:
    """Deleting is a change; the row stays."""
    _endpoint(world)
    facts = world.facts
    values = (facts.organization_id, facts.project_id, "GET", "/x", None)
    for other in (world.viewer, *world.not_members):
        assert other.refused_to(INSERT, *values).code == "42501"
        assert other.change("update public.api_endpoints set tags = '{x}'") == 0
    assert world.editor.change("update public.api_endpoints set deleted_at = now()") == 1
    assert world.owner.refused_to("delete from public.api_endpoints").code == "42501"
    _endpoint(world)


def test_an_endpoint_cannot_belong_to_anothers_project(world: World) -> None:
    """The key includes the organization, and neither can be moved."""
    facts = world.facts
    values = (facts.organization_id, facts.other_project_id, "GET", "/x", None)
    assert world.editor.refused_to(INSERT, *values).code == "23503"
    assert world.editor.refused_to("update public.api_endpoints set organization_id = null").code == "42501"


def test_an_operation_is_there_once(world: World) -> None:
    """Operations of GraphQL share a path."""
    _endpoint(world, "POST", "/graphql", "cart")
    _endpoint(world, "POST", "/graphql", "order")
    facts = world.facts
    again = (facts.organization_id, facts.project_id, "POST", "/graphql", "cart")
    assert world.editor.refused_to(INSERT, *again).code == "23505"


@pytest.mark.parametrize(
    "change",
    [
        "method = 'get it'",
        "path = 'cart'",
        "timeout_seconds = 0",
        "timeout_seconds = -1",
        "retries = 101",
        "retry_delay_seconds = -1",
        "openapi = '[]'",
        "default_headers = '[]'",
        "operation_id = ' '",
        "metadata = '1'",
    ],
)
def test_an_impossible_endpoint_is_refused(world: World, change: str) -> None:
    """By a rule that has a name."""
    _endpoint(world)
    refusal = world.editor.refused_to(f"update public.api_endpoints set {change}")
    assert refusal.code == "23514"
    assert "api_endpoints_" in refusal.message


def test_workers_note_health_and_nobody_else_does(world: World) -> None:
    """When, how it went, and a note that is cut where it is long."""
    identifier = _endpoint(world)["id"]
    world.worker.call("record_health_check", p_endpoint_id=identifier, p_ok=False, p_note="x" * 5000)
    [row] = world.viewer.rows("select * from public.api_endpoints")
    assert (row["last_health_check_ok"], len(row["last_health_check_note"])) == (False, 1000)
    assert row["last_health_check_at"] is not None
    arguments = {"p_endpoint_id": identifier, "p_ok": True}
    for actor in (*world.members, world.anonymous):
        assert _refused(actor, arguments) == "42501"
    assert (
        world.editor.refused_to("update public.api_endpoints set last_health_check_ok = true").code == "42501"
    )


def _refused(actor: Actor, arguments: Json) -> str:
    return actor.refused("record_health_check", **arguments).code


def test_a_check_of_nothing_is_refused(world: World) -> None:
    """So is a check without an outcome."""
    identifier = _endpoint(world)["id"]
    assert _refused(world.worker, {"p_endpoint_id": identifier, "p_ok": None}) == "PT422"
    world.editor.change("update public.api_endpoints set deleted_at = now()")
    assert _refused(world.worker, {"p_endpoint_id": identifier, "p_ok": True}) == "PT404"
