"""Suite files: what members pull out of a project."""

import base64
import hashlib

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
        "files": {},
        "known_files": [],
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


def _hash(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def test_members_get_the_files_that_suites_name(world: World) -> None:
    """Those of today by path, those of earlier versions to know them again; and what is in them."""
    old, new, same = b"id\n1\n", b"id\n2\n", b"{}"
    for rows in (old, new):
        files = {"suites/rows.csv": _hash(rows), "suites/same.json": _hash(same)}
        contents = {_hash(each): base64.b64encode(each).decode() for each in (rows, same)}
        world.push(a_push(a_suite("a", ["x"], files=files)) | {"contents": contents})
    [suite, *_] = world.viewer.call_all("get_suite_files", p_project_id=world.facts.project_id)
    assert suite["files"] == {"suites/rows.csv": _hash(new), "suites/same.json": _hash(same)}
    assert suite["known_files"] == sorted(map(_hash, (old, new, same)))
    about = {"p_project_id": world.facts.project_id}
    text = world.viewer.call("get_suite_content", **about, p_hash=_hash(new))
    # Reports of a pipeline have lines of tests that come out of such files.
    assert world.a_token("ci").call("get_suite_content", **about, p_hash=_hash(new)) == text
    assert base64.b64decode(text) == new
    assert world.viewer.refused("get_suite_content", **about, p_hash="0" * 64).code == "PT404"
    for other in world.not_members:
        assert other.refused("get_suite_content", **about, p_hash=_hash(new)).code in ("PT404", "42501")


def test_nobody_else_gets_them(world: World) -> None:
    """For others there is no such project."""
    for other in world.not_members:
        refusal = other.refused("get_suite_files", p_project_id=world.facts.project_id)
        assert refusal.code in ("PT404", "42501")
