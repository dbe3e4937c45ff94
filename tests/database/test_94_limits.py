"""What is too much, or no number, or no time: tried on every column that somebody may fill."""

from typing import Any

import psycopg
import pytest
from psycopg.types.json import Jsonb

from tests.database.actors import Session, refusal_of
from tests.database.pushes import Json, a_push, a_result, a_suite
from tests.database.stage import Stage
from tests.database.world import World

TOO_LONG = "x" * 3_000_000

#: By type: values that no column holds, however far it is meant to reach.
IMPOSSIBLE: dict[str, dict[str, Any]] = {
    "text": {"3 MB": TOO_LONG},
    "jsonb": {"3 MB": Jsonb({"x": TOO_LONG})},
    "text[]": {"3 MB": "{" + TOO_LONG + "}", "200,000 texts": "{" + "x," * 200_000 + "x}"},
    "double precision": {word: word for word in ("NaN", "Infinity", "-Infinity", "-1", "1e300")},
    "integer": {"-1": -1},
    "bigint": {"-1": -1},
    "timestamp with time zone": {"infinity": "infinity", "-infinity": "-infinity"},
}

#: A rule of the table, or a refusal of a trigger.
REFUSALS = {"23514", "PT409", "PT413", "PT422"}
#: Workers fill these through functions, row by row as they send them.
FILLED_BY_WORKERS = ("test_results", "archives", "workers")
#: Kept by the database itself.
KEPT = ("created_at", "updated_at", "run_created_at", "last_seen_at", "verified_at", "done_at")
#: Of workers, and of fixtures that lie in their row: made by the database.
MADE = {("workers", "started_at"), ("test_data_fixtures", "checksum")}
#: When it was deleted and revoked is now, whatever is written.
NOW = ("deleted_at", "revoked_at")

_COLUMNS = """
    select relname as table, attname as column, format_type(atttypid, null) as type
    from pg_attribute
    join pg_class as class on class.oid = attrelid
    where relnamespace = 'public'::regnamespace and relkind in ('r', 'p') and attnum > 0
      and not attisdropped and attgenerated = ''
      and (relname = any (%s) or has_column_privilege('authenticated', attrelid, attnum, 'insert')
        or has_column_privilege('authenticated', attrelid, attnum, 'update'))
      and not attname = any (%s)
    order by 1, 2
"""


def _columns(session: Session) -> list[tuple[str, str, str]]:
    rows = session.rows(
        _COLUMNS, "{" + ",".join(FILLED_BY_WORKERS) + "}", "{" + ",".join((*KEPT, *NOW)) + "}"
    )
    found = [(row["table"], row["column"], row["type"]) for row in rows]
    return [each for each in found if each[:2] not in MADE]


def _accepts(session: Session, table: str, column: str, value: Any) -> bool:
    """Whether some row takes this value, asked of one row, behind all policies."""
    row = f"ctid = (select ctid from public.{table} limit 1)"
    if table == "test_results":  # a partitioned table has a ctid for each partition
        row = "id = (select id from public.test_results limit 1)"
    try:
        with session.transaction():
            session.change(f'update public.{table} set "{column}" = %s where {row}', value)
            session.change("set constraints all immediate")
            return True
    except psycopg.Error as error:
        if error.sqlstate not in REFUSALS:
            raise
        return False


@pytest.mark.parametrize("kind", sorted(IMPOSSIBLE))
def test_no_column_takes_what_is_too_much_or_no_value(stage: Stage, kind: str) -> None:
    """Text, lists and JSON of 3 MB; numbers below zero, endless ones and what is no number; endless times."""
    columns = [(table, column) for table, column, type_ in _columns(stage.session) if type_ == kind]
    assert columns, "there is something to try"
    accepted = [
        f"{table}.{column} = {name}"
        for table, column in columns
        for name, value in IMPOSSIBLE[kind].items()
        if _accepts(stage.session, table, column, value)
    ]
    assert not accepted, "\n".join(accepted)


@pytest.mark.parametrize("name", [None, "", "  ", "x" * 201])
def test_a_worker_has_a_name(world: World, name: str | None) -> None:
    """People are told it, when they ask who has their run."""
    world.a_run()
    refusal = world.worker.refused("claim_run", p_worker=name)
    assert (refusal.code, refusal.message) == ("PT422", "a worker has a name of at most 200 characters")
    assert refusal.hint
    assert world.claim() is not None, "the run still waits"


