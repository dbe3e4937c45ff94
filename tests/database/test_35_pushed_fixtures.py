"""A suite's fixtures: rows of their own by a push, and of the rows the file that the next run gets."""

import json
from pathlib import Path
from typing import Any

import pytest

from tests.database.actors import Refusal
from tests.database.pushes import Json, a_push, a_suite
from tests.database.world import World
from worker.files import MemoryFiles
from worker.fixtures.data import FixtureData
from worker.graph import build_graph
from worker.models.suite import Suite
from worker.parsing import parse_suite
from worker.project.files import as_sent, gather
from worker.project.push import push_document

SUITE = """
suite: data
fixtures:
  admins: [{ id: root }]
  nothing: { data: null }
  limits: { data: { free: 3 } }
  people:
    generate: { count: 2, seed: 7, fields: { id: { sequence: 1 }, by: { from: admins.id } } }
    shared: false
  table: { file: table.csv, types: { age: number } }
  sealed:
    file: sealed.txt
    format: json
    sha256: 74234e98afe7498fb5daf1f36ac2d78acc339464f950703b8c019892f982b90b
    immutable: true
  account: { snapshot: make.id, ttl: 90m }
  invitation: { snapshot: make.id, cleanup: immediate }
  contract: { snapshot: make.id, immutable: true }
  licence: { snapshot: make.id, cleanup: manual }
tests:
  make: { POST: /x, capture: { id: $.id } }
  use: { GET: "/x/{{ fixture.account }}" }
"""
FILES = {"table.csv": b"name,age\nada,36\n", "sealed.txt": b"null"}


def parsed(text: str = SUITE, path: str = "data.yaml") -> Suite:
    """The suite, with its files beside it."""
    return parse_suite(text, path=path, files=MemoryFiles(FILES))


def pushed(world: World, text: str = SUITE) -> Json:
    """What a push of it says; the files go along."""
    suite = parsed(text)
    named = gather([suite], MemoryFiles(FILES), below=Path.cwd())
    document = push_document([suite], build_graph([suite]).dependencies, files=named)
    return world.push(document | {"contents": as_sent(named.contents, named.contents)})


def fixtures(world: World) -> dict[str, Json]:
    """The rows by key."""
    rows = world.viewer.rows("select * from public.test_data_fixtures where deleted_at is null")
    return {row["key"]: row for row in rows}


def edit(world: World, change: str, *values: Any) -> None:
    """As an editor, to the end of the transaction."""
    assert world.editor.change(f"update public.test_data_fixtures set {change}", *values) == 1
    world.session.change("set constraints all immediate")
    world.session.change("set constraints all deferred")


def claimed(world: World) -> Suite:
    """The suite as the next run gets it."""
    world.a_run(suites=["data"])
    [suite] = world.claim()["suites"]
    return parsed(suite["source"], suite["path"])


def said(suite: Suite) -> dict[str, object]:
    """What its fixtures are, wherever that is written."""
    assert isinstance(suite.fixtures, FixtureData)
    return {
        name: (each.source, each.data, each.sha256, each.shared, each.cleanup)
        for name, each in suite.fixtures.fixtures.items()
    }


def test_a_push_makes_a_row_of_each_fixture(world: World) -> None:
    """With what is known of it: kind, size, checksum, life, clean-up."""
    pushed(world)
    rows = fixtures(world)
    assert {key: row["kind"] for key, row in rows.items()} == {
        **dict.fromkeys(("admins", "nothing", "limits"), "literal"),
        **dict.fromkeys(("table", "sealed"), "file"),
        **dict.fromkeys(("account", "invitation", "contract", "licence"), "snapshot"),
        "people": "generated",
    }
    assert (rows["limits"]["content"], rows["nothing"]["content"]) == ({"free": 3}, None)
    table = rows["table"]
    assert (table["path"], table["format"], table["size_bytes"], len(table["checksum"])) == (
        "table.csv",
        "csv",
        16,
        64,
    )
    assert rows["people"]["content"]["seed"] == 7
    lives = {
        key: (row["ttl_seconds"], row["cleanup"], row["cleanup_after_seconds"]) for key, row in rows.items()
    }
    assert lives["account"] == (5400, "delayed", 5400)
    assert lives["invitation"] == (86400, "immediate", None)
    assert lives["contract"] == lives["licence"] == (None, "manual", None)
    assert lives["table"] == (None, "immediate", None)
    assert {row["expires_at"] for row in rows.values()} == {None}
    assert [key for key, row in sorted(rows.items()) if row["is_immutable"]] == ["contract", "sealed"]


def test_the_rows_make_the_file_again(world: World) -> None:
    """Word by word, as far as they mean something."""
    pushed(world)
    source = world.session.value(
        "select private.compose_suite(suite) from public.test_suites as suite where key = 'data'"
    )
    assert said(parsed(source, "data.json")) == said(parsed())
    assert (
        "fixtures"
        not in world.viewer.rows("select config from public.test_suites where key = 'data'")[0]["config"]
    )


