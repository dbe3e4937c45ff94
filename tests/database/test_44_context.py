"""What a run knows: merged at its version, masked where people see it, gone when it has expired."""

from typing import Any
from uuid import UUID

import pytest

from tests.database.pushes import Json
from tests.database.world import World

TOKEN = "eyJhbGciOi.secret.token"


def _save(world: World, run_id: UUID, version: int, context: Json, secrets: Json | None = None) -> int:
    number: int = world.worker.call(
        "save_execution_context",
        p_run_id=run_id,
        p_lease_number=1,
        p_version=version,
        p_context=context,
        p_secrets=secrets or {},
    )
    return number


def _get(world: World, run_id: UUID) -> Json:
    context: Json = world.worker.call("get_execution_context", p_run_id=run_id)
    return context


def _seen(world: World) -> Json:
    [row] = world.viewer.rows("select * from public.test_execution_context")
    return row


def _tainted(world: World) -> UUID:
    run_id = world.a_claimed_run()
    _save(
        world,
        run_id,
        1,
        {
            "token_names": ["access_token"],
            "variables": {"user_id": 7, "pin": "***"},
            "captured_data": {"accounts/login": {"access_token": "***", "user_id": 7}},
        },
        {
            "tokens": {"access_token": TOKEN},
            "variables": {"pin": "1234"},
            "captured_data": {"accounts/login": {"access_token": TOKEN}},
        },
    )
    return run_id


def test_people_see_names_where_secrets_are(world: World) -> None:
    """Tokens are names only; secret values are masked wherever they turn up."""
    _tainted(world)
    for member in world.members:
        [row] = member.rows("select * from public.test_execution_context")
        assert row["shared_auth_tokens"] == {"access_token": "***"}
        assert row["shared_variables"] == {"user_id": 7, "pin": "***"}
        assert row["captured_data"] == {"accounts/login": {"access_token": "***", "user_id": 7}}
    for other in world.not_members:
        assert other.rows("select * from public.test_execution_context") == []
    for actor in (world.anonymous, world.worker):
        assert actor.refused_to("select * from public.test_execution_context").code == "42501"


def test_workers_get_the_values_behind_the_masks(world: World) -> None:
    """All in one answer."""
    context = _get(world, _tainted(world))
    assert context["tokens"] == {"access_token": TOKEN}
    assert context["variables"] == {"user_id": 7, "pin": "1234"}
    assert context["captured_data"] == {"accounts/login": {"access_token": TOKEN, "user_id": 7}}


def test_a_worker_that_forgets_to_mask_shows_nothing(world: World) -> None:
    """What is among the secrets is masked by the database, whatever the context says."""
    run_id = world.a_claimed_run()
    clear = {"variables": {"pin": "1234"}, "captured_data": {"a/x": {"pin": "1234"}}}
    _save(world, run_id, 1, clear, clear | {"tokens": {"t": TOKEN}})
    row = _seen(world)
    assert row["shared_auth_tokens"] == {"t": "***"}
    assert row["shared_variables"] == {"pin": "***"}
    assert row["captured_data"] == {"a/x": {"pin": "***"}}


def test_no_secret_lies_in_a_table_in_clear(world: World) -> None:
    """Neither where people read nor where only the database does."""
    _tainted(world)
    tables = world.session.rows(
        "select oid::regclass::text as name from pg_class where relkind in ('r', 'p') and not relispartition "
        "and relnamespace::regnamespace::text in ('public', 'private', 'pgmq', 'realtime', 'vault')"
    )
    for table in tables:
        text = str(world.session.rows(f"select t::text from {table['name']} as t"))
        assert TOKEN not in text, table
        assert "correct-horse" not in text, table
        assert TOKEN.encode().hex() not in text, table


def test_nobody_but_workers_reads_a_context_with_its_secrets(world: World) -> None:
    """Not even the owner of the organization."""
    run_id = _tainted(world)
    for actor in (world.owner, world.stranger, world.anonymous):
        assert actor.refused("get_execution_context", p_run_id=run_id).code == "42501"
        assert actor.refused_to("select * from vault.decrypted_secrets").code == "42501"
    assert world.worker.refused_to("select * from vault.decrypted_secrets").code == "42501"


def test_a_value_that_is_no_secret_any_more_is_none(world: World) -> None:
    """The same name captured again, from elsewhere: the old secret does not come back."""
    run_id = _tainted(world)
    _save(
        world,
        run_id,
        2,
        {"variables": {"pin": "public"}, "captured_data": {"accounts/login": {"access_token": "none"}}},
    )
    context = _get(world, run_id)
    assert context["variables"]["pin"] == _seen(world)["shared_variables"]["pin"] == "public"
    assert context["captured_data"]["accounts/login"]["access_token"] == "none"
    assert context["tokens"] == {"access_token": TOKEN}


def test_each_write_is_a_version(world: World) -> None:
    """What was there stays; what is new is added; the same name is replaced."""
    run_id = world.a_claimed_run()
    assert _save(world, run_id, 1, {"variables": {"a": 1, "b": 1}, "test_order": ["x"]}) == 2
    assert _save(world, run_id, 2, {"variables": {"b": {"c": 2}}, "test_order": ["y"]}) == 3
    context = _get(world, run_id)
    assert (context["version"], context["variables"]) == (3, {"a": 1, "b": {"c": 2}})
    assert context["test_order"] == ["x", "y"]


