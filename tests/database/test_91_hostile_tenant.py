"""Somebody who owns an organization, and wants to know what another one does. He tries indirect ways, too.

There is no storage in the product: files of fixtures are named by a path, which is tried here.
"""

from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.database.actors import Actor
from tests.database.hostile import WITHOUT_IDS, arguments_about, nobody_like, without_ids
from tests.database.matrix import read_matrix
from tests.database.samples import Sample, is_marked
from tests.database.stage import Stage

TABLES = sorted({right.table for right in read_matrix()} - {"workers"})
INSERTED = sorted({right.table for right in read_matrix() if right.outcome == "i"})


def _said(attempt: Any) -> str:
    """All that the database answers to an attempt that must fail."""
    try:
        answer = attempt()
    except psycopg.Error as error:
        said = error.diag
        parts = (error.sqlstate, said.message_primary, said.message_detail, said.message_hint)
        return " | ".join(part or "" for part in parts)
    raise AssertionError(f"was not refused, but answered {answer!r}")


def _functions(stage: Stage, role: str) -> set[str]:
    rows = stage.session.rows(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace "
        "and has_function_privilege(%s, oid, 'execute')",
        role,
    )
    return {row["proname"] for row in rows}


# Functions


def test_every_function_is_tried(stage: Stage) -> None:
    """A new function for members says what a hostile one could give it."""
    tried = set(arguments_about(stage.shop)) | WITHOUT_IDS
    assert tried == _functions(stage, "authenticated")


@pytest.mark.parametrize("caller", ["outsider", "stranger"])
def test_foreign_ids_are_answered_like_ids_that_do_not_exist(stage: Stage, caller: str) -> None:
    """By every function: not found, in the same words, without a name of the other tenant."""
    hostile: Actor = getattr(stage.world, caller)
    nobody = nobody_like(stage.shop)
    for function, arguments in arguments_about(stage.shop).items():
        foreign = _said(lambda f=function, a=arguments: hostile.call_all(f, **a))
        unknown = _said(lambda f=function: hostile.call_all(f, **arguments_about(nobody)[f]))
        told = without_ids(foreign, stage.shop)
        assert told == without_ids(unknown, nobody), function
        assert foreign.startswith("PT404"), function
        assert not is_marked(told, stage.shop), function


def test_the_same_calls_are_right_for_members(stage: Stage) -> None:
    """What is refused above is refused for who asks, not for what is asked."""
    for function, arguments in arguments_about(stage.shop).items():
        with stage.session.transaction():
            stage.world.owner.call_all(function, **arguments)


def test_who_is_not_signed_in_may_only_show_a_secret(stage: Stage) -> None:
    """That of a token or of an invitation. A member calls no function of workers, but for those that record:
    with them he tells of his own runs."""
    assert _functions(stage, "anon") == {"exchange_project_token", "find_invitation"}
    shared = _functions(stage, "authenticated") & _functions(stage, "service_role")
    assert shared == {"finish_run", "record_fixture_usage", "record_run"}


def test_a_key_of_one_tenant_says_nothing_to_another(stage: Stage) -> None:
    """The same idempotency key in two organizations is two requests."""
    for caller, tenant in ((stage.world.owner, stage.shop), (stage.world.outsider, stage.other)):
        [run] = caller.call_all(
            "request_runs", **arguments_about(tenant)["request_runs"], p_idempotency_key="shared"
        )
        assert run["organization_id"] == tenant.organization_id


def test_a_colleague_of_others_cannot_be_named(stage: Stage) -> None:
    """Whoever is made the owner of a quarantine is a colleague; who exists elsewhere is nobody here."""
    arguments = arguments_about(stage.other)["quarantine_tests"]
    elsewhere, nobody = stage.world.viewer.id, uuid4()
    said = {
        _said(
            lambda p=person: stage.world.outsider.call_all("quarantine_tests", **arguments, p_owner=p)
        ).replace(str(person), "<id>")
        for person in (elsewhere, nobody)
    }
    assert len(said) == 1


# Rows


