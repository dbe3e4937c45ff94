"""Which migrations data has, and what that means for those that are there."""

from pathlib import Path

import pytest

from worker.local.schema_record import (
    Migration,
    Plan,
    SchemaRecord,
    applied_migrations,
    migrations_in,
    plan,
    read_record,
    write_record,
)

ONE, TWO = Migration("1", "first text"), Migration("2", "second text")
CHANGED = Migration("1", "another text")


@pytest.mark.parametrize(
    ("applied", "present", "expected"),
    [
        ([], [], Plan.NOTHING),
        ([], [ONE], Plan.PUSH),
        ([ONE], [ONE], Plan.NOTHING),
        ([ONE], [ONE, TWO], Plan.PUSH),
        ([ONE], [CHANGED], Plan.REFUSE),
        ([ONE, TWO], [ONE], Plan.REFUSE),
        ([TWO], [ONE, TWO], Plan.REFUSE),
        ([Migration("1", "")], [ONE], Plan.REFUSE),
    ],
    ids=["nothing", "new", "same", "more", "changed", "gone", "late", "unrecorded"],
)
def test_what_was_applied_must_be_the_beginning_of_what_is_there(
    applied: list[Migration], present: list[Migration], expected: Plan
) -> None:
    """Then the rest is pushed; anything else is another schema."""
    assert plan(applied, present=present) is expected


def test_migrations_are_told_from_other_files(tmp_path: Path) -> None:
    """By a number and an underscore, in the order of their names."""
    for name in ("20260102_b.sql", "20260101_a.sql", "notes.md", "later.sql", "20260103_c.sql.bak"):
        (tmp_path / name).write_text(name)
    assert [migration.version for migration in migrations_in(tmp_path)] == ["20260101", "20260102"]


def test_a_changed_text_is_another_migration(tmp_path: Path) -> None:
    """The version alone does not tell."""
    path = tmp_path / "1_a.sql"
    path.write_text("select 1")
    before = migrations_in(tmp_path)
    path.write_text("select 2")
    assert migrations_in(tmp_path) != before


def test_a_folder_without_migrations_has_none(tmp_path: Path) -> None:
    """Also when it is not there at all."""
    assert migrations_in(tmp_path / "nowhere") == ()


def test_after_a_crash_the_database_says_how_far_it_came() -> None:
    """Its versions, with the texts that were recorded before; what nobody recorded matches nothing."""
    record = SchemaRecord(migrations=(ONE, TWO))
    assert applied_migrations(record, versions=["1"]) == (ONE,)
    assert applied_migrations(record, versions=["2", "1", "3"]) == (ONE, TWO, Migration("3", ""))


def test_a_record_survives_the_way_there_and_back(tmp_path: Path) -> None:
    """And is empty where there is none, or nothing that makes sense."""
    path = tmp_path / "schema.json"
    assert read_record(path) == SchemaRecord()
    record = SchemaRecord(bootstrap="b", migrations=(ONE, TWO), complete=True)
    write_record(path, record)
    assert read_record(path) == record
    path.write_text('{"bootstrap": "b"}')
    assert read_record(path) == SchemaRecord()
