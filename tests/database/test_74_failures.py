"""Failures: equal ones are one row that counts, and people say what they think of it."""

import re
from typing import Any

import pytest

from tests.database.history import a_run_of, another_environment, failed, passed, ran
from tests.database.pushes import Json, a_result
from tests.database.world import World
from worker.engine.categories import Category
from worker.http.transport import Trouble

FAILED = {"status": "failed", "reason": "tests"}


def _failures(world: World) -> list[Json]:
    return world.viewer.rows(
        "select *, category_group::text, triage::text from public.failure_analysis "
        "order by fingerprint, test_case_id"
    )


def _failure(world: World) -> Json:
    [row] = _failures(world)
    return row


def test_equal_failures_are_one_row(world: World) -> None:
    """Seen first by one run, last by another; the reason as it was last given."""
    first = ran(world, failed(reason="user 7 is gone"), outcome=FAILED)
    last = ran(world, failed(reason="user 8 is gone"), outcome=FAILED)
    row = _failure(world)
    assert (row["occurrences"], row["fingerprint"], row["root_cause"]) == (2, "f1", "user 8 is gone")
    assert (row["category"], row["category_group"]) == ("server_5xx", "server")
    assert (row["first_run_id"], row["last_run_id"]) == (first, last)


def test_it_is_there_while_the_run_goes_on(world: World) -> None:
    """Nobody waits for the end to see what fails."""
    world.record(a_run_of(world), 1, {"results": [failed()]})
    assert _failure(world)["occurrences"] == 1


def test_a_repeated_batch_is_counted_once(world: World) -> None:
    """And so is a result that the next worker sends again."""
    run_id = a_run_of(world)
    for _ in range(2):
        world.record(run_id, 1, {"results": [failed()]})
    world.lose_lease(run_id)
    world.claim("worker-2")
    world.record(run_id, 1, {"results": [failed()]}, lease=2)
    assert _failure(world)["occurrences"] == 1


def test_what_passed_or_was_not_sent_is_no_failure(world: World) -> None:
    """Neither what was blocked: its root cause is the failure."""
    ran(
        world,
        passed(),
        a_result("shop/cart", "blocked", blocked_by="accounts/login"),
        a_result("shop/order", "skipped"),
        a_result("shop/catalog", "broken", error_category="cancelled"),
    )
    assert _failures(world) == []


def test_an_environment_that_is_down_is_a_failure_to_be_seen(world: World) -> None:
    """It is in no trend, but in its group."""
    ran(
        world,
        a_result("accounts/login", "broken", error_category="dns", fingerprint="d"),
        outcome={"status": "failed", "reason": "environment"},
    )
    assert _failure(world)["category_group"] == "environment"


@pytest.mark.parametrize(
    ("said", "category", "fingerprint"),
    [({"error_category": "tls"}, "tls", "tls"), ({"error_category": None}, "unknown", "unknown")],
)
def test_a_failure_without_a_fingerprint_goes_by_its_category(
    world: World, said: Json, category: str, fingerprint: str
) -> None:
    """Nothing is lost for want of a name."""
    ran(world, failed(fingerprint=None, **said), outcome=FAILED)
    row = _failure(world)
    assert (row["category"], row["fingerprint"]) == (category, fingerprint)


def test_a_group_is_all_tests_and_environments_with_one_fingerprint(world: World) -> None:
    """What a page of failures shows."""
    another_environment(world)
    ran(world, failed(), failed("shop/cart"), failed("shop/catalog", fingerprint="f2"), outcome=FAILED)
    ran(world, failed(), environment="live", outcome=FAILED)
    world.editor.change("update public.failure_analysis set triage = 'ignored'")
    world.editor.change(
        "update public.failure_analysis set triage = 'acknowledged' where environment_id = %s",
        world.facts.environment_id,
    )
    first, second = world.viewer.rows(
        "select *, triage::text from public.failure_groups order by fingerprint"
    )
    assert (first["occurrences"], first["tests"], first["environments"]) == (3, 2, 2)
    assert (first["root_cause"], first["triage"]) == ("status was 500", "acknowledged")
    assert (second["occurrences"], second["tests"]) == (1, 1)
    assert world.outsider.rows("select * from public.failure_groups") == []


def test_editors_say_what_they_think(world: World) -> None:
    """And sign it, without a choice."""
    ran(world, failed(), outcome=FAILED)
    said = "update public.failure_analysis set triage = 'acknowledged', triage_note = 'disk full'"
    assert world.editor.change(said) == 1
    row = _failure(world)
    assert (row["triage"], row["triage_note"], row["triaged_by"]) == (
        "acknowledged",
        "disk full",
        world.editor.id,
    )
    assert row["triaged_at"] is not None