@pytest.mark.parametrize(
    ("said", "rule"),
    [
        ({"execution_ms": "NaN"}, "last_at_most_a_week"),
        ({"execution_ms": "Infinity"}, "last_at_most_a_week"),
        ({"total_ms": 1e300}, "last_at_most_a_week"),
        ({"started_at": "1970-01-01T00:00:00Z"}, "do_not_begin_before_their_run"),
        ({"started_at": "-infinity"}, "do_not_begin_before_their_run"),
        ({"started_at": "2999-01-01T00:00:00Z", "finished_at": None}, "do_not_lie_in_the_future"),
        ({"finished_at": "2999-01-01T00:00:00Z"}, "do_not_lie_in_the_future"),
        ({"finished_at": "infinity"}, "do_not_lie_in_the_future"),
    ],
    ids=str,
)
def test_a_clock_that_goes_wrong_is_refused(world: World, said: Json, rule: str) -> None:
    """Times before the run or in the future, and durations that are none: with the rule that they break."""
    run_id = world.a_claimed_run()
    batch = {"results": [a_result("shop/catalog"), a_result("shop/cart", **said)]}
    refusal = world.worker.refused(
        "record_run", p_run_id=run_id, p_lease_number=1, p_batch_number=1, p_context_version=1, p_batch=batch
    )
    assert refusal.code == "PT422"
    assert f"test_results_{rule}" in refusal.message
    assert refusal.hint
    assert world.count("public.test_results") == 0
    assert world.run(run_id)["completed"] == 0


def test_nothing_that_a_worker_sends_is_endless(world: World) -> None:
    """Batches, steps of a context, outcomes: each says its limit, and writes nothing."""
    run_id = world.a_claimed_run()
    lease = {"p_run_id": run_id, "p_lease_number": 1}
    huge = {"x": "x" * 40_000_000}
    version = {"p_version": 1, "p_context": {"variables": huge}, "p_secrets": {}}
    outcome = {"status": "completed", "summary": huge}
    detail = a_result("shop/cart", details=[{"kind": "log", "content": huge}])
    batch = {"p_batch_number": 1, "p_context_version": 1, "p_batch": {"results": [detail]}}
    before = world.run(run_id)
    for function, arguments, what in (
        ("record_run", batch, "bytes in a batch"),
        ("save_execution_context", version, "bytes in one step of a context"),
        ("finish_run", {"p_outcome": outcome}, "bytes in an outcome"),
    ):
        refusal = world.worker.refused(function, **lease, **arguments)
        assert refusal.code == "PT413", function
        assert f"{what} are too many; the limit is" in refusal.message
        assert refusal.hint
    assert world.run(run_id) == before
    assert world.count("public.test_results") == 0


def test_a_suite_that_was_edited_in_place_is_no_endless_file(world: World) -> None:
    """Each of its tests may be long; what they make together has a limit, too."""
    world.push(a_push(a_suite("long", [f"t{number}" for number in range(9)])))
    expectations = {"json": {"x": "x" * 2_000_000}}

    def edit() -> None:
        with world.session.transaction():
            world.editor.change(
                "update public.test_response_specs set expectations = %s where test_case_id in "
                "(select id from public.test_cases where key ~ '^t[0-9]$')",
                expectations,
            )
            world.session.change("set constraints all immediate")

    refusal = refusal_of(edit)
    assert refusal.code == "PT413"
    assert 'bytes in suite "long" are too many' in refusal.message
    assert refusal.hint


SOFTLY_DELETED = (
    "projects",
    "environments",
    "api_endpoints",
    "test_suites",
    "test_cases",
    "test_data_fixtures",
)


def test_these_are_deleted_softly(world: World) -> None:
    """All tables that people delete from without losing what happened."""
    rows = world.session.rows(
        "select attrelid::regclass::text as name from pg_attribute join pg_class on pg_class.oid = attrelid "
        "where attname = 'deleted_at' and relnamespace = 'public'::regnamespace and relkind in ('r', 'p')"
    )
    assert {row["name"] for row in rows} == set(SOFTLY_DELETED)


@pytest.mark.parametrize("table", SOFTLY_DELETED)
@pytest.mark.parametrize("told", ["infinity", "1970-01-01", "2999-01-01"])
def test_what_is_deleted_is_deleted_now(stage: Stage, table: str, told: str) -> None:
    """By the clock of the database, whatever the caller says; said again, it stays as it was."""
    write = f"update public.{table} set deleted_at = %s where deleted_at is null"
    again = f"update public.{table} set deleted_at = %s where deleted_at = now()"
    assert stage.world.admin.change(write, told)
    assert stage.world.admin.change(again, told)
