"""Fixtures come with the suite: a worker makes of them what the member's machine makes of them."""

import json

import pytest

from tests.acceptance.site import Site

pytestmark = pytest.mark.stack

SUITE = """
suite: data
fixtures:
  admins: [{ id: root, email: root@example.com }]
  people: { generate: { count: 2, fields: { id: { sequence: 7 }, email: email, by: { from: admins.id } } } }
  account: { snapshot: make.id }
tests:
  rename: { PUT: "/echo/{{ fixture.account }}" }
  make:
    POST: /answer
    json: { status: 201, json: { id: 4711 } }
    capture: { id: $.id }
  all: { POST: /echo, json: "{{ fixture.people }}" }
  greet: { POST: /echo, json: { to: "{{ fixture.admins[0].email }}" } }
"""


async def run_by_worker(site: Site) -> dict[str, str]:
    """The verdicts of a run of the suite as it is in the project."""
    run_id = await site.request("data")
    with site.worker():
        row = await site.until(run_id, "completed", "failed")
    return {each["test"]: each["verdict"] for each in await site.runs.results(row)}


def bodies(site: Site) -> list[object]:
    """What /echo was sent, in an order of its own."""
    sent = [request for request in site.target.requests if request.path == "/echo"]
    return sorted((json.loads(request.body) for request in sent), key=json.dumps)


async def test_a_worker_makes_the_same_data(site: Site) -> None:
    """Value by value; a snapshot, which workers do not keep, is captured first."""
    path = site.write("data.yaml", SUITE)
    local = await site.baton("run", path, "--base-url", site.target.base_url)
    assert local.returncode == 0, local.stdout + local.stderr
    here = bodies(site)
    site.target.requests.clear()
    await site.push(data=SUITE)
    assert await run_by_worker(site) == dict.fromkeys(
        ("data/make", "data/rename", "data/all", "data/greet"), "passed"
    )
    assert bodies(site) == here
    order = [request.path for request in site.target.requests]
    assert order.index("/answer") < order.index("/echo/4711")
    assert used(site) == {
        ("all", "people", True),
        ("greet", "admins", True),
        ("rename", "account", True),
    }


async def test_a_fixture_that_is_edited_is_what_a_worker_makes(site: Site) -> None:
    """Its row is in the project; the file is not touched."""
    await site.push(data=SUITE)
    table = site.member.database.table("test_data_fixtures")
    edit = table.update({"content": [{"id": "eve", "email": "eve@example.com"}]}).eq("key", "admins")
    await site.member.database.read(edit.eq("project_id", site.member.project_id), what="test_data_fixtures")
    await run_by_worker(site)
    sent = bodies(site)
    assert {"to": "eve@example.com"} in sent
    assert "root" not in str(sent)


async def test_a_run_that_is_recorded_tells_of_its_fixtures_too(site: Site) -> None:
    """A snapshot is kept on the member's machine, and not cleaned up."""
    here = f'environments: {{ local: {{ base_url: "{site.target.base_url}" }} }}\n'
    await site.push(data=SUITE + here)
    done = await site.baton("run", "data.yaml", "--record", "--project", "shop")
    assert done.returncode == 0, done.stdout + done.stderr
    assert used(site) == {
        ("all", "people", True),
        ("greet", "admins", True),
        ("rename", "account", False),
    }


def used(site: Site) -> set[tuple[str, str, bool]]:
    """Test, fixture, and whether nothing is left of it."""
    rows = site.sql(
        "select test.key, fixture.key, usage.cleaned_up_at is not null from fixture_usage as usage"
        " join test_cases as test on test.id = usage.test_case_id"
        " join test_data_fixtures as fixture on fixture.id = usage.fixture_id"
        " where test.project_id = %s",
        site.member.project_id,
    )
    return {(test, fixture, cleaned_up) for test, fixture, cleaned_up in rows}


async def test_fixtures_outlive_an_edit_in_place(site: Site) -> None:
    """A suite that is made anew of its edited rows still has them."""
    await site.push(data=SUITE)
    table = site.member.database.table("test_cases")
    edit = table.update({"deleted_at": "2026-11-20T00:00:00Z"}).eq("key", "greet")
    await site.member.database.read(edit.eq("project_id", site.member.project_id), what="test_cases")
    verdicts = await run_by_worker(site)
    assert verdicts == dict.fromkeys(("data/make", "data/rename", "data/all"), "passed")
