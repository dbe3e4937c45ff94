"""The database before the first migration: who may what, as on a hosted project."""

from typing import Any

import psycopg
import pytest

from tests.acceptance.local.people import Project
from worker.local.bootstrap import bootstrap
from worker.local.files import local_folder
from worker.local.keys import keys_of
from worker.local.packages import install_packages
from worker.local.stack import StackInfo

pytestmark = pytest.mark.stack

API_ROLES = ["anon", "authenticated", "service_role"]


def test_who_applies_migrations_is_no_superuser(project: Project) -> None:
    """So that what works here works on a hosted project, where nobody is."""
    (found,) = project.run(
        "select rolsuper, rolbypassrls, rolcreaterole from pg_roles where rolname = current_user"
    )
    assert found == (False, True, True)


@pytest.mark.parametrize(
    "statement",
    [
        "create table realtime.mine (id int)",
        "alter table auth.users add column mine int",
        "select vault._key()",
        "select pg_read_file('../vault.key')",
        "select * from pg_authid",
        "create extension file_fdw",
        "drop event trigger refuse_grants_by_the_api",
    ],
)
def test_what_only_the_platform_may_is_refused(project: Project, statement: str) -> None:
    """A migration that tries fails here, and not first in production."""
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        project.run(statement)


@pytest.mark.parametrize(
    "statement",
    [
        "create table public.profiles (id uuid references auth.users on delete cascade)",
        "create trigger t after insert on auth.users execute function public.announce_note()",
        "create policy mine on realtime.messages for select to authenticated using (false)",
        "select pgmq.create('mine')",
        "alter publication supabase_realtime add table public.notes",
        "create schema mine",
        "select extensions.gen_random_bytes(8)",
        "set local role authenticated",
    ],
)
def test_what_migrations_need_is_allowed(stack: StackInfo, statement: str) -> None:
    """Each is tried and undone."""
    with psycopg.connect(**stack.owner.parameters) as connection:
        connection.execute(statement.encode())
        connection.rollback()


def test_secrets_can_be_kept_changed_and_read_by_the_owner_of_migrations(project: Project) -> None:
    """With the functions that hosted projects have; at rest they are encrypted."""
    [(id,)] = project.run("select vault.create_secret('first ü', 'a name', 'why')")
    project.run("select vault.update_secret(%s, 'second', null, 'because')", id)
    found = project.run(
        "select name, description, decrypted_secret, secret from vault.decrypted_secrets where id = %s", id
    )
    [(name, description, secret, at_rest)] = found
    assert (name, description, secret) == ("a name", "because", "second")
    assert "second" not in at_rest
    project.run("delete from vault.secrets where id = %s", id)


@pytest.mark.parametrize("role", API_ROLES)
@pytest.mark.parametrize(
    "statement",
    [
        "select * from vault.decrypted_secrets",
        "select vault.create_secret('x')",
        "select vault._decrypt('x')",
        "select * from auth.users",
        "select pgmq.create('mine')",
    ],
)
def test_the_api_roles_reach_no_secret(stack: StackInfo, role: str, statement: str) -> None:
    """Not even the one with the secret key: functions of the schema decide what it gets."""
    with psycopg.connect(**stack.owner.parameters) as connection:
        connection.execute(f"set local role {role}".encode())
        with pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement.encode())


@pytest.mark.parametrize(
    "settings", [{"claim.sub": "{id}"}, {"claims": '{{"sub": "{id}"}}'}], ids=["old", "new"]
)
def test_policies_learn_who_calls(stack: StackInfo, settings: dict[str, str]) -> None:
    """In both ways in which servers tell it."""
    id = "5b0c6a3e-0000-4000-8000-000000000001"
    with psycopg.connect(**stack.owner.parameters) as connection:
        for name, value in settings.items():
            setting: tuple[Any, ...] = (f"request.jwt.{name}", value.format(id=id))
            connection.execute("select set_config(%s, %s, true)", setting)
        assert connection.execute("select auth.uid()::text").fetchone() == (id,)


def test_preparing_twice_changes_nothing(stack: StackInfo, project: Project) -> None:
    """A newer Baton prepares data that is in use."""
    packages = install_packages(local_folder(), report=print)
    [(before,)] = project.run("select vault.create_secret('kept')")
    bootstrap(stack.admin, keys=keys_of(stack.keys_file), packages=packages)
    kept = project.run("select decrypted_secret from vault.decrypted_secrets where id = %s", before)
    assert kept == [("kept",)]