def test_the_same_push_changes_nothing_and_one_with_others_does(world: World) -> None:
    """What is gone from the file is gone; what is immutable, the file may change."""
    pushed(world)
    before = fixtures(world)
    [again] = pushed(world)["suites"]
    assert (again["changed"], fixtures(world)) == (False, before)
    changed = SUITE.replace("  admins: [{ id: root }]\n", "  admins: [{ id: boss }]\n").replace(
        "  nothing: { data: null }\n", ""
    )
    changed = changed.replace("contract: { snapshot: make.id,", "contract: { snapshot: make.number,").replace(
        "id: $.id", "id: $.id, number: $.n"
    )
    [again] = pushed(world, changed)["suites"]
    after = fixtures(world)
    assert (again["changed"], before.keys() - after.keys()) == (True, {"nothing"})
    assert after["admins"]["id"] == before["admins"]["id"]
    assert (after["admins"]["content"], after["contract"]["content"]) == ([{"id": "boss"}], "make.number")


def test_an_edited_fixture_is_what_the_next_run_gets(world: World) -> None:
    """A value, a rule, a new one, and one that is deleted."""
    pushed(world)
    edit(world, "content = %s where key = 'admins'", [{"id": "edited"}])
    edit(world, "content = jsonb_set(content, '{count}', '5') where key = 'people'")
    edit(world, "deleted_at = now() where key = 'limits'")
    world.editor.change(
        "insert into public.test_data_fixtures (organization_id, project_id, suite_id, key, name, content) "
        "select organization_id, project_id, id, 'added', 'Added', '[1, 2]' "
        "from public.test_suites where key = 'data'"
    )
    world.session.change("set constraints all immediate")
    suite = claimed(world)
    assert isinstance(suite.fixtures, FixtureData)
    assert suite.fixtures.load("admins") == [{"id": "edited"}]
    people = suite.fixtures.load("people", test="data/use")
    assert isinstance(people, list)
    assert [row["by"] for row in people if isinstance(row, dict)] == ["edited"] * 5
    assert suite.fixtures.load("added") == [1, 2]
    assert suite.fixtures.load("table") == [{"name": "ada", "age": 36}]
    assert "limits" not in suite.fixtures.fixtures


def test_an_immutable_fixture_is_not_edited_in_place(world: World) -> None:
    """Its file says what it is."""
    pushed(world)
    refusal = world.editor.refused_to(
        "update public.test_data_fixtures set content = '\"x.y\"' where key = 'contract'"
    )
    assert (refusal.code, refusal.message) == ("PT409", 'the fixture "contract" is immutable')


def test_fixtures_go_with_their_suite(world: World) -> None:
    """By a push that prunes, and by hand."""
    pushed(world)
    world.push(a_push(a_suite("accounts", ["login"]), prune=True) | {"dependencies": []})
    assert fixtures(world) == {}
    pushed(world)
    assert len(fixtures(world)) == 10
    world.editor.change("update public.test_suites set deleted_at = now() where key = 'data'")
    world.session.change("set constraints all immediate")
    assert fixtures(world) == {}


def test_two_suites_have_fixtures_of_one_name(world: World) -> None:
    """And a copy of a suite has its own."""
    pushed(world)
    suite_id = world.session.value("select id from public.test_suites where key = 'data'")
    world.editor.call("duplicate_suite", p_suite_id=suite_id, p_key="copy")
    rows = world.viewer.rows("select key from public.test_data_fixtures where key = 'admins'")
    assert len(rows) == 2


def _refused(world: World, fixture: object) -> Refusal:
    suite = a_suite("data", ["use"], fixtures={"users": fixture} if fixture is not ... else [])
    return world.editor.refused("push_suites", p_project_id=world.facts.project_id, p_push=a_push(suite))


@pytest.mark.parametrize(
    ("fixture", "message"),
    [
        (..., 'suite "data".fixtures must be of type object, but is array'),
        (7, 'fixture "users" of suite "data" must be of type object, but is number'),
        ({"kind": "magic"}, 'fixture "users" of suite "data".kind'),
        ({"kind": "literal", "content": 1, "cleanup": "never"}, 'fixture "users" of suite "data".cleanup'),
        (
            {"kind": "literal", "content": 1, "ttl_seconds": "x"},
            'fixture "users" of suite "data".ttl_seconds must',
        ),
        ({"kind": "file"}, "test_data_fixtures_have_their_data_in_one_place"),
        ({"kind": "literal"}, "test_data_fixtures_have_their_data_in_one_place"),
    ],
)
def test_an_impossible_fixture_is_refused_with_the_push(world: World, fixture: object, message: str) -> None:
    """And nothing is written."""
    refusal = _refused(world, fixture)
    assert refusal.code == "PT422"
    assert message in refusal.message
    assert world.count("public.test_suites where key = 'data'") == 0


def test_the_config_of_a_suite_has_no_fixtures(world: World) -> None:
    """They have a table of their own."""
    config = json.dumps({"fixtures": {"users": [1]}})
    refusal = world.editor.refused_to(f"update public.test_suites set config = '{config}' where key = 'shop'")
    assert (refusal.code, refusal.message) == ("PT422", '"fixtures" has no place in config')