@pytest.mark.parametrize("table", INSERTED)
def test_no_row_is_made_in_or_for_another_organization(stage: Stage, table: str) -> None:
    """Foreign ids in a new row are refused like ids that do not exist, column by column."""
    row = _sample(stage).new(table)
    ids = {"organization_id", "project_id", "environment_id"} & set(row)
    for column in ids:
        said = {
            without_ids(_insert(stage, table, row | {column: value}), stage.shop, stage.other).replace(
                str(value), "<id>"
            )
            for value in (getattr(stage.shop, column), uuid4())
        }
        assert len(said) == 1, said
        assert not any(is_marked(text, stage.shop) for text in said)


def _sample(stage: Stage) -> Sample:
    outsider = stage.world.outsider.id
    return Sample(session=stage.session, tenant=stage.other, caller=outsider, colleague=outsider, row="own")


def _insert(stage: Stage, table: str, row: dict[str, Any]) -> str:
    places = ", ".join("%s" for _ in row)
    statement = f"insert into public.{table} ({', '.join(row)}) values ({places})"
    return _said(lambda: stage.world.outsider.change(statement, *row.values()))


def test_no_row_is_moved_to_another_organization(stage: Stage) -> None:
    """References that people may change are refused like ids that do not exist; the organization stays."""
    rows = stage.session.rows(
        """
        select attrelid::regclass::text as table, attname as column
        from pg_attribute
        join pg_class as class on class.oid = attrelid
        where relnamespace = 'public'::regnamespace and relkind in ('r', 'p')
          and atttypid = 'uuid'::regtype and attnum > 0
          and has_column_privilege('authenticated', attrelid, attnum, 'update')
        """
    )
    changed = {(row["table"], row["column"]) for row in rows}
    assert {column for _, column in changed} <= {"project_id", "environment_id", "endpoint_id"}
    for table, column in changed:
        said = {
            _said(
                lambda t=table, c=column, v=value: stage.world.outsider.change(f"update {t} set {c} = %s", v)
            ).replace(str(value), "<id>")
            for value in (getattr(stage.shop, column), uuid4())
        }
        assert len(said) == 1, said


@pytest.mark.parametrize("table", TABLES)
def test_a_filter_cannot_look_at_rows_that_are_not_shown(stage: Stage, table: str) -> None:
    """A condition that fails on a foreign row, to learn of it from the failure, never gets to see it."""
    word = {
        "users": stage.world.viewer.id,
        "user_preferences": stage.world.owner.id,
    }.get(table, stage.shop.organization_id)
    trap = "1 / (1 - sign(strpos(row::text, %s))::integer) = 1"
    query = f"select 1 as one from public.{table} as row where {trap} order by row::text"
    stage.world.outsider.rows(query, str(word))
    with pytest.raises(psycopg.errors.DivisionByZero), stage.session.transaction():
        stage.session.rows(query, str(word))


@pytest.mark.parametrize("table", TABLES)
def test_nothing_that_is_shown_mentions_another_tenant(stage: Stage, table: str) -> None:
    """Not in any column of any row: no id, no name, no value, and to nobody a secret."""
    for row in stage.world.outsider.rows(f"select row::text as text from public.{table} as row"):
        assert not is_marked(row["text"], stage.shop), table
    for row in stage.world.owner.rows(f"select row::text as text from public.{table} as row"):
        assert not any(secret in row["text"] for secret in stage.shop.secrets), table


def test_names_that_others_took_are_free(stage: Stage) -> None:
    """A refusal would tell that there is such an organization, project, environment, suite, …"""
    outsider = stage.world.outsider
    assert outsider.call("create_organization", p_name="Shop", p_slug="shop")["slug"] == "shop"
    for table in set(INSERTED) - {"user_preferences"}:
        with stage.session.transaction():
            _put_both(stage, table)


def _put_both(stage: Stage, table: str) -> None:
    for caller, tenant in ((stage.world.owner, stage.shop), (stage.world.outsider, stage.other)):
        sample = Sample(
            session=stage.session, tenant=tenant, caller=caller.id, colleague=caller.id, row="own"
        )
        row = sample.new(table)
        places = ", ".join("%s" for _ in row)
        caller.change(f"insert into public.{table} ({', '.join(row)}) values ({places})", *row.values())