def test_captures_of_a_test_are_added_name_by_name(world: World) -> None:
    """A second write about the same test keeps what the first said."""
    run_id = world.a_claimed_run()
    _save(world, run_id, 1, {"captured_data": {"a/x": {"id": 1, "old": 1}, "a/y": {"id": 2}}})
    _save(world, run_id, 2, {"captured_data": {"a/x": {"old": 2, "new": 3}}})
    assert _seen(world)["captured_data"] == {"a/x": {"id": 1, "old": 2, "new": 3}, "a/y": {"id": 2}}


def test_where_a_value_came_from_is_said_once(world: World) -> None:
    """A test that captures again replaces what it had captured."""
    run_id = world.a_claimed_run()
    first = {"kind": "data", "name": "id", "test": "a/x", "capture": "$.id"}
    other = first | {"name": "sku"}
    again = first | {"capture": "$.user.id"}
    _save(world, run_id, 1, {"provenance": [first, other]})
    _save(world, run_id, 2, {"provenance": [again]})
    assert _seen(world)["provenance"] == [other, again]


def test_a_writer_with_an_old_version_is_refused(world: World) -> None:
    """Never merged silently; he is told the version and what to do."""
    run_id = world.a_claimed_run()
    _save(world, run_id, 1, {"variables": {"a": 1}})
    refusal = world.worker.refused(
        "save_execution_context",
        p_run_id=run_id,
        p_lease_number=1,
        p_version=1,
        p_context={"variables": {"a": 2}},
    )
    assert (refusal.code, refusal.message) == ("PT409", "this run's context has version 2, not 1")
    assert "get_execution_context" in (refusal.hint or "")
    assert _seen(world)["shared_variables"] == {"a": 1}


def test_nothing_new_is_no_version(world: World) -> None:
    """Nor is it a key in the Vault."""
    run_id = world.a_claimed_run()
    assert _save(world, run_id, 1, {}) == 1
    assert _save(world, run_id, 1, {"variables": {"a": 1}}) == 2
    assert world.count("private.run_secrets") == 0
    assert world.count("vault.secrets") == 1


@pytest.mark.parametrize(
    ("context", "secrets"),
    [
        ([], {}),
        ("x", {}),
        ({"variables": []}, {}),
        ({"token_names": {}}, {}),
        ({"token_names": [1]}, {}),
        ({"captured_data": {"a/x": 1}}, {}),
        ({"provenance": {}}, {}),
        ({"test_order": [None]}, {}),
        ({}, []),
        ({}, {"tokens": ["t"]}),
        ({}, {"captured_data": {"a/x": ["secret"]}}),
    ],
)
def test_a_malformed_context_is_refused_and_nothing_is_written(
    world: World, context: Any, secrets: Any
) -> None:
    """With what is wrong, and without the values."""
    run_id = world.a_claimed_run()
    before = _seen(world)
    refusal = world.worker.refused(
        "save_execution_context",
        p_run_id=run_id,
        p_lease_number=1,
        p_version=1,
        p_context='"x"' if context == "x" else context,
        p_secrets=secrets,
    )
    assert refusal.code == "PT422"
    assert "secret" not in refusal.message.replace("secrets", "")
    assert _seen(world) == before


def test_only_the_lease_that_holds_the_run_writes(world: World) -> None:
    """Whatever version he knows."""
    run_id = world.a_claimed_run()
    world.lose_lease(run_id)
    world.claim("worker-2")
    refusal = world.worker.refused(
        "save_execution_context", p_run_id=run_id, p_lease_number=1, p_version=1, p_context={}
    )
    assert refusal.code == "PT409"
    assert "lease lost" in refusal.message


def test_a_context_expires_a_day_after_its_run(world: World) -> None:
    """Not before: a run may take long, and be taken up again."""
    run_id = world.a_claimed_run()
    assert _seen(world)["expires_at"] is None
    world.finish(run_id)
    assert world.session.value(
        "select expires_at - now() = interval '24 hours' from public.test_execution_context"
    )


def test_an_organization_may_keep_contexts_longer(world: World) -> None:
    """For a run that is taken up again after the weekend."""
    world.admin.change("update public.organizations set retention = %s", {"contexts": 3})
    world.finish(world.a_claimed_run())
    assert world.session.value(
        "select expires_at - now() = interval '3 days' from public.test_execution_context"
    )


def test_an_expired_context_goes_with_its_secrets_and_its_key(world: World) -> None:
    """Others stay."""
    run_id = _tainted(world)
    world.finish(run_id)
    world.a_claimed_run()
    assert world.worker.call("cleanup_expired_contexts") == 0
    world.session.change(
        "update public.test_execution_context set expires_at = now() - interval '1 second' where run_id = %s",
        run_id,
    )
    assert world.worker.call("cleanup_expired_contexts") == 1
    assert world.count("public.test_execution_context") == 1
    assert (world.count("private.run_secrets"), world.count("vault.secrets")) == (0, 1)
    refusal = world.worker.refused("get_execution_context", p_run_id=run_id)
    assert (refusal.code, refusal.message) == ("PT404", "this run has no context")
