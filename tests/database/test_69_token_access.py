"""What a project token may, once exchanged: what its scopes say, in its project, until it is revoked."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from functools import partial
from typing import Any
from uuid import UUID, uuid4

import psycopg
import pytest

from tests.database.actors import Actor, refusal_of
from tests.database.hostile import arguments_about
from tests.database.matrix import read_matrix
from tests.database.pushes import Json, a_push, a_result, a_suite
from tests.database.stage import Stage
from tests.database.world import World

NOT_VALID = ("PT401", "this token is not valid")
READABLE = sorted({right.table for right in read_matrix() if (right.role, right.outcome) == ("token", "s")})


def _make(world: World, **more: Any) -> Json:
    given = {"p_project_id": world.facts.project_id, "p_name": "main pipeline", "p_scopes": "{runs:request}"}
    made: Json = world.admin.call("create_project_token", **given | more)
    return made


def _exchange(world: World, token: str | None) -> Json:
    answer: Json = world.anonymous.call("exchange_project_token", p_token=token)
    return answer


def _request(world: World, caller: Actor, project_id: UUID | None = None, **more: Any) -> Json:
    arguments = {
        "p_project_id": project_id or world.facts.project_id,
        "p_requests": [{"environment": "staging"} | more],
    }
    run: Json = caller.call("request_runs", **arguments)
    return run


# The exchange


def test_whoever_has_a_token_learns_how_to_sign_in(world: World) -> None:
    """Whose it is, what it may, and the address whose password it is; that it was used is noted."""
    made = _make(world)
    answer = _exchange(world, made["token"])
    assert (answer["token_id"], answer["project"]) == (str(made["id"]), "shop")
    assert (answer["name"], answer["scopes"]) == ("main pipeline", ["runs:request"])
    [account] = world.session.rows(
        "select encrypted_password = extensions.crypt(%s, encrypted_password) as fits from auth.users "
        "where email = %s",
        made["token"],
        answer["email"],
    )
    assert account["fits"]
    assert world.session.value("select last_used_at is not null from public.project_tokens")


def test_using_a_token_is_noted_to_the_minute(world: World) -> None:
    """A pipeline that asks often writes seldom."""
    token = _make(world)["token"]
    _exchange(world, token)
    first = world.session.value("select last_used_at from public.project_tokens")
    _exchange(world, token)
    assert world.session.value("select last_used_at from public.project_tokens") == first


def test_who_tries_tokens_learns_nothing(world: World) -> None:
    """The same words, whatever is tried; what to do is said."""
    tried = ("x", "", None, "baton_" + "0" * 64)
    [refusal] = {world.anonymous.refused("exchange_project_token", p_token=token) for token in tried}
    assert (refusal.code, refusal.message) == NOT_VALID
    assert "baton token create" in str(refusal.hint)


def test_who_has_a_token_is_told_what_became_of_it(world: World) -> None:
    """Revoked, expired, or without its project: a pipeline that goes red wants to know."""
    revoked = _make(world)["token"]
    world.admin.change("update public.project_tokens set revoked_at = now()")
    expired = _make(world, p_expires_at=datetime.now(UTC) + timedelta(hours=1))["token"]
    _let_expire(world)
    orphan = _make(world)["token"]
    world.admin.change("update public.projects set deleted_at = now()")
    for token, words in (
        (revoked, "this token was revoked on 2"),
        (expired, "this token expired on 2"),
        (orphan, "the project of this token is deleted"),
    ):
        refusal = world.anonymous.refused("exchange_project_token", p_token=token)
        assert refusal.code == "PT401"
        assert refusal.message.startswith(words)
        assert "baton token create" in str(refusal.hint)


def _let_expire(world: World) -> None:
    world.session.change(
        "update public.project_tokens set created_at = now() - interval '2 days', "
        "expires_at = now() - interval '1 day' where expires_at is not null"
    )


def test_what_a_holder_changed_in_the_account_is_set_right(world: World) -> None:
    """With a session of his he could change its password, and lock the pipeline out."""
    made = _make(world)
    world.session.change(
        "update auth.users set email = 'mine@example.com', encrypted_password = 'x' where id = %s",
        made["account_id"],
    )
    answer = _exchange(world, made["token"])
    assert answer["email"] == f"token-{made['id']}@tokens.baton.invalid"
    world.session.change("delete from auth.users where id = %s", made["account_id"])
    assert _exchange(world, made["token"])["email"] == answer["email"]


def test_a_revoked_token_signs_in_no_more(world: World) -> None:
    """Its account has no password any more."""
    made = _make(world)
    world.admin.change("update public.project_tokens set revoked_at = now()")
    kept = world.session.value("select encrypted_password from auth.users where id = %s", made["account_id"])
    assert kept == ""


def test_sessions_of_jobs_that_are_long_over_are_forgotten(world: World) -> None:
    """Nobody signs out of a job that is killed."""
    made = _make(world)
    for hours in (1, 30):
        world.session.change(
            "insert into auth.sessions (id, user_id, created_at) "
            "values (%s, %s, now() - make_interval(hours => %s))",
            uuid4(),
            made["account_id"],
            hours,
        )
    _exchange(world, made["token"])
    assert world.count("auth.sessions") == 1


# What it may


def test_a_run_that_a_token_requests_says_so(world: World) -> None:
    """By a pipeline, whatever is said, and which token it was; beside what the pipeline tells of itself."""
    token = world.a_token("main pipeline", scopes="{runs:request}")
    run = _request(world, token, trigger="manual", source={"job": "42", "token": {"name": "another"}})
    assert (run["trigger"], run["requested_by"]) == ("ci", token.id)
    assert run["source"]["job"] == "42"
    assert run["source"]["token"]["name"] == "main pipeline"
    assert world.claim()["run"]["id"] == str(run["id"])


def test_a_person_cannot_speak_as_a_token(world: World) -> None:
    """What a request says of a token is left out where no token asks."""
    run = _request(world, world.editor, source={"job": "42", "token": {"name": "main pipeline"}})
    assert run["source"] == {"job": "42"}


def test_a_token_cancels_what_it_requested(world: World) -> None:
    """And no run of anybody else, of its project or another."""
    token, another = world.a_token("one"), world.a_token("two")
    own, editors = _request(world, token), world.a_run()
    for caller, run_id, code in (
        (another, own["id"], "PT403"),
        (token, editors, "PT403"),
        (token, uuid4(), "PT404"),
    ):
        assert caller.refused("cancel_run", p_run_id=run_id).code == code
    assert token.call("cancel_run", p_run_id=own["id"])["status"] == "cancelled"


def test_a_token_retries_runs_of_its_project(world: World) -> None:
    """Also one that a person asked for; the retry is the pipeline's. It needs the scope for requests."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"status": "running", "results": [a_result("accounts/login", "failed")]})
    world.finish(run_id, {"status": "failed", "reason": "tests"})
    token, reader = world.a_token("ci"), world.a_token("reader", scopes="{results:read}")
    retry = token.call("retry_run", p_run_id=run_id)
    assert (retry["trigger"], retry["requested_by"]) == ("ci", token.id)
    assert retry["source"]["retry_of"] == str(run_id)
    assert retry["source"]["token"]["name"] == "ci"
    assert reader.refused("retry_run", p_run_id=run_id).message == "this token has no scope runs:request"
    assert token.refused("retry_run", p_run_id=uuid4()).code == "PT404"


