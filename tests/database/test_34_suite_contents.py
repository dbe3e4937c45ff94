"""The files that suites name: pushed once, and given to nobody but the worker that has the run."""

import base64
import hashlib
from typing import Any

import pytest

from tests.database.pushes import Json, a_push, a_suite
from tests.database.world import World

CONTENT = b"id,size\nwalnut,2\n"
HASH = hashlib.sha256(CONTENT).hexdigest()
OTHER = b"id,size\nwalnut,3\n"
OTHER_HASH = hashlib.sha256(OTHER).hexdigest()


def _in_base64(*contents: bytes) -> dict[str, str]:
    return {hashlib.sha256(each).hexdigest(): base64.b64encode(each).decode() for each in contents}


def _pushed(world: World, files: Json, *contents: bytes, **more: Any) -> Json:
    push = a_push(a_suite("a", ["x"], files=files, **more)) | {"contents": _in_base64(*contents)}
    [suite] = world.push(push)["suites"]
    return dict(suite)


def _claim(world: World, *, worker: str = "worker-1") -> Json:
    world.a_run(suites=["a"])
    return world.claim(worker)


def test_what_is_there_is_not_sent_again(world: World) -> None:
    """The same content is kept once, whatever it is called."""
    ask = {"p_project_id": world.facts.project_id, "p_hashes": "{" + f"{HASH},{OTHER_HASH}" + "}"}
    assert set(world.editor.call("find_missing_contents", **ask)) == {HASH, OTHER_HASH}
    _pushed(world, {"rows.csv": HASH, "same.csv": HASH}, CONTENT)
    assert world.editor.call("find_missing_contents", **ask) == [OTHER_HASH]
    assert _pushed(world, {"rows.csv": HASH, "same.csv": HASH})["changed"] is False


def test_a_file_with_other_content_makes_a_version(world: World) -> None:
    """Also where the suite's own file says the same; the earlier content is the earlier version again."""
    assert _pushed(world, {"rows.csv": HASH}, CONTENT)["version"] == 1
    assert _pushed(world, {"rows.csv": OTHER_HASH}, OTHER)["version"] == 2
    assert _pushed(world, {"rows.csv": HASH})["version"] == 1


@pytest.mark.parametrize(
    ("files", "contents", "message"),
    [
        ({"rows.csv": HASH}, {}, 'suite "a" names the file rows.csv, and its content is not there'),
        ({"rows.csv": "x"}, {}, 'the files of suite "a" are not {path: sha256 in hex}'),
        ({"rows.csv": 3}, {}, 'the files of suite "a" are not {path: sha256 in hex}'),
        ([], {}, 'suite "a".files must be of type object, but is array'),
        ({f"{number}": HASH for number in range(1001)}, {}, '1001 files of suite "a"'),
        ({}, [], "a push.contents must be of type object, but is array"),
        ({}, {HASH: "bm8="}, "push: "),
        ({}, {HASH: "no base64!"}, "push: "),
        ({}, _in_base64(b"x" * 8388609), "push: "),
    ],
)
def test_files_that_are_not_what_they_seem_are_refused(
    world: World, files: Any, contents: Any, message: str
) -> None:
    """A content is what its hash says; nothing is written."""
    push = a_push(a_suite("a", ["x"], files=files)) | {"contents": contents}
    refusal = world.editor.refused("push_suites", p_project_id=world.facts.project_id, p_push=push)
    assert refusal.code in ("PT413", "PT422")
    assert message in refusal.message
    assert refusal.hint
    assert world.session.value("select count(*) from private.suite_contents") == 0


def test_the_worker_that_has_the_run_gets_its_files(world: World) -> None:
    """By the hashes that the claim says. Nobody gets another's, and nobody without the lease."""
    _pushed(world, {"rows.csv": HASH}, CONTENT)
    claim = _claim(world)
    [suite] = claim["suites"]
    assert suite["files"] == {"rows.csv": HASH}
    ask = {"p_run_id": claim["run"]["id"], "p_lease_number": 1, "p_hash": HASH}
    assert base64.b64decode(world.worker.call("get_run_content", **ask)) == CONTENT
    assert world.worker.refused("get_run_content", **ask | {"p_lease_number": 2}).code == "PT409"
    refusal = world.worker.refused("get_run_content", **ask | {"p_hash": OTHER_HASH})
    assert (refusal.code, refusal.message) == ("PT404", "no suite of this run names such a file")
    for member in world.members:
        assert member.refused("get_run_content", **ask).code == "42501"


def test_a_file_that_the_project_has_is_no_file_of_every_run(world: World) -> None:
    """A run gets what its own suites name."""
    _pushed(world, {"rows.csv": HASH}, CONTENT)
    run_id = world.a_claimed_run(suites=["accounts"])
    ask = {"p_run_id": run_id, "p_lease_number": 1, "p_hash": HASH}
    assert world.worker.refused("get_run_content", **ask).code == "PT404"


def test_a_suite_that_is_edited_keeps_its_files(world: World) -> None:
    """And the folder in which the paths in it begin. So does a copy of it."""
    _pushed(world, {"suites/rows.csv": HASH}, CONTENT)
    suite = world.session.value("select id from public.test_suites where key = 'a'")
    world.editor.change("update public.test_suites set description = 'new' where key = 'a'")
    world.session.change("set constraints all immediate")
    world.editor.call("duplicate_suite", p_suite_id=suite, p_key="copy")
    rows = world.session.rows(
        "select version.path, version.files from public.test_suites as suite"
        " join private.suite_versions as version on suite_id = suite.id and number = suite.version"
        " where suite.key in ('a', 'copy') order by suite.key"
    )
    assert rows == [
        {"path": "suites/a.json", "files": {"suites/rows.csv": HASH}},
        {"path": "suites/copy.json", "files": {"suites/rows.csv": HASH}},
    ]


def test_only_editors_ask_what_is_missing(world: World) -> None:
    """Whoever cannot push learns nothing of what is there."""
    ask = {"p_project_id": world.facts.project_id, "p_hashes": "{" + HASH + "}"}
    for other in (world.viewer, *world.not_members):
        assert other.refused("find_missing_contents", **ask).code in ("PT403", "PT404", "42501")
