"""Results and their partitions: who reads them, that they stay, and that a month's place is ready."""

from typing import Any

import psycopg
import pytest

from tests.database.pushes import STARTED_AT, a_result
from tests.database.world import World


def _partitions(world: World) -> set[str]:
    rows = world.session.rows(
        "select relname from pg_class where relnamespace = 'partitions'::regnamespace and relkind = 'r'"
    )
    return {row["relname"] for row in rows}


def _months_ahead(world: World, months: int) -> str:
    month = "date_trunc('month', now() at time zone 'UTC') + make_interval(months => %s)"
    name: str = world.session.value(f"select to_char({month}, 'YYYY_MM')", months)
    return name


@pytest.mark.parametrize("table", ["test_results", "test_result_details"])
def test_members_see_results_and_others_do_not(world: World, table: str) -> None:
    """Every role of the organization; nobody of another one, and no worker."""
    world.record(world.a_claimed_run(), 1, {"results": [a_result("accounts/login")]})
    for member in world.members:
        assert len(member.rows(f"select * from public.{table}")) == 1
    for other in world.not_members:
        assert other.rows(f"select * from public.{table}") == []
    for actor in (world.anonymous, world.worker):
        assert actor.refused_to(f"select * from public.{table}").code == "42501"


@pytest.mark.parametrize("table", ["test_results", "test_result_details"])
def test_nobody_writes_a_result_directly(world: World, table: str) -> None:
    """Not even the owner: results are what a worker saw."""
    for statement in (f"insert into public.{table} default values", f"delete from public.{table}"):
        for actor in (world.owner, world.worker):
            assert actor.refused_to(statement).code == "42501"


def test_evidence_is_compressed_as_quickly_as_the_server_can(world: World) -> None:
    """With lz4 where there is lz4, in every month; else with Postgres' own method, and nothing is missing."""
    has_lz4 = world.session.value(
        "select 'lz4' = any (enumvals) from pg_settings where name = 'default_toast_compression'"
    )
    methods = world.session.rows(
        "select distinct attcompression::text as method from pg_attribute join pg_class on oid = attrelid "
        "where attname = 'content' and relkind in ('r', 'p') and relname like 'test_result_details%%'"
    )
    assert methods == [{"method": "l" if has_lz4 else ""}]


def test_partitions_are_out_of_reach(world: World) -> None:
    """There is no way around the policies of their parents."""
    for partition in _partitions(world):
        for actor in (world.owner, world.worker, world.anonymous):
            assert actor.refused_to(f"select * from partitions.{partition}").code == "42501"


def test_a_result_lies_in_the_month_of_its_run(world: World) -> None:
    """Whatever the time zone of whoever asks."""
    world.record(world.a_claimed_run(), 1, {"results": [a_result("accounts/login")]})
    for table in ("test_results", "test_result_details"):
        place = world.session.value(f"select tableoid::regclass::text from public.{table}")
        assert place == f"partitions.{table}_{_months_ahead(world, 0)}"


def test_partitions_are_made_ahead(world: World) -> None:
    """Three months, and one for what has no month."""
    # The world may be of the month before, when a new one has just begun.
    world.session.rows("select private.make_partitions()")
    wanted = {_months_ahead(world, months) for months in range(4)} | {"default"}
    for table in ("test_results", "test_result_details"):
        assert {f"{table}_{month}" for month in wanted} <= _partitions(world)


def test_a_claim_makes_the_partitions_that_are_missing(world: World) -> None:
    """Nobody has to remember, and no schedule is needed."""
    month = _months_ahead(world, 1)
    for table in ("test_result_details", "test_results"):
        world.session.change(f"alter table public.{table} detach partition partitions.{table}_{month}")
        world.session.change(f"drop table partitions.{table}_{month}")
    lost = f"test_results_{month}"
    assert world.claim() is None
    assert lost in _partitions(world)
    assert world.session.value("select relrowsecurity from pg_class where relname = %s", lost), (
        "a new partition is closed, too"
    )


def test_a_missed_month_stays_where_its_rows_are(world: World) -> None:
    """The default partition keeps them; making partitions does not fail for it."""
    run_id = world.a_claimed_run()
    world.session.change("update public.test_runs set created_at = '2020-02-10' where id = %s", run_id)
    world.record(run_id, 1, {"results": [a_result("accounts/login")]})
    place = world.session.value("select tableoid::regclass::text from public.test_results")
    assert place == "partitions.test_results_default"
    assert (
        world.session.value(
            "select private.month_was_missed('test_results', 'run_created_at', '2020-02-01 00:00+00')"
        )
        is True
    )
    assert (
        world.session.value(
            "select private.month_was_missed('test_results', 'run_created_at', '2020-03-01 00:00+00')"
        )
        is False
    )


def test_a_result_goes_with_its_run(world: World) -> None:
    """And its evidence with it."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [a_result("accounts/login")]})
    world.session.change("delete from public.test_runs where id = %s", run_id)
    assert world.count("public.test_results") == world.count("public.test_result_details") == 0


def test_evidence_goes_with_its_test(world: World) -> None:
    """That of the other tests of the run stays, and so does that of the run as a whole."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [a_result("accounts/login"), a_result("shop/cart")]})
    world.session.change(
        "insert into public.test_result_details (organization_id, run_id, run_created_at, kind) "
        "select organization_id, id, created_at, 'log' from public.test_runs where id = %s",
        run_id,
    )
    world.session.change("delete from public.test_cases where key = 'cart'")
    rows = world.viewer.rows("select kind::text from public.test_result_details order by kind")
    assert [row["kind"] for row in rows] == ["log", "request"]


def test_there_is_no_evidence_without_a_result(world: World) -> None:
    """A test of the run that has no verdict yet; also when other rows of the statement are right."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [a_result("accounts/login")]})
    with pytest.raises(psycopg.errors.ForeignKeyViolation, match="no result in its run"):
        world.session.change(
            "insert into public.test_result_details "
            "(organization_id, run_id, run_created_at, test_case_id, kind) "
            "select run.organization_id, run.id, run.created_at, test.id, 'log' "
            "from public.test_runs as run, public.test_cases as test "
            "where run.id = %s and test.key in ('login', 'cart')",
            run_id,
        )


def test_what_a_result_says_is_in_its_row(world: World) -> None:
    """All of it, with its evidence in order."""
    said: dict[str, Any] = {
        "reason": "status was 500",
        "error_category": "server",
        "fingerprint": "f00",
        "required_only": True,
        "attempts": 3,
        "setup_ms": 0.25,
        "execution_ms": 12.5,
        "teardown_ms": 0,
        "total_ms": 12.75,
        "status_code": 500,
        "request_bytes": 10,
        "response_bytes": 2**40,
    }
    details = [
        {"kind": "request", "attempt": 1, "content": {"url": "/"}},
        {"kind": "log", "attempt": 2, "step": 1, "position": 5, "level": "info", "content": {"text": "hi"}},
    ]
    world.record(
        world.a_claimed_run(), 1, {"results": [a_result("shop/cart", "failed", details=details, **said)]}
    )
    [row] = world.viewer.rows("select *, verdict::text from public.test_results")
    assert {name: row[name] for name in said} == said
    assert (row["verdict"], row["started_at"]) == ("failed", STARTED_AT)
    evidence = world.viewer.rows(
        "select kind::text, attempt, step, position, level, content "
        "from public.test_result_details order by position"
    )
    assert [tuple(line.values()) for line in evidence] == [
        ("request", 1, None, 0, None, {"url": "/"}),
        ("log", 2, 1, 5, "info", {"text": "hi"}),
    ]