def test_a_token_pushes_with_the_scope_for_it(world: World) -> None:
    """Suites of its project; what it pushed is by it."""
    token = world.a_token("pusher", scopes="{suites:push}")
    push = a_push(a_suite("pushed", ["one"]))
    answer = token.call("push_suites", p_project_id=world.facts.project_id, p_push=push)
    assert [suite["key"] for suite in answer["suites"]] == ["pushed"]
    [row] = world.viewer.rows("select created_by from public.test_suites where key = 'pushed'")
    assert row["created_by"] == token.id
    files = token.call_all("get_suite_files", p_project_id=world.facts.project_id)
    assert "pushed" in {file["key"] for file in files}


CALLS: dict[str, tuple[str, Callable[[World], Json]]] = {
    "request_runs": ("runs:request", lambda _: {"p_requests": [{"environment": "staging"}]}),
    "push_suites": ("suites:push", lambda _: {"p_push": a_push(a_suite("pushed", ["one"]))}),
    "find_missing_contents": ("suites:push", lambda _: {"p_hashes": "{}"}),
}


@pytest.mark.parametrize("function", sorted(CALLS))
def test_without_its_scope_a_call_is_refused(world: World, function: str) -> None:
    """With the scope that is missing, and those that there are."""
    scope, arguments = CALLS[function]
    others = sorted({"runs:request", "suites:push", "results:read"} - {scope})
    token = world.a_token(scopes="{" + ",".join(others) + "}")
    refusal = token.refused(function, p_project_id=world.facts.project_id, **arguments(world))
    assert (refusal.code, refusal.message) == ("PT403", f"this token has no scope {scope}")
    assert all(other in str(refusal.hint) for other in others)


def test_who_only_pushes_reads_no_runs(world: World) -> None:
    """Nor results, evidence, contexts; and follows nothing."""
    run_id = world.a_claimed_run()
    world.record(run_id, 1, {"results": [{"test": "accounts/login", "verdict": "passed"}]})
    pusher, reader = (
        world.a_token("push", scopes="{suites:push}"),
        world.a_token("r", scopes="{results:read}"),
    )
    for table in ("test_runs", "test_results", "test_execution_context"):
        query = f"select * from public.{table}"
        assert pusher.rows(query) == []
        assert len(reader.rows(query)) == 1
    may = "select private.token_may_follow(%s) as may"
    assert pusher.rows(may, f"run:{run_id}") == [{"may": False}]
    assert reader.rows(may, f"run:{run_id}") == [{"may": True}]


# What it may not


