"""What people change of tests in place: many at once, all or none, and each change is a version."""

from uuid import UUID, uuid4

import pytest

from tests.database.actors import Actor
from tests.database.pushes import Json, a_push, a_suite
from tests.database.world import World
from worker.models.suite import Test
from worker.parsing import parse_suite


def _ids(world: World, *keys: str) -> list[UUID]:
    rows = world.viewer.rows(
        "select id from public.test_cases where key = any (%s::text[]) order by key", _texts(keys)
    )
    return [row["id"] for row in rows]


def _texts(words: tuple[str, ...]) -> str:
    return "{" + ",".join(words) + "}"


def _update(world: World, ids: list[UUID], changes: Json, *, by: Actor | None = None) -> list[Json]:
    return (by or world.editor).call_all("update_tests", p_test_ids=_uuids(ids), p_changes=changes)


def _uuids(ids: list[UUID]) -> str:
    return "{" + ",".join(map(str, ids)) + "}"


def _commit(world: World) -> None:
    """The end of a transaction, as far as its triggers see."""
    world.session.change("set constraints all immediate")
    world.session.change("set constraints all deferred")


def _tests(world: World, suite: str) -> dict[str, Test]:
    version = _version(world, suite)
    return dict(parse_suite(version["source"], path=version["path"]).tests)


def _version(world: World, suite: str) -> Json:
    _commit(world)
    [row] = world.session.rows(
        "select version.* from public.test_suites as suite join private.suite_versions as version "
        "on version.suite_id = suite.id and version.number = suite.version where suite.key = %s",
        suite,
    )
    return row


def test_many_tests_are_changed_in_one_call(world: World) -> None:
    """Those of one suite in one version, with only what became different."""
    rows = _update(world, _ids(world, "cart", "catalog", "login"), {"priority": "high", "tags": ["smoke"]})
    assert {(row["key"], row["priority"], tuple(row["tags"])) for row in rows} == {
        (key, "high", ("smoke",)) for key in ("cart", "catalog", "login")
    }
    assert _version(world, "shop")["number"] == _version(world, "accounts")["number"] == 2
    shop = _tests(world, "shop")
    assert {(key, test.priority.value, test.tags) for key, test in shop.items()} == {
        ("cart", "high", ("smoke",)),
        ("catalog", "high", ("smoke",)),
        ("order", "medium", ()),
    }


def test_edits_add_up(world: World) -> None:
    """A later one wins where both say something."""
    _update(world, _ids(world, "cart"), {"priority": "high", "retries": 1})
    assert _version(world, "shop")["number"] == 2
    _update(world, _ids(world, "cart"), {"retries": 2, "skip_reason": "flooded"})
    assert _version(world, "shop")["number"] == 3
    cart = _tests(world, "shop")["cart"]
    assert (cart.priority.value, cart.retries, cart.skip_reason) == ("high", 2, "flooded")


def test_a_change_that_changes_nothing_makes_no_version(world: World) -> None:
    """The same words again, or what was so before."""
    _update(world, _ids(world, "cart"), {"priority": "medium", "tags": []})
    assert _version(world, "shop")["number"] == 1
    _update(world, _ids(world, "cart"), {"retries": 4})
    _update(world, _ids(world, "cart"), {"retries": 4})
    assert _version(world, "shop")["number"] == 2


def test_a_run_executes_what_was_changed(world: World) -> None:
    """A run requested before has its own version."""
    before = world.a_run(suites=["shop"])
    _update(world, _ids(world, "cart"), {"retries": 3})
    _commit(world)
    after = world.a_run(suites=["shop"])
    claims = {claim["run"]["id"]: claim for claim in (world.claim(), world.claim())}
    assert claims[str(before)]["suites"][0]["version"] == 1
    assert claims[str(after)]["suites"][0]["version"] == 2


