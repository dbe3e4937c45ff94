"""Files that were answered: kept beside their evidence, shown to members, gone after their days."""

import base64
import hashlib
from typing import Any
from uuid import UUID

import pytest

from tests.database.pushes import Json, a_result
from tests.database.world import World

PNG = b"\x89PNG\r\n\x1a\n and so on"


def _told(content: bytes, category: str = "image") -> Json:
    digest = hashlib.sha256(content).hexdigest()
    told = {"name": "a.png", "media_type": "image/png", "category": category, "sha256": digest, "kept": True}
    return {"kind": "artifact", "content": told}


def _file(content: bytes = PNG, test: str = "shop/catalog", **more: Any) -> Json:
    encoded = base64.b64encode(content).decode()
    return {"test": test, "category": "image", "media_type": "image/png", "content": encoded} | more


def _a_run_with(world: World, *files: Json, told: bytes = PNG, category: str = "image") -> UUID:
    run_id = world.a_claimed_run()
    results = [
        a_result("shop/catalog", details=[_told(told, category)]),
        a_result("accounts/login", "failed", details=[_told(told, category)]),
    ]
    world.record(run_id, 1, {"results": results, "artifacts": list(files)})
    world.finish(run_id, {"status": "failed", "reason": "tests"})
    return run_id


def _asked(world: World, run_id: UUID, content: bytes = PNG, test: str = "catalog") -> Json:
    test_id = world.session.value("select id from public.test_cases where key = %s", test)
    checksum = hashlib.sha256(content).hexdigest()
    return {"p_run_id": run_id, "p_test_case_id": test_id, "p_checksum": checksum}


def test_members_get_what_was_answered(world: World) -> None:
    """As it was, by the checksum of its evidence; nobody else."""
    run_id = _a_run_with(world, _file())
    asked = _asked(world, run_id)
    for member in world.members:
        answer = member.call("get_artifact", **asked)
        assert base64.b64decode(answer.pop("content")) == PNG
        assert answer == {"media_type": "image/png", "category": "image", "bytes": len(PNG)}
    for stranger in (world.outsider, world.stranger):
        assert stranger.refused("get_artifact", **asked).code == "PT404"


@pytest.mark.parametrize("scope", ["runs:request", "results:read"])
def test_a_token_gets_those_of_runs_that_it_requested(world: World, scope: str) -> None:
    """What its reports show. The evidence of other runs of its project names files that are not for it."""
    run_id = _a_run_with(world, _file())
    asked = _asked(world, run_id)
    token = world.a_token(scopes=f"{{{scope}}}")
    assert token.refused("get_artifact", **asked).code == "PT404"
    world.session.change("update public.test_runs set requested_by = %s where id = %s", token.id, run_id)
    assert base64.b64decode(token.call("get_artifact", **asked)["content"]) == PNG
    for another in (world.a_token("another"), world.outsider, world.stranger):
        assert another.refused("get_artifact", **asked).code == "PT404"
    assert token.refused("get_artifact", **_asked(world, run_id, b"another")).code == "PT404"


@pytest.mark.parametrize(
    ("end", "code"),
    [
        ("update public.project_tokens set revoked_at = now() where account_id = %s", "PT401"),
        (
            "update public.project_tokens set created_at = now() - interval '2 days', "
            "expires_at = now() - interval '1 second' where account_id = %s",
            "PT401",
        ),
        (
            "update public.projects set deleted_at = now() where exists "
            "(select from public.project_tokens where account_id = %s)",
            "PT401",
        ),
        ("update public.project_tokens set scopes = '{suites:push}' where account_id = %s", "PT404"),
    ],
    ids=["revoked", "expired", "without its project", "only pushes"],
)
def test_a_token_that_reads_no_runs_gets_no_file(world: World, end: str, code: str) -> None:
    """From that moment on, also of what it requested itself, whatever its session says."""
    run_id = _a_run_with(world, _file())
    token = world.a_token()
    world.session.change("update public.test_runs set requested_by = %s where id = %s", token.id, run_id)
    asked = _asked(world, run_id)
    assert token.call("get_artifact", **asked)["bytes"] == len(PNG)
    world.session.change(end, token.id)
    assert token.refused("get_artifact", **asked).code == code


def test_a_token_gets_no_file_of_another_project(world: World) -> None:
    """Not even of its organization, and not if the run's row said that it had requested it."""
    run_id = _a_run_with(world, _file())
    token = world.a_token()
    other = world.session.value(
        "insert into public.projects (organization_id, key, name) "
        "select organization_id, 'other', 'Other' from public.projects where id = %s returning id",
        world.facts.project_id,
    )
    world.session.change("update public.test_runs set requested_by = %s where id = %s", token.id, run_id)
    world.session.change(
        "update public.project_tokens set project_id = %s where account_id = %s", other, token.id
    )
    assert token.refused("get_artifact", **_asked(world, run_id)).code == "PT404"


def test_a_file_is_of_one_test(world: World) -> None:
    """The same content of another test is asked for there."""
    run_id = _a_run_with(world, _file())
    assert world.viewer.refused("get_artifact", **_asked(world, run_id, test="login")).code == "PT404"