def test_what_is_unique_is_unique_in_an_organization(stage: Stage) -> None:
    """Every unique index names the organization, or an id that only its members can write there."""
    rows = stage.session.rows(
        """
        select indexrelid::regclass::text as name,
          array(
            select attname::text from pg_attribute where attrelid = indrelid and attnum = any (indkey)
          ) as columns
        from pg_index join pg_class on pg_class.oid = indrelid
        where indisunique and not indisprimary and relnamespace = 'public'::regnamespace
          and indrelid <> 'public.workers'::regclass
        """
    )
    open_ones = [row["name"] for row in rows if not any(c.endswith("_id") for c in row["columns"])]
    assert open_ones == []


def test_a_file_lies_in_the_folder_of_its_organization(stage: Stage) -> None:
    """The only path that a tenant can name."""
    row = _sample(stage).new("test_data_fixtures")
    del row["content"]
    for path in (
        f"{stage.shop.organization_id}/data.json",
        f"{stage.other.organization_id}/../{stage.shop.organization_id}/data.json",
        "/data.json",
    ):
        assert _insert(stage, "test_data_fixtures", row | {"kind": "file", "storage_path": path}).startswith(
            "23514"
        )


# Beside the tables


def test_topics_of_others_are_silent(stage: Stage) -> None:
    """Runs, projects, the workers' topic, and what only looks like one."""
    topics = [
        f"run:{stage.shop.claimed_run_id}",
        f"project:{stage.shop.project_id}",
    ]
    nobodys = ["workers", f"run:{stage.shop.project_id}", f"run:{uuid4()}", "run:", "run:%", "*", ""]
    for topic in topics:
        assert _follows(stage.world.viewer, topic), topic
    for topic in (*topics, *nobodys):
        for hostile in (stage.world.outsider, stage.world.stranger):
            assert not _follows(hostile, topic), topic
    for topic in nobodys:
        assert not _follows(stage.world.owner, topic), topic


def _follows(caller: Actor, topic: str) -> bool:
    [row] = caller.rows("select private.may_follow(%s) as may", topic)
    return bool(row["may"])


def test_statistics_of_the_server_say_nothing(stage: Stage) -> None:
    """Postgres keeps common values of each column; whoever is under a policy does not get to see them."""
    stage.session.change("analyze public.projects")
    assert stage.world.outsider.rows("select * from pg_stats where schemaname in ('public', 'private')") == []


def test_nothing_but_the_public_schema_can_be_read(stage: Stage) -> None:
    """No role of the API has a right on a table of ours elsewhere, or on users, secrets and queues."""
    rows = stage.session.rows(
        """
        select relation::regclass::text as name, role
        from (select oid as relation, relnamespace::regnamespace::text as schema from pg_class
              where relkind in ('r', 'p', 'v', 'm', 'S')) as found
        cross join unnest(array['anon', 'authenticated']) as role
        where schema in ('private', 'partitions', 'auth', 'vault', 'pgmq', 'supabase_migrations')
          and case when has_schema_privilege(role, schema, 'usage')
            then has_any_column_privilege(role, relation, 'select, insert, update') end
        """
    )
    assert rows == []


def test_views_show_what_the_caller_may_see(stage: Stage) -> None:
    """All of them ask as the caller, not as their owner."""
    rows = stage.session.rows(
        "select relname, reloptions from pg_class "
        "where relnamespace = 'public'::regnamespace and relkind in ('v', 'm')"
    )
    assert [row["relname"] for row in rows if "security_invoker=true" not in (row["reloptions"] or [])] == []


def test_colleagues_are_all_that_a_person_sees_of_people(stage: Stage) -> None:
    """A list of users, guesses by id, and a join over organizations."""
    seen = {row["id"] for row in stage.world.outsider.rows("select id from public.users")}
    assert seen == {stage.world.outsider.id}
    people: dict[str, UUID] = stage.world.facts.people
    for person in set(people.values()) - seen:
        assert stage.world.outsider.rows("select name from public.users where id = %s", person) == []
