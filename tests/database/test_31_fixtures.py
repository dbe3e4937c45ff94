"""Fixtures: data that tests begin with, measured here, and never changed where others rely on it."""

import hashlib
from typing import Any

import pytest

from tests.database.pushes import Json
from tests.database.world import World

INSERT = (
    "insert into public.test_data_fixtures (organization_id, project_id, key, name, {columns}) "
    "values (%s, %s, %s, %s, {values}) returning *"
)


def _insert(columns: Json) -> str:
    return INSERT.format(columns=", ".join(columns), values=", ".join(["%s"] * len(columns)))


def _fixture(world: World, key: str = "users", **columns: Any) -> Json:
    columns = columns or {"content": ["ann", "bob"]}
    facts = world.facts
    values = (facts.organization_id, facts.project_id, key, key, *columns.values())
    [row] = world.editor.rows(_insert(columns), *values)
    return row


def test_members_see_fixtures_and_others_do_not(world: World) -> None:
    """Editors write them."""
    _fixture(world)
    for member in world.members:
        assert len(member.rows("select * from public.test_data_fixtures")) == 1
    for other in world.not_members:
        assert other.rows("select * from public.test_data_fixtures") == []
    for other in (world.viewer, *world.not_members):
        assert other.change("update public.test_data_fixtures set name = 'x'") == 0
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.test_data_fixtures").code == "42501"
    assert world.owner.refused_to("delete from public.test_data_fixtures").code == "42501"


def test_a_viewer_and_a_stranger_make_none(world: World) -> None:
    """Nor does an editor in another organization, or for another's project."""
    facts = world.facts
    query = _insert({"content": 1})
    for other in (world.viewer, *world.not_members):
        assert other.refused_to(query, facts.organization_id, facts.project_id, "x", "x", [1]).code == "42501"
    values = (facts.organization_id, facts.other_project_id, "x", "x", [1])
    assert world.editor.refused_to(query, *values).code == "23503"


def test_content_is_measured_here(world: World) -> None:
    """Whatever the caller says it is; and again when it changes."""
    row = _fixture(world, content=[1], checksum="0" * 64, size_bytes=99)
    assert (row["checksum"], row["size_bytes"]) == (hashlib.sha256(b"[1]").hexdigest(), 3)
    world.editor.change("update public.test_data_fixtures set content = '[12]'")
    [row] = world.viewer.rows("select * from public.test_data_fixtures")
    assert (row["checksum"], row["size_bytes"]) == (hashlib.sha256(b"[12]").hexdigest(), 4)


def test_only_a_fixture_of_a_suite_has_its_data_in_a_file_beside_it(world: World) -> None:
    """A project has no folder; and a suite of another project is not named."""
    facts = world.facts
    query = _insert({"kind": 1, "path": 1})
    beside = (facts.organization_id, facts.project_id, "x", "x", "file", "users.csv")
    assert world.editor.refused_to(query, *beside).code == "23514"
    theirs = world.session.value(
        "insert into public.test_suites (organization_id, project_id, key, name) "
        "values (%s, %s, 'theirs', 'theirs') returning id",
        facts.other_organization_id,
        facts.other_project_id,
    )
    query = _insert({"content": 1, "suite_id": 1})
    values = (facts.organization_id, facts.project_id, "x", "x", [1], theirs)
    assert world.editor.refused_to(query, *values).code == "23503"


def test_a_fixture_lives_as_long_as_it_says(world: World) -> None:
    """From when its content was written."""
    row = _fixture(world, content=[1], ttl_seconds=60)
    assert (row["expires_at"] - row["created_at"]).total_seconds() == 60
    assert _fixture(world, key="forever")["expires_at"] is None


def test_an_immutable_fixture_stays(world: World) -> None:
    """Its words may change; what tests rely on may not, and it does not become mutable."""
    _fixture(world, content=[1], is_immutable=True)
    for change in ("content = '[2]'", "is_immutable = false", "key = 'other'"):
        refusal = world.editor.refused_to(f"update public.test_data_fixtures set {change}")
        assert (refusal.code, refusal.message) == ("PT409", 'the fixture "users" is immutable')
    assert (
        world.editor.change("update public.test_data_fixtures set description = 'x', deleted_at = now()") == 1
    )


def test_a_key_is_free_again_when_its_fixture_was_deleted(world: World) -> None:
    """While it is there it is taken."""
    _fixture(world)
    facts = world.facts
    again = (_insert({"content": 1}), facts.organization_id, facts.project_id, "users", "x", [1])
    assert world.editor.refused_to(*again).code == "23505"
    world.editor.change("update public.test_data_fixtures set deleted_at = now()")
    _fixture(world)


def test_a_file_lies_in_the_folder_of_its_organization(world: World) -> None:
    """Otherwise a fixture could name what another organization stored."""
    facts = world.facts
    own = f"{facts.organization_id}/users.csv.gz"
    row = _fixture(world, kind="file", format="csv", compression="gzip", storage_path=own)
    assert row["checksum"] is None
    query = _insert({"kind": 1, "storage_path": 1})
    for path in (
        f"{facts.other_organization_id}/users.csv",
        f"{facts.organization_id}/../{facts.other_organization_id}/users.csv",
        "users.csv",
    ):
        values = (facts.organization_id, facts.project_id, "x", "x", "file", path)
        assert world.editor.refused_to(query, *values).code == "23514"


@pytest.mark.parametrize(
    "change",
    [
        "key = 'not a key'",
        "name = ' '",
        "format = 'docx'",
        "compression = 'rar'",
        "content = null",
        "kind = 'file'",
        "ttl_seconds = 0",
        "cleanup_after_seconds = -1",
        "metadata = '[]'",
        "settings = '[]'",
        "path = 'beside.csv'",
        "content = to_jsonb(repeat('x', 2097153))",
    ],
)
def test_an_impossible_fixture_is_refused(world: World, change: str) -> None:
    """By a rule that has a name."""
    _fixture(world)
    refusal = world.editor.refused_to(f"update public.test_data_fixtures set {change}")
    assert refusal.code == "23514"
    assert "test_data_fixtures_" in refusal.message