def test_whether_a_test_is_enabled_is_no_part_of_the_file(world: World) -> None:
    """It makes no version, outlives a push, and the claim says it."""
    _update(world, _ids(world, "order"), {"enabled": False})
    world.push(a_push(a_suite("shop", ["catalog", "cart", "order"], source="new\n")))
    assert _version(world, "shop")["origin"] == "pushed"
    world.a_run(suites=["shop"])
    [suite] = [suite for suite in world.claim()["suites"] if suite["key"] == "shop"]
    assert suite["disabled"] == ["order"]


def test_a_push_takes_edits_back(world: World) -> None:
    """The file is the truth where there is one; the version of its content is there already."""
    _update(world, _ids(world, "login"), {"retries": 5})
    _commit(world)
    answer = world.push(a_push(a_suite("accounts", ["login"])))
    assert [(suite["version"], suite["changed"]) for suite in answer["suites"]] == [(1, True)]
    assert world.viewer.rows("select retries from public.test_cases where key = 'login'") == [{"retries": 0}]


def test_who_changes_a_test_is_noted_with_the_version(world: World) -> None:
    """Like who pushed."""
    _update(world, _ids(world, "cart"), {"retries": 3}, by=world.admin)
    assert _version(world, "shop")["created_by"] == world.admin.id


def test_only_editors_change_tests(world: World) -> None:
    """To people outside there are none, whether the id is right or not."""
    [cart] = _ids(world, "cart")
    for actor, code in world.all_but_editors:
        arguments = {"p_test_ids": _uuids([cart]), "p_changes": {"retries": 1}}
        assert actor.refused("update_tests", **arguments).code == code
        if code == "PT404":
            invented = actor.refused("update_tests", p_test_ids=_uuids([uuid4()]), p_changes={"retries": 1})
            assert invented == actor.refused("update_tests", **arguments)
    for actor in (world.viewer, *world.not_members):
        assert actor.change("update public.test_cases set retries = 1") == 0


@pytest.mark.parametrize("column", ["key", "suite_id", "organization_id", "quarantined_at"])
def test_what_is_not_changed_in_place_is_closed(world: World, column: str) -> None:
    """Keys and edges are the file's; quarantine has its own functions."""
    assert world.owner.refused_to(f"update public.test_cases set {column} = {column}").code == "42501"


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"key": "x"}, '"key" of a test is not changed in place'),
        ({"priority": "urgent"}, 'priority cannot be "urgent"'),
        ({"tags": "smoke"}, "p_changes.tags must be of type array, but is string"),
        ({"tags": [1]}, "each of tags must be of type string, but is number"),
        ({"retries": "two"}, "p_changes.retries must be of type number, but is string"),
        ([], "p_changes must be of type object, but is array"),
    ],
)
def test_a_bad_change_is_refused(world: World, changes: Json, message: str) -> None:
    """With what is wrong and where."""
    refusal = world.editor.refused("update_tests", p_test_ids=_uuids(_ids(world, "cart")), p_changes=changes)
    assert (refusal.code, refusal.message) == ("PT422", message)


@pytest.mark.parametrize(
    "changes", [{"retries": -1}, {"retries": 1.5e12}, {"timeout_seconds": -1}, {"name": " "}]
)
def test_an_impossible_value_is_refused_for_all(world: World, changes: Json) -> None:
    """Nothing is half written."""
    refusal = world.editor.refused(
        "update_tests", p_test_ids=_uuids(_ids(world, "cart", "order")), p_changes=changes
    )
    assert refusal.code == "PT422"
    assert _version(world, "shop")["number"] == 1


def test_all_tests_or_none(world: World) -> None:
    """One that is not there is enough; so is none at all."""
    ids = [*_ids(world, "cart"), uuid4()]
    assert (
        world.editor.refused("update_tests", p_test_ids=_uuids(ids), p_changes={"retries": 1}).code == "PT404"
    )
    assert world.editor.refused("update_tests", p_test_ids="{}", p_changes={"retries": 1}).code == "PT422"
    assert _version(world, "shop")["number"] == 1
