"""Which endpoint a test calls: found by method and path, or named by an editor."""

from collections.abc import Iterable
from typing import Any
from uuid import UUID

import pytest

from tests.database.conftest import OpenWorld
from tests.database.pushes import Json, a_push, a_suite, a_test
from tests.database.world import World

PATHS = (
    "/users",
    "/users/{id}",
    "/users/me",
    "/users/{id}/orders/{order_id}",
    "/files/{name}.json",
    "/a%b_c",
)

INSERT = (
    "insert into public.api_endpoints (organization_id, project_id, path) values (%s, %s, '/x') returning id"
)


def _endpoint(world: World, path: str, method: str = "GET", **more: Any) -> UUID:
    values = {"path": path, "method": method} | more
    columns = ", ".join(("organization_id", "project_id", *values))
    places = ", ".join(["%s"] * (len(values) + 2))
    [row] = world.editor.rows(
        f"insert into public.api_endpoints ({columns}) values ({places}) returning id",
        world.facts.organization_id,
        world.facts.project_id,
        *values.values(),
    )
    identifier: UUID = row["id"]
    return identifier


def _push(world: World, requests: Iterable[Json]) -> None:
    tests = [a_test(f"t{number}", request=request) for number, request in enumerate(requests)]
    world.push(a_push(a_suite("linked", tests)))


def _request_id(world: World, key: str = "t0") -> UUID:
    identifier: UUID = world.session.value(
        "select request.id from public.test_request_configs as request "
        "join public.test_cases as test on test.id = request.test_case_id where test.key = %s",
        key,
    )
    return identifier


def _called(world: World, key: str = "t0") -> str | None:
    """The path of the endpoint that a test calls."""
    path: str | None = world.session.value(
        "select (select path from public.api_endpoints where id = endpoint_id) "
        "from public.test_request_configs where id = %s",
        _request_id(world, key),
    )
    return path


@pytest.mark.parametrize(
    ("path", "called"),
    [
        ("/users", "/users"),
        ("/users?page=1", "/users"),
        ("/users#top", "/users"),
        ("/users/42", "/users/{id}"),
        ("/users/{{ user_id }}", "/users/{id}"),
        ("/users/{{ captured_data.login.ids[0] if x else '?a/b' }}?page={{ page }}", "/users/{id}"),
        ("/users/me", "/users/me"),
        ("/users/{{ id }}/orders/7", "/users/{id}/orders/{order_id}"),
        ("/users/7/orders", None),
        ("/users/", None),
        ("/files/{{ name }}.json", "/files/{name}.json"),
        ("/files/a.xml", None),
        ("/a%b_c", "/a%b_c"),
        ("/axbyc", None),
        ("{{ base_url }}/users/1", "/users/{id}"),
        ("{{ other_url }}/users/1", None),
        ("http://127.0.0.1:8900/users/1", "/users/{id}"),
        ("http://127.0.0.1:89001/users/1", None),
        ("https://elsewhere.example/users/1", None),
        ("", None),
    ],
)
def test_a_request_calls_the_endpoint_of_its_method_and_path(
    world: World, path: str, called: str | None
) -> None:
    """Letters go before {…}; a template stands for any one part; other servers have other endpoints."""
    for each in PATHS:
        _endpoint(world, each)
        _endpoint(world, each, "DELETE")
    _push(world, [{"method": "GET", "path": path}])
    assert _called(world) == called


@pytest.mark.parametrize(
    ("request_", "called"),
    [
        ({"body": {"json": {"operationName": "cart", "query": "query other { a }"}}}, "cart"),
        ({"body": {"json": {"query": " mutation order($id: ID!) { a }"}}}, "order"),
        ({"query": {"operationName": "order"}}, "order"),
        ({"body": {"json": {"query": "{ a }"}}}, None),
        ({"body": {"json": [1]}}, None),
        ({"body": {"text": "query cart"}}, None),
    ],
)
def test_an_operation_of_graphql_is_called_by_its_name(
    world: World, request_: Json, called: str | None
) -> None:
    """In the body or in the query; the rest of the path's operations goes to an endpoint without a name."""
    of_all = _endpoint(world, "/graphql", "POST", protocol="graphql")
    named = {
        name: _endpoint(world, "/graphql", "POST", protocol="graphql", operation_id=name)
        for name in ("cart", "order")
    }
    _push(world, [{"method": "POST", "path": "/graphql"} | request_])
    found = world.session.value(
        "select endpoint_id from public.test_request_configs where id = %s", _request_id(world)
    )
    assert found == (named[called] if called else of_all)


def test_where_two_are_equally_good_none_is_meant(world: World) -> None:
    """Until one of them is gone."""
    first = _endpoint(world, "/users/{id}/{part}")
    _endpoint(world, "/users/{id}/{section}")
    _push(world, [{"method": "GET", "path": "/users/1/x"}])
    assert _called(world) is None
    world.editor.change("update public.api_endpoints set deleted_at = now() where id = %s", first)
    assert _called(world) == "/users/{id}/{section}"


