"""Archives: written, read back, and only then may rows be deleted."""

from typing import Any
from uuid import uuid4

import pytest

from tests.database.pushes import Json
from tests.database.world import World

CHECKSUM = "a" * 64
ARCHIVE: Json = {
    "source_table": "test_results",
    "period_start": "2026-01-01T00:00:00Z",
    "period_end": "2026-02-01T00:00:00Z",
    "location": "archives/2026-01.parquet",
    "row_count": 10,
    "size_bytes": 999,
    "checksum": CHECKSUM,
}


def _record(world: World, **more: Any) -> Json:
    row: Json = world.worker.call(
        "record_archive", p_organization_id=world.facts.organization_id, p_archive=ARCHIVE | more
    )
    return row


def _verify(archive: Json, **more: Any) -> Json:
    return {"p_archive_id": archive["id"], "p_row_count": 10, "p_checksum": CHECKSUM} | more


def test_an_archive_goes_from_written_to_verified_to_done(world: World) -> None:
    """Each step may be said twice."""
    archive = _record(world)
    assert (archive["state"], archive["format"]) == ("written", "parquet")
    for _ in range(2):
        assert world.worker.call("verify_archive", **_verify(archive))["state"] == "verified"
    for _ in range(2):
        done = world.worker.call("close_archive", p_archive_id=archive["id"], p_deleted_rows=10)
        assert (done["state"], done["deleted_rows"]) == ("done", 10)


def test_what_was_not_read_back_is_not_closed(world: World) -> None:
    """Nothing is deleted before its archive is there."""
    archive = _record(world)
    refusal = world.worker.refused("close_archive", p_archive_id=archive["id"], p_deleted_rows=1)
    assert (refusal.code, refusal.message) == ("PT409", "this archive was not read back yet")


@pytest.mark.parametrize("more", [{"p_row_count": 9}, {"p_checksum": "b" * 64}, {"p_checksum": None}])
def test_another_content_is_no_proof(world: World, more: Json) -> None:
    """Fewer rows, or other ones."""
    archive = _record(world)
    assert world.worker.refused("verify_archive", **_verify(archive, **more)).code == "PT409"


def test_a_file_written_again_is_to_be_read_back_again(world: World) -> None:
    """Until its rows are deleted; then it stays."""
    archive = _record(world)
    world.worker.call("verify_archive", **_verify(archive))
    again = _record(world, row_count=11)
    assert (again["id"], again["state"], again["verified_at"]) == (archive["id"], "written", None)
    world.worker.call("verify_archive", **_verify(archive, p_row_count=11))
    world.worker.call("close_archive", p_archive_id=archive["id"], p_deleted_rows=11)
    refusal = world.worker.refused(
        "record_archive", p_organization_id=world.facts.organization_id, p_archive=ARCHIVE
    )
    assert refusal.code == "PT409"


@pytest.mark.parametrize(
    "more",
    [
        {"source_table": "Test Results"},
        {"period_end": "2025-01-01T00:00:00Z"},
        {"period_start": "yesterday-ish"},
        {"row_count": -1},
        {"row_count": "ten"},
        {"checksum": "short"},
        {"location": None},
        {"location": " "},
    ],
)
def test_a_bad_archive_is_refused(world: World, more: Json) -> None:
    """And nothing is noted."""
    refusal = world.worker.refused(
        "record_archive", p_organization_id=world.facts.organization_id, p_archive=ARCHIVE | more
    )
    assert refusal.code == "PT422"
    assert world.count("public.archives") == 0


def test_an_archive_or_organization_that_is_not_there_is_refused(world: World) -> None:
    """By its id."""
    unknown = {"id": uuid4()}
    assert world.worker.refused("verify_archive", **_verify(unknown)).code == "PT404"
    nobodys = world.worker.refused("record_archive", p_organization_id=uuid4(), p_archive=ARCHIVE)
    assert nobodys.code == "PT422"


def test_members_see_archives_and_only_workers_write_them(world: World) -> None:
    """Through functions."""
    archive = _record(world)
    for member in world.members:
        assert [row["id"] for row in member.rows("select id from public.archives")] == [archive["id"]]
        assert member.refused("verify_archive", **_verify(archive)).code == "42501"
        assert member.refused_to("delete from public.archives").code == "42501"
    for other in world.not_members:
        assert other.rows("select * from public.archives") == []
    for nobody in (world.anonymous, world.worker):
        assert nobody.refused_to("select * from public.archives").code == "42501"
