"""Up, again, down, up: the schema is applied, taken out and applied again, with the same result each time."""

import difflib
import re
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest

from tests.database.actors import Session
from tests.database.conftest import Server
from tests.database.dump import dump
from tests.database.world import build
from worker.errors import OtherSchema
from worker.local.files import supabase_folder
from worker.local.remote import push_schema, schema_status
from worker.local.scratch import ScratchPostgres, scratch_postgres
from worker.schema import MIGRATION, SOURCE

#: As a partition's name, its comment and its bounds have it.
_MONTH = re.compile(r"(?<!\d)(20\d\d)[-_](\d\d)(?!\d)")

#: One for each migration, of the same name.
WAY_BACK = SOURCE / "down" / MIGRATION.name


@pytest.fixture(scope="module")
def postgres() -> Iterator[ScratchPostgres]:
    """With everything a migration expects, and none applied."""
    with scratch_postgres() as postgres:
        yield postgres


def _push(postgres: ScratchPostgres) -> str:
    push_schema(postgres.owner.url, report=lambda _: None)
    return _without_months(_dump(postgres))


def _without_months(text: str) -> str:
    """With the months of partitions counted from the first: a new one may begin between two migrations."""
    months = sorted({(year, month) for year, month in _MONTH.findall(text)})
    return _MONTH.sub(lambda found: f"month {months.index((found[1], found[2]))}", text)


def _dump(postgres: ScratchPostgres) -> str:
    with psycopg.connect(**postgres.admin.parameters) as connection:
        return dump(connection)


def _take_out(postgres: ScratchPostgres) -> None:
    with psycopg.connect(**postgres.owner.parameters) as connection:
        connection.execute(WAY_BACK.read_bytes())


def _difference(before: str, after: str) -> list[str]:
    return [
        line
        for line in difflib.unified_diff(before.splitlines(), after.splitlines(), lineterm="", n=0)
        if not line.startswith(("---", "+++", "@@"))
    ]


def test_the_schema_goes_up_again_down_and_up(postgres: ScratchPostgres) -> None:
    """With the official command line, as an owner who is no superuser, and with people's data in between.

    A second time changes nothing; the way back leaves what was there before; from there it comes out alike.
    """
    before = _dump(postgres)
    up = _push(postgres)
    assert _difference(up, _push(postgres)) == []
    with _session(postgres) as session:
        build(session)
    _take_out(postgres)
    left = _difference(before, _dump(postgres))
    # The command line's diary stays, and is empty.
    assert [line for line in left if "supabase_migrations" not in line] == []
    assert schema_status(postgres.owner.url).applied == ()
    assert _difference(up, _push(postgres)) == []


def test_a_database_of_another_schema_is_refused_and_left_alone(
    postgres: ScratchPostgres, tmp_path: Path
) -> None:
    """By the text of its migrations, which it keeps itself; there is no data folder that knows it."""
    _push(postgres)
    assert schema_status(postgres.owner.url).is_current
    source = tmp_path / "supabase"
    shutil.copytree(supabase_folder(), source)
    migration = source / "migrations" / MIGRATION.name
    migration.write_text(migration.read_text("utf-8").replace("members", "friends"), "utf-8")
    before = _dump(postgres)
    found = schema_status(postgres.owner.url, source=source)
    assert (found.different, found.missing, found.is_current) == (found.applied, (), False)
    with pytest.raises(OtherSchema, match="another version of the schema") as refused:
        push_schema(postgres.owner.url, report=lambda _: None, source=source)
    assert refused.value.hint
    assert postgres.owner.password not in f"{refused.value} {refused.value.where}"
    assert _dump(postgres) == before


@contextmanager
def _session(postgres: ScratchPostgres) -> Iterator[Session]:
    with psycopg.connect(**postgres.admin.parameters) as connection:
        yield Session(connection)


def test_the_way_back_forgets_every_secret(server: Server) -> None:
    """A value in the Vault that nothing refers to any more would stay there for ever."""
    database = server.copy()
    with server.connect(database) as connection:
        session = Session(connection)
        assert session.value("select count(*) from vault.secrets") > 0
        connection.execute(WAY_BACK.read_bytes())
        assert session.value("select count(*) from vault.secrets") == 0


def test_the_way_back_takes_nothing_of_other_people(server: Server) -> None:
    """Something of theirs hangs on a table of ours: nothing happens at all."""
    with server.connect(server.copy(), autocommit=True) as connection:
        connection.execute("create table public.theirs (run_id uuid references public.test_runs (id))")
        before = dump(connection)
        with pytest.raises(psycopg.errors.DependentObjectsStillExist), connection.transaction():
            connection.execute(WAY_BACK.read_bytes())
        assert dump(connection) == before


def test_two_databases_that_differ_have_different_dumps(server: Server) -> None:
    """A dump that sees nothing would prove nothing."""
    with server.connect(server.copy(), autocommit=True) as connection:
        for statement in (
            "comment on column public.projects.key is 'Something else.'",
            "grant select on public.projects to anon",
            "create index idx_more on private.run_leases (worker)",
            "alter table public.test_runs set (fillfactor = 70)",
            "select pgmq.create('runs_more')",
        ):
            before = dump(connection)
            connection.execute(statement.encode())
            assert dump(connection) != before, statement