def test_what_no_evidence_names_is_not_kept(world: World) -> None:
    """A test that has its result already brings no file to it."""
    run_id = _a_run_with(world, _file(b"another"), _file(), _file())
    assert world.count("private.artifacts") == 1
    assert world.viewer.refused("get_artifact", **_asked(world, run_id, b"another")).code == "PT404"


@pytest.mark.parametrize(
    ("wrong", "code"),
    [
        ({"content": "no base64!"}, "PT422"),
        ({"content": 7}, "PT422"),
        ({"content": base64.b64encode(b"x" * 1_048_577).decode()}, "PT422"),
        ({"category": "secret"}, "PT422"),
        ({"media_type": "text/html\r\nX-Evil: 1"}, "PT422"),
        ({"test": "shop/none"}, "PT422"),
        ({"test": None}, "PT422"),
    ],
)
def test_a_file_that_is_none_is_refused(world: World, wrong: Json, code: str) -> None:
    """And nothing of its batch is written."""
    run_id = world.a_claimed_run()
    content = b"x" * 1_048_577 if "eHh4" in str(wrong.get("content")) else PNG
    batch = {
        "results": [a_result("shop/catalog", details=[_told(content)])],
        "artifacts": [_file() | wrong],
    }
    arguments = {"p_run_id": run_id, "p_lease_number": 1, "p_batch_number": 1, "p_context_version": 1}
    refusal = world.worker.refused("record_run", **arguments, p_batch=batch)
    assert (refusal.code, bool(refusal.hint)) == (code, True)
    assert (world.count("public.test_results"), world.count("private.artifacts")) == (0, 0)


def test_a_run_keeps_so_much_and_no_more(world: World) -> None:
    """A run that is recorded by somebody's laptop cannot fill the project either."""
    run_id = world.a_claimed_run()
    for number in range(64):
        # As if they had come with earlier batches.
        content = bytes([number]) * 1_048_576
        world.session.change(
            "insert into private.artifacts "
            "select %s, id, encode(sha256(%s), 'hex'), organization_id, "
            "(select created_at from public.test_runs where id = %s), 'log', 'a/b', %s "
            "from public.test_cases where key = 'login'",
            run_id, content, run_id, content,
        )  # fmt: skip
    batch = {
        "results": [a_result("shop/catalog", details=[_told(PNG)])],
        "artifacts": [_file()],
    }
    arguments = {"p_run_id": run_id, "p_lease_number": 1, "p_batch_number": 1, "p_context_version": 1}
    assert world.worker.refused("record_run", **arguments, p_batch=batch).code == "PT413"


@pytest.mark.parametrize(("category", "days"), [("image", 7), ("video", 14), ("log", 30)])
def test_each_kind_has_its_own_days(world: World, category: str, days: int) -> None:
    """What there was stays with the evidence; only what was in it goes."""
    run_id = _a_run_with(world, _file(category=category), category=category)
    world.age(run_id, days=days - 1)
    assert world.worker.call("delete_expired_artifacts")["bytes"] == 0
    world.age(run_id, days=1)
    [plan] = [each for each in world.worker.call("plan_retention") if each["organization"] == "shop"]
    assert plan["artifacts"][f"{category}s"]["files"] == 1
    gone = world.worker.call("delete_expired_artifacts")
    assert (gone[f"{category}s"], gone["bytes"]) == (1, len(PNG))
    assert world.worker.call("delete_expired_artifacts")["bytes"] == 0
    assert world.viewer.refused("get_artifact", **_asked(world, run_id)).code == "PT404"
    evidence = "select count(*) from public.test_result_details where kind = 'artifact'"
    assert world.session.value(evidence) == 2


def test_an_organization_has_days_of_its_own(world: World) -> None:
    """In the same words as for everything else."""
    run_id = _a_run_with(world, _file())
    world.age(run_id, days=20)
    world.admin.change("update public.organizations set retention = %s", {"images": 21})
    assert world.worker.call("delete_expired_artifacts")["images"] == 0
    world.admin.change("update public.organizations set retention = %s", {"images": 20})
    assert world.worker.call("delete_expired_artifacts")["images"] == 1


def test_files_go_in_steps(world: World) -> None:
    """As many as are asked for, and then the rest."""
    run_id = _a_run_with(world, _file(), _file(test="accounts/login"))
    world.age(run_id, days=10)
    asked = [world.worker.call("delete_expired_artifacts", p_limit=1)["images"] for _ in range(3)]
    assert asked == [1, 1, 0]


def test_files_go_with_their_results_and_runs(world: World) -> None:
    """Whatever days they have."""
    run_id = _a_run_with(world, _file(), _file(test="accounts/login"))
    world.session.change("delete from public.test_results where verdict = 'passed'")
    assert world.count("private.artifacts") == 1
    world.session.change("delete from public.test_runs where id = %s", run_id)
    assert world.count("private.artifacts") == 0


def test_a_batch_that_is_repeated_brings_its_files_once(world: World) -> None:
    """It gets its first answer."""
    run_id = world.a_claimed_run()
    batch = {"results": [a_result("shop/catalog", details=[_told(PNG)])], "artifacts": [_file()]}
    assert world.record(run_id, 1, batch) == world.record(run_id, 1, batch)
    assert world.count("private.artifacts") == 1