def test_links_follow_whatever_changes(world: World) -> None:
    """Endpoints that come, change or go; requests that are edited or pushed again. No version comes of it."""
    _push(world, [{"method": "GET", "path": "/users/1"}])
    assert _called(world) is None
    endpoint = _endpoint(world, "/users/{id}")
    assert _called(world) == "/users/{id}"
    world.editor.change("update public.api_endpoints set method = 'PUT' where id = %s", endpoint)
    assert _called(world) is None
    world.editor.change("update public.api_endpoints set method = 'GET' where id = %s", endpoint)
    assert _called(world) == "/users/{id}"
    world.session.change("set constraints all immediate")
    assert world.session.value("select version from public.test_suites where key = 'linked'") == 1
    world.editor.change(
        "update public.test_request_configs set path = '/x' where id = %s", _request_id(world)
    )
    assert _called(world) is None
    _push(world, [{"method": "GET", "path": "/users/2"}])
    assert _called(world) == "/users/{id}"
    world.editor.change("update public.api_endpoints set deleted_at = now() where id = %s", endpoint)
    assert _called(world) is None


def test_an_editor_names_the_endpoint_and_it_stays(world: World) -> None:
    """Whatever the path says, through pushes too, until he takes the name back."""
    _endpoint(world, "/users/{id}")
    named = _endpoint(world, "/other")
    _push(world, [{"method": "GET", "path": "/users/1"}])
    name = "update public.test_request_configs set endpoint_id = %s where id = %s"
    world.editor.change(name, named, _request_id(world))
    assert _called(world) == "/other"
    _push(world, [{"method": "GET", "path": "/users/2"}])
    assert _called(world) == "/other"
    world.editor.change(name, None, _request_id(world))
    assert _called(world) == "/users/{id}"
    world.editor.change(name, None, _request_id(world))
    assert _called(world) == "/users/{id}"


def test_an_endpoint_of_another_project_cannot_be_named(world: World) -> None:
    """Neither of another organization nor of another project of this one."""
    facts = world.facts
    _push(world, [{"method": "GET", "path": "/users/1"}])
    foreign = world.session.value(
        INSERT,
        facts.other_organization_id,
        facts.other_project_id,
    )
    [second] = world.admin.rows(
        "insert into public.projects (organization_id, key, name) values (%s, 'two', 'Two') returning id",
        facts.organization_id,
    )
    near = world.session.value(
        INSERT,
        facts.organization_id,
        second["id"],
    )
    for endpoint in (foreign, near):
        refusal = world.editor.refused_to(
            "update public.test_request_configs set endpoint_id = %s where id = %s",
            endpoint,
            _request_id(world),
        )
        assert refusal.code == "23503"
        assert "test_request_configs_call_an_endpoint_of_their_project" in refusal.message


def test_a_project_that_goes_takes_links_and_endpoints_with_it(open_world: OpenWorld) -> None:
    """In whatever order Postgres deletes them. The rows are older than the transaction, as in life."""
    world = open_world()
    _endpoint(world, "/users")
    _push(world, [{"method": "GET", "path": "/users"}])
    world.session.change("delete from public.projects where id = %s", world.facts.project_id)
    assert world.count("public.api_endpoints") == world.count("public.test_request_configs") == 0


def test_a_claim_says_what_the_endpoints_of_its_tests_say(world: World) -> None:
    """Once for each endpoint, with the keys of the tests; deleted ones say nothing."""
    _endpoint(
        world,
        "/{thing}",
        default_headers={"X-Shop": "1"},
        timeout_seconds=4,
        retries=2,
        retry_delay_seconds=0.5,
        auth_type="bearer",
    )
    gone = _endpoint(world, "/cart")
    world.editor.change("update public.test_request_configs set endpoint_id = %s where path = '/cart'", gone)
    world.editor.change("update public.api_endpoints set deleted_at = now() where id = %s", gone)
    world.a_run(suites=["shop"])
    suites = {suite["key"]: suite["endpoints"] for suite in world.claim()["suites"]}
    said = {
        "method": "GET",
        "path": "/{thing}",
        "auth_type": "bearer",
        "default_headers": {"X-Shop": "1"},
        "timeout_seconds": 4,
        "retries": 2,
        "retry_delay_seconds": 0.5,
    }
    assert suites == {
        "shop": [said | {"tests": ["catalog", "order"]}],
        "accounts": [said | {"tests": ["login"]}],
    }


def test_coverage_tells_endpoints_that_no_test_calls(world: World) -> None:
    """Deleted tests call nothing."""
    for path in ("/catalog", "/cart", "/nobody"):
        _endpoint(world, path)
    uncalled = (
        "select path from public.endpoint_coverage where project_id = %s and tests = 0 order by path, method"
    )
    rows = world.viewer.rows(uncalled, world.facts.project_id)
    assert [row["path"] for row in rows] == ["/nobody"]
    world.session.change("update public.test_cases set deleted_at = now() where key = 'cart'")
    assert len(world.viewer.rows(uncalled, world.facts.project_id)) == 2
    for other in world.not_members:
        assert other.rows("select * from public.endpoint_coverage") == []


def test_many_requests_are_linked_in_one_go(world: World) -> None:
    """Two thousand tests and two hundred endpoints: a push stays far below the time limit of the API."""
    world.session.change(
        "insert into public.api_endpoints (organization_id, project_id, path) "
        "select %s, %s, '/things' || number || '/{id}' from generate_series(1, 200) as number",
        world.facts.organization_id,
        world.facts.project_id,
    )
    _push(world, ({"method": "GET", "path": f"/things{n % 200 + 1}/{n}"} for n in range(2000)))
    linked = "select count(*) from public.test_request_configs where endpoint_id is not null"
    assert world.session.value(linked) == 2000