def test_a_group_has_the_note_that_was_written_last(world: World) -> None:
    """With who wrote it and when; one that nobody wrote about has none."""
    another_environment(world)
    ran(world, failed(), failed("shop/catalog", fingerprint="f2"), outcome=FAILED)
    ran(world, failed(), environment="live", outcome=FAILED)
    for actor, note in ((world.editor, "disk full"), (world.admin, "ticket 12")):
        actor.change(
            "update public.failure_analysis set triage_note = %s where fingerprint = 'f1'"
            " and (environment_id = %s or %s = 'disk full')",
            note,
            world.facts.environment_id,
            note,
        )
    said, unsaid = world.viewer.rows("select * from public.failure_groups order by fingerprint")
    assert (said["triage_note"], said["triaged_by"]) == ("ticket 12", world.admin.id)
    assert said["triaged_at"] is not None
    assert (unsaid["triage_note"], unsaid["triaged_by"], unsaid["triaged_at"]) == ("", None, None)


def test_what_people_say_of_failures_is_audited(world: World) -> None:
    """As it was and as it became; not that a failure was seen again."""
    ran(world, failed(), outcome=FAILED)
    world.editor.change("update public.failure_analysis set triage = 'resolved', triage_note = 'mended'")
    world.session.change("update public.failure_analysis set triaged_at = now() - interval '1 minute'")
    ran(world, failed(), outcome=FAILED)
    [entry] = world.admin.rows("select * from public.audit_log where table_name = 'failure_analysis'")
    assert (entry["changed_by"], entry["before"]["triage"], entry["after"]["triage"]) == (
        world.editor.id,
        "open",
        "resolved",
    )
    assert entry["after"]["triage_note"] == "mended"


@pytest.mark.parametrize(
    "change", ["occurrences = 9", "is_flaky = true", "triaged_by = null", "root_cause = 'nothing'"]
)
def test_nobody_writes_what_was_counted(world: World, change: str) -> None:
    """Not even the owner."""
    ran(world, failed(), outcome=FAILED)
    for actor in (world.owner, world.worker, world.anonymous):
        assert actor.refused_to(f"update public.failure_analysis set {change}").code == "42501"
        assert actor.refused_to("delete from public.failure_analysis").code == "42501"


def test_others_neither_see_nor_touch_failures(world: World) -> None:
    """Viewers see them; strangers do not know of them."""
    ran(world, failed(), outcome=FAILED)
    for other in (*world.not_members, world.viewer):
        assert other.change("update public.failure_analysis set triage = 'ignored'") == 0
    for member in world.members:
        assert len(member.rows("select * from public.failure_analysis")) == 1
    for other in world.not_members:
        assert other.rows("select * from public.failure_analysis") == []


def test_a_failure_that_was_resolved_and_comes_back_is_open(world: World) -> None:
    """Who resolved it stays written; what is ignored stays ignored."""
    ran(world, failed(), failed("shop/cart", fingerprint="f2"), outcome=FAILED)
    for fingerprint, triage in (("f1", "resolved"), ("f2", "ignored")):
        world.editor.change(
            "update public.failure_analysis set triage = %s::public.triage_state where fingerprint = %s",
            triage,
            fingerprint,
        )
    # In one transaction the clock of now() stands still; the failures of the next run are later than that.
    world.session.change("update public.failure_analysis set triaged_at = now() - interval '1 minute'")
    ran(world, failed(), failed("shop/cart", fingerprint="f2"), outcome=FAILED)
    came_back, ignored = _failures(world)
    assert (came_back["triage"], came_back["triaged_by"]) == ("open", world.editor.id)
    assert ignored["triage"] == "ignored"


def _group(world: World, category: str) -> Any:
    return world.session.value("select private.group_of_category(%s)::text", category)


@pytest.mark.parametrize("category", [*Category, *Trouble])
def test_every_category_of_the_engine_has_a_group(world: World, category: str) -> None:
    """One without would stand in no group of the dashboard's."""
    assert _group(world, category) is not None


def test_groups_hold_categories_of_the_engine_alone(world: World) -> None:
    """A word that no worker says is a misspelt one, or one that was renamed."""
    source = world.session.value("select prosrc from pg_proc where proname = 'group_of_category'")
    groups = world.session.value("select enum_range(null::public.failure_group)::text[]")
    assert set(re.findall(r"'(\w+)'", source)) == {*Category, *Trouble, *groups}


@pytest.mark.parametrize(
    ("category", "group"),
    [
        ("dns", "environment"),
        ("login_failed", "auth"),
        ("token_refused", "auth"),
        ("test_timeout", "limits"),
        ("schema", "contract"),
        ("made_up", None),
    ],
)
def test_categories_have_groups(world: World, category: str, group: Any) -> None:
    """Those that we do not know have none."""
    assert _group(world, category) == group
