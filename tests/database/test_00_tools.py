"""`baton db check` and `baton db stats` against a real database."""

import pytest

from tests.database.conftest import Server
from worker.errors import LocalStackError
from worker.local.schema_check import Mistake, check_database
from worker.local.statistics import read_statistics


def _address(server: Server, database: str) -> str:
    owner = server.postgres.owner
    return f"{owner.url.removesuffix('/postgres')}/{database}"


def _spoiled(server: Server, *statements: str) -> str:
    database = server.copy()
    with server.connect(database) as connection:
        for statement in statements:
            connection.execute(statement.encode())
    return _address(server, database)


def _findings(url: str) -> set[tuple[Mistake, str]]:
    return {(finding.mistake, finding.what) for finding in check_database(url, report=lambda _: None)}


def test_a_database_as_it_was_migrated_has_no_findings(server: Server) -> None:
    """Rows, and partitions of other months, are none of its business."""
    assert check_database(_address(server, server.copy()), report=lambda _: None) == ()


def test_whatever_was_changed_by_hand_is_found(server: Server) -> None:
    """Columns, constraints, indexes, policies, triggers, functions, rights: what is gone, what is other,
    and what is there that the schema does not know."""
    url = _spoiled(
        server,
        "alter table public.projects disable row level security",
        "alter table public.projects alter column name drop not null",
        "alter table public.projects add column extra text",
        "drop index public.idx_test_runs_lookup",
        'drop policy "Members see their organizations" on public.organizations',
        "create policy everybody on public.test_results for select to anon using (true)",
        "grant select on public.test_results to anon",
        "grant update (role) on public.organization_members to anon",
        "create or replace function private.is_over(p_status public.run_status) returns boolean language sql"
        " immutable set search_path = '' as 'select true'",
        "grant execute on function private.tell(text, text, jsonb) to anon",
        "create table private.notes (note text)",
    )
    found = _findings(url)
    assert found >= {
        (Mistake.DIFFERENT, "table public.projects"),
        (Mistake.DIFFERENT, "column public.projects.name"),
        (Mistake.UNEXPECTED, "column public.projects.extra"),
        (Mistake.MISSING, "index public.idx_test_runs_lookup"),
        (Mistake.MISSING, 'policy public.organizations "Members see their organizations"'),
        (Mistake.UNEXPECTED, "policy public.test_results everybody"),
        (Mistake.DIFFERENT, "rights on public.test_results"),
        (Mistake.DIFFERENT, "rights on the column public.organization_members.role"),
        (Mistake.DIFFERENT, "function private.is_over(public.run_status)"),
        (Mistake.DIFFERENT, "rights on the function private.tell(text,text,jsonb)"),
        (Mistake.UNEXPECTED, "table private.notes"),
        (Mistake.OPEN, "public.projects has no row-level security"),
        (Mistake.OPEN, "private.notes has no row-level security"),
    }
    assert any(mistake is Mistake.ADVICE and "rls_disabled_in_public" in what for mistake, what in found)


def test_tables_of_other_people_are_theirs(server: Server) -> None:
    """A project may hold more than Baton, as long as that is closed."""
    url = _spoiled(
        server,
        "create table public.recipes (id integer primary key)",
        "alter table public.recipes enable row level security",
        'create policy "Nobody" on public.recipes for select to authenticated using (false)',
    )
    assert _findings(url) == set()


def test_an_open_partition_is_found(server: Server) -> None:
    """Whoever may read a partition reads past the policies of its parent."""
    url = _spoiled(server, "grant select on partitions.test_results_default to authenticated")
    assert _findings(url) == {(Mistake.OPEN, "partitions.test_results_default can be read past its parent")}


def test_an_empty_database_lacks_everything(server: Server) -> None:
    """Said table by table, without stumbling over what is not there."""
    with server.connect("template1", autocommit=True) as connection:
        connection.execute("drop database if exists bare")
        connection.execute("create database bare template template0")
    missing = [name for mistake, name in _findings(_address(server, "bare")) if mistake is Mistake.MISSING]
    assert "table public.test_runs" in missing


def test_statistics_of_a_database_without_the_schema_are_refused(server: Server) -> None:
    """With what Postgres says, and what to look at."""
    with server.connect("template1", autocommit=True) as connection:
        connection.execute("create database plain template template0")
    with pytest.raises(LocalStackError, match="The database refused") as refused:
        read_statistics(_address(server, "plain"))
    assert "baton db status" in (refused.value.hint or "")


def test_statistics_count_rows_partitions_and_queues(server: Server) -> None:
    """As many as there are, each large table with its partitions as one."""
    database = server.copy()
    found = read_statistics(_address(server, database))
    tables = {table.name: table for table in found.tables}
    with server.connect(database) as connection:
        for name in ("organizations", "test_runs", "test_results"):
            counted = connection.execute(f"select count(*) from public.{name}".encode()).fetchone()
            assert (tables[name].rows,) == counted, name
    assert tables["test_results"].partitions >= 2
    assert {queue.name for queue in found.queues} >= {"runs_critical", "runs_dead"}
    assert found.database_bytes > 0
