"""Suite files: what members pull out of a project."""

from tests.database.pushes import a_push, a_suite
from tests.database.world import World


def test_members_get_the_file_of_each_suite(world: World) -> None:
    """As its next run uses it, with the addresses of its earlier versions, the newest first."""
    first, second = a_suite("a", ["x"]), a_suite("a", ["x"], source="suite: y\n")
    world.push(a_push(first))
    world.push(a_push(second))
    rows = world.viewer.call_all("get_suite_files", p_project_id=world.facts.project_id)
    assert [row["key"] for row in rows] == ["a", "accounts", "shop"]
    assert rows[0] == {
        "key": "a",
        "version": 2,
        "path": "suites/a.yaml",
        "source": "suite: y\n",
        "origin": "pushed",
        "known_hashes": [second["content_hash"], first["content_hash"]],
    }


def test_what_was_edited_or_removed_since_is_told(world: World) -> None:
    """An edited suite is the file that its rows make; one that is gone has none."""
    world.push(a_push(a_suite("a", ["x"]), a_suite("b", ["x"])))
    world.editor.change("update public.test_suites set deleted_at = now() where key = 'a'")
    world.editor.change("update public.test_suites set description = 'by hand' where key = 'b'")
    world.session.change("set constraints all immediate")
    rows = world.viewer.call_all("get_suite_files", p_project_id=world.facts.project_id)
    assert [(row["key"], row["origin"]) for row in rows] == [
        ("accounts", "pushed"),
        ("b", "edited"),
        ("shop", "pushed"),
    ]


def test_nobody_else_gets_them(world: World) -> None:
    """For others there is no such project."""
    for other in world.not_members:
        refusal = other.refused("get_suite_files", p_project_id=world.facts.project_id)
        assert refusal.code in ("PT404", "42501")
