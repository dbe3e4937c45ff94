"""A suite once more, in one call: tests, edges and version, under its own key."""

from typing import Any
from uuid import UUID

import pytest

from tests.database.pushes import Json
from tests.database.world import World
from worker.parsing import parse_suite


def _suite_id(world: World, key: str = "shop") -> UUID:
    identifier: UUID = world.session.value("select id from public.test_suites where key = %s", key)
    return identifier


def _copy(world: World, key: str = "shop-2", **more: Any) -> Json:
    row: Json = world.editor.call("duplicate_suite", p_suite_id=_suite_id(world), p_key=key, **more)
    return row


def _source(world: World, key: str) -> str:
    text: str = world.session.value(
        "select source from private.suite_versions join public.test_suites as suite on suite.id = suite_id "
        "where suite.key = %s and number = suite.version",
        key,
    )
    return text


def test_a_copy_has_tests_requests_and_expectations_of_its_own(world: World) -> None:
    """As many as the first."""
    copy = _copy(world, p_name="Second shop")
    assert (copy["key"], copy["name"], copy["version"]) == ("shop-2", "Second shop", 1)
    for table in ("test_cases", "test_request_configs", "test_response_specs"):
        join = "" if table == "test_cases" else "join public.test_cases as test on test.id = test_case_id"
        counts = world.viewer.rows(
            f"select count(*) from public.{table} {join} group by suite_id having count(*) = 3"
        )
        assert len(counts) == 2


def test_a_copys_tests_need_one_another_and_what_the_first_need_elsewhere(world: World) -> None:
    """Nothing of the copy needs the first."""
    _copy(world)
    edges = world.session.rows(
        "select private.name_test(dependent_test_id) as dependent, "
        "private.name_test(required_test_id) as required, dependency_type as type "
        "from public.test_dependencies order by 1, 2"
    )
    assert [tuple(edge.values()) for edge in edges if edge["dependent"].startswith("shop-2/")] == [
        ("shop-2/cart", "accounts/login", "token"),
        ("shop-2/cart", "shop-2/catalog", "data"),
        ("shop-2/order", "shop-2/cart", "order"),
    ]


def test_a_copy_can_run(world: World) -> None:
    """Its file says its own key, so that results find their tests."""
    _copy(world)
    world.a_run(suites=["shop-2"])
    suites = {suite["key"]: suite["path"] for suite in world.claim()["suites"]}
    assert suites == {"shop-2": "shop-2.json", "accounts": "suites/accounts.yaml"}
    copy = parse_suite(_source(world, "shop-2"), path="shop-2.json")
    assert (copy.key, list(copy.tests)) == ("shop-2", ["catalog", "cart", "order"])
    assert [need.name for need in copy.tests["cart"].needs] == ["accounts/login", "catalog"]


@pytest.mark.parametrize(
    ("key", "code"), [("accounts", "PT409"), ("Not A Key", "PT422"), (None, "PT422"), ("", "PT422")]
)
def test_a_bad_key_is_refused(world: World, key: str | None, code: str) -> None:
    """Also one that is taken."""
    assert world.editor.refused("duplicate_suite", p_suite_id=_suite_id(world), p_key=key).code == code


def test_only_editors_copy(world: World) -> None:
    """To people outside the suite does not exist."""
    arguments = {"p_suite_id": _suite_id(world), "p_key": "x"}
    for actor, code in (
        (world.viewer, "PT403"),
        (world.outsider, "PT404"),
        (world.stranger, "PT404"),
        (world.anonymous, "42501"),
        (world.worker, "42501"),
    ):
        assert actor.refused("duplicate_suite", **arguments).code == code
