"""Quarantine: with an owner, a reason and an end."""

from datetime import UTC, datetime, timedelta
from typing import Any
from uuid import UUID

import pytest

from tests.database.pushes import Json
from tests.database.world import World

SOON = datetime.now(UTC) + timedelta(days=14)


def _cart(world: World) -> str:
    identifier: UUID = world.session.value("select id from public.test_cases where key = 'cart'")
    return "{" + str(identifier) + "}"


def _arguments(world: World, **more: Any) -> Json:
    return {"p_test_ids": _cart(world), "p_reason": "loses the basket, #12", "p_until": SOON} | more


def _told(world: World) -> list[Json]:
    world.a_run(suites=["shop"])
    [suite] = [suite for suite in world.claim()["suites"] if suite["key"] == "shop"]
    told: list[Json] = suite["quarantined"]
    return told


def _quarantined(world: World) -> list[str]:
    return [test["key"] for test in _told(world)]


def test_a_test_goes_into_quarantine_and_comes_back(world: World) -> None:
    """Whoever asked answers for it; workers are told with each claim."""
    [row] = world.editor.call_all("quarantine_tests", **_arguments(world))
    assert (row["quarantine_owner"], row["quarantine_until"]) == (world.editor.id, SOON)
    [told] = _told(world)
    assert (told["key"], told["reason"]) == ("cart", "loses the basket, #12")
    assert told["until"].startswith(SOON.strftime("%Y-%m-%dT%H:%M"))
    [row] = world.editor.call_all("end_quarantine", p_test_ids=_cart(world))
    assert [row[name] for name in row if name.startswith("quarantin")] == [None] * 4
    assert _quarantined(world) == []


def test_a_quarantine_ends_by_itself(world: World) -> None:
    """When its time is over the test counts again."""
    world.editor.call_all("quarantine_tests", **_arguments(world))
    world.session.change(
        "update public.test_cases set quarantined_at = now() - interval '2 days', "
        "quarantine_until = now() - interval '1 day' where key = 'cart'"
    )
    assert _quarantined(world) == []


def test_another_member_can_answer_for_it(world: World) -> None:
    """Nobody from outside."""
    [row] = world.editor.call_all("quarantine_tests", **_arguments(world, p_owner=world.viewer.id))
    assert row["quarantine_owner"] == world.viewer.id
    for other in world.not_members:
        assert world.editor.refused("quarantine_tests", **_arguments(world, p_owner=other.id)).code == "PT422"


@pytest.mark.parametrize(
    "more",
    [
        {"p_reason": " "},
        {"p_reason": None},
        {"p_reason": "x" * 2001},
        {"p_until": None},
        {"p_until": datetime(2020, 1, 1, tzinfo=UTC)},
        {"p_until": datetime(2999, 1, 1, tzinfo=UTC)},
    ],
)
def test_without_a_reason_or_an_end_it_is_refused(world: World, more: Json) -> None:
    """A quarantine for ever is a deleted test that nobody admits to."""
    assert world.editor.refused("quarantine_tests", **_arguments(world, **more)).code == "PT422"


@pytest.mark.parametrize("function", ["quarantine_tests", "end_quarantine"])
def test_only_editors_decide(world: World, function: str) -> None:
    """To people outside the test does not exist."""
    arguments = _arguments(world) if function == "quarantine_tests" else {"p_test_ids": _cart(world)}
    for actor, code in world.all_but_editors:
        assert actor.refused(function, **arguments).code == code


def test_the_log_says_who_and_why(world: World) -> None:
    """For admins, with how it was before."""
    world.editor.call_all("quarantine_tests", **_arguments(world))
    [entry] = world.admin.rows("select * from public.audit_log where table_name = 'test_cases'")
    assert (entry["record_name"], entry["changed_by"]) == ("cart", world.editor.id)
    assert entry["before"]["quarantine_reason"] is None
    assert entry["after"]["quarantine_reason"] == "loses the basket, #12"
