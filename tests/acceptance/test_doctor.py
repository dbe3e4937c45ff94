"""`baton doctor`: what is wrong with a set-up, in words."""

import json
import subprocess
from collections.abc import Iterator, Mapping
from pathlib import Path

import pytest

from tests.acceptance.commands import baton
from tests.targets import Target, running_target
from tests.wire import Reply, Seen, json_reply
from worker.database.session import Session, SessionFile

Findings = dict[str, dict[str, str]]


def look(home: Path, settings: Mapping[str, str] | None = None) -> tuple[int, Findings]:
    """The exit code, and what was found by subject; of several the worst."""
    settings = {"BATON_DATA_HOME": str(home / "data"), **(settings or {})}
    done = baton("doctor", "--json", home=home, settings=settings)
    order = ["ok", "warn", "fail"]
    found: Findings = {}
    for each in json.loads(done.stdout)["findings"]:
        known = found.get(each["subject"])
        if known is None or order.index(each["state"]) > order.index(known["state"]):
            found[each["subject"]] = each
    return done.returncode, found


def test_a_good_set_up_is_told_to_be_one(tmp_path: Path) -> None:
    """Nothing to log in to, nothing running: local runs need neither."""
    code, found = look(tmp_path)
    assert code == 0
    assert {each["state"] for each in found.values()} <= {"ok", "warn"}
    assert {"Python", "Baton", "certificates", "proxies", "disk, data", "Node", "stack", "session"} <= set(
        found
    )


def test_every_trouble_has_a_hint(tmp_path: Path) -> None:
    """What is wrong is half of it; exit code 3."""
    settings = {
        "BATON_URL": "http://127.0.0.1:9",
        "BATON_KEY": "sb_secret_canary",
        "HTTP_PROXY": "http://user:canary@proxy.test:3128",
        "SSL_CERT_FILE": str(tmp_path / "nowhere.pem"),
    }
    code, found = look(tmp_path, settings)
    assert code == 3
    bad = {subject: each for subject, each in found.items() if each["state"] != "ok"}
    assert {"keys", "proxies", "certificates", "project"} <= set(bad)
    assert all(each["hint"] for each in bad.values())
    assert "canary" not in str(found)


def test_a_setting_that_cannot_be_is_a_finding(tmp_path: Path) -> None:
    """A check-up tells of it and goes on."""
    code, found = look(tmp_path, {"BATON_URL": "shop.test"})
    assert code == 3
    assert found["settings"]["state"] == "fail"
    assert "secret files" not in found


def test_secrets_in_git_and_open_to_others(tmp_path: Path) -> None:
    """Two ways in which a secret is none any more; examples are none of them."""
    for name in ("secrets.env", "open-secrets.env", ".env.example"):
        (tmp_path / name).write_text("password=x\n", encoding="utf-8")
        (tmp_path / name).chmod(0o600)
    subprocess.run(["git", "init", "-q"], cwd=tmp_path, check=True)
    subprocess.run(["git", "add", "secrets.env", ".env.example"], cwd=tmp_path, check=True)
    assert "git keeps secrets.env" in look(tmp_path)[1]["secret files"]["what"]
    subprocess.run(["git", "rm", "-q", "--cached", "secrets.env"], cwd=tmp_path, check=True)
    assert look(tmp_path)[1]["secret files"]["state"] == "ok"
    (tmp_path / "open-secrets.env").chmod(0o644)
    code, found = look(tmp_path)
    assert code == 3
    assert "open-secrets.env" in found["secret files"]["what"]


@pytest.fixture
def project() -> Iterator[Target]:
    """What answers like a project, an hour behind."""

    async def auth(seen: Seen, *rest: str) -> Reply:
        return json_reply({}, headers={"Date": "Sat, 21 Nov 2020 00:00:00 GMT"})

    with running_target(routes={"auth": auth}) as target:
        yield target


def test_a_clock_that_is_off_is_told(tmp_path: Path, project: Target) -> None:
    """Tokens would count as expired, and nobody would know why."""
    session = Session(
        url=project.base_url,
        key="k",
        email="ada@example.com",
        user_id="u",
        access_token="canary",
        refresh_token="canary",
        expires_at=0,
    )
    file = SessionFile(tmp_path / ".config" / "baton" / "session.json")
    file.save("default", session)
    code, found = look(tmp_path)
    assert code == 3
    assert "ahead of the project's" in found["clock"]["what"]
    assert "ada@example.com" in found["session"]["what"]
    assert "canary" not in str(found)
    file.path.chmod(0o644)
    assert "chmod 600" in look(tmp_path)[1]["session"]["hint"]


def test_people_read_lines(tmp_path: Path) -> None:
    """A line a thing, the hint below it, and the sum."""
    done = baton("doctor", home=tmp_path, settings={"SSL_CERT_FILE": "/nowhere"})
    lines = done.stdout.splitlines()
    assert any(line.startswith("fail  certificates") for line in lines)
    assert lines[-1].startswith("1 thing is broken")


def test_without_the_parts_of_a_project_it_looks_at_what_there_is(tmp_path: Path) -> None:
    """Local runs need none of them; what one would be asked about is left out."""
    for name in ("supabase", "httpx", "pydantic"):
        (tmp_path / f"{name}.py").write_text(f"raise ModuleNotFoundError('none', name={name!r})\n")
    code, found = look(tmp_path, {"PYTHONPATH": str(tmp_path)})
    assert code == 0, found
    assert {"Python", "certificates", "disk, data"} <= set(found)


def test_a_place_for_archives_is_tried(tmp_path: Path) -> None:
    """And left as it was; a folder that is not there is told of, and not made: a disk may be missing."""
    folder = tmp_path / "archives"
    code, found = look(tmp_path, {"BATON_ARCHIVES": str(folder)})
    assert (code, found["archives"]["state"]) == (0, "warn")
    assert not folder.exists()
    folder.mkdir()
    code, found = look(tmp_path, {"BATON_ARCHIVES": str(folder)})
    assert (code, found["archives"]["state"]) == (0, "ok")
    assert list(folder.iterdir()) == []
    (tmp_path / "file").write_text("")
    code, found = look(tmp_path, {"BATON_ARCHIVES": str(tmp_path / "file" / "archives")})
    assert (code, found["archives"]["state"]) == (3, "fail")
    _, found = look(tmp_path)
    assert "archives" not in found