def test_revoked_means_at_once(stage: Stage) -> None:
    """A session that was made before sees nothing and does nothing, whatever its claims say."""
    stage.session.change(
        "update public.project_tokens set revoked_at = now() where account_id = %s", stage.token.id
    )
    _nothing_is_left(stage)


def test_expired_means_at_once(stage: Stage) -> None:
    """As revoked does."""
    stage.session.change(
        "update public.project_tokens set created_at = now() - interval '2 days', expires_at = now() - "
        "interval '1 second' where account_id = %s",
        stage.token.id,
    )
    _nothing_is_left(stage)


def _nothing_is_left(stage: Stage) -> None:
    for table in READABLE:
        assert stage.token.rows(f"select organization_id from public.{table}") == [], table
    assert stage.token.rows(
        "select private.token_may_follow(%s) as may", f"run:{stage.shop.claimed_run_id}"
    ) == [{"may": False}]
    for function in sorted(_callable(stage)):
        refusal = stage.token.refused(function, **arguments_about(stage.shop)[function])
        assert (refusal.code, refusal.message) == NOT_VALID, function


def _callable(stage: Stage) -> set[str]:
    rows = stage.session.rows(
        "select proname from pg_proc where pronamespace = 'public'::regnamespace "
        "and has_function_privilege('baton_token', oid, 'execute')"
    )
    # These two are for everybody, and say nothing without a secret of their own.
    return {row["proname"] for row in rows} - {"exchange_project_token", "find_invitation"}


def test_every_function_but_its_own_is_closed_to_a_token(stage: Stage) -> None:
    """All of the catalog, called with what is right for an owner."""
    rows = stage.session.rows(
        "select oid::regprocedure::text as name, pronargs from pg_proc "
        "where pronamespace in ('public'::regnamespace, 'private'::regnamespace) "
        "and prorettype <> 'trigger'::regtype and not has_function_privilege('baton_token', oid, 'execute') "
        "and not exists (select from pg_depend where objid = pg_proc.oid and deptype = 'e')"
    )
    assert len(rows) > 100
    for row in rows:
        name, _, types = row["name"].partition("(")
        nulls = ", ".join(f"null::{kind}" for kind in types.rstrip(")").split(",") if kind)
        refusal = refusal_of(partial(_call, stage, name, nulls))
        assert refusal.code == "42501", row["name"]


def _call(stage: Stage, name: str, arguments: str) -> object:
    with stage.session.transaction():
        return stage.token.rows(f"select {name}({arguments})")


def test_another_project_of_the_same_organization_does_not_exist(stage: Stage) -> None:
    """For its tables, its functions, its topics; nor does one of another organization."""
    second = stage.world.owner.rows(
        "insert into public.projects (organization_id, key, name) values (%s, 'two', 'Two') returning id",
        stage.shop.organization_id,
    )[0]["id"]
    token = stage.world.a_token("of the second", project_id=second)
    for table in READABLE:
        seen = token.rows(f"select id from public.{table}")
        assert [row["id"] for row in seen] == ([second] if table == "projects" else []), table
    for topic in (f"run:{stage.shop.claimed_run_id}", f"project:{second}", "workers"):
        assert token.rows("select private.token_may_follow(%s) as may", topic) == [{"may": False}], topic
    for tenant in (stage.shop, stage.other):
        for function in sorted(_callable(stage)):
            assert token.refused(function, **arguments_about(tenant)[function]).code == "PT404", function


def test_a_token_sees_what_members_see_of_its_project_and_nothing_else(stage: Stage) -> None:
    """Counted behind the policies, table by table."""
    for table in READABLE:
        counted = f"select organization_id, count(*) as rows from public.{table} group by organization_id"
        seen = {row["organization_id"]: row["rows"] for row in stage.token.rows(counted)}
        members = {row["organization_id"]: row["rows"] for row in stage.world.viewer.rows(counted)}
        assert seen == members, table
        assert set(seen) == {stage.shop.organization_id}


def test_a_token_reads_no_secret(stage: Stage) -> None:
    """No value of a variable, no captured token, no address; nor the hash of itself."""
    for table in READABLE:
        columns = stage.session.rows(
            "select string_agg(quote_ident(attname), ', ') as names from pg_attribute "
            "where attrelid = %s::regclass and attnum > 0 and not attisdropped "
            "and has_column_privilege('baton_token', attrelid, attnum, 'select')",
            f"public.{table}",
        )[0]["names"]
        text = str(stage.token.rows(f"select {columns} from public.{table}"))
        assert not [secret for secret in stage.shop.secrets if secret in text], table
    for closed in (
        "environment_variables",
        "api_credentials",
        "project_tokens",
        "organization_members",
        "users",
    ):
        assert stage.token.refused_to(f"select * from public.{closed}").code == "42501"


def test_a_token_without_a_session_of_ours_is_nobody(world: World) -> None:
    """The role alone, with the id of a person, or without any, sees nothing."""
    for account in (world.owner.id, uuid4(), None):
        caller = world.session.actor("baton_token", account)
        assert caller.rows("select id from public.projects") == []
        with pytest.raises(psycopg.Error, match="this token is not valid"):
            _request(world, caller)
