"""Files that an API answers: in a laptop's report, in a project for their days, never with a secret."""

import base64
import json
import re
from collections.abc import AsyncIterator
from pathlib import Path
from typing import Any

import pytest

from tests.acceptance.commands import Done
from tests.acceptance.site import Site, a_site
from tests.targets import PASSWORD, PICTURE
from worker.clock import SystemClock
from worker.database import RecordedRuns, open_database
from worker.project.pipeline import open_caller
from worker.queue import SupabaseQueue
from worker.settings import read_settings

SUITE = """
suite: files
tests:
  picture:
    GET: /picture
    expect: { status: 200, headers: { content-type: image/png } }
  log: { GET: /save/day.log?holds=all%20quiet }
  leak: { GET: "/save/leak.bin?holds={{ secrets.password }}" }
"""


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A stack, an API and a signed-in administrator, with a suite whose tests are answered files."""
    async with a_site(tmp_path) as site:
        await site.push(files=SUITE)
        yield site


async def _ran(site: Site) -> str:
    run_id = await site.request("files")
    with site.worker():
        await site.until(run_id, "completed")
    return run_id


def _told(site: Site, run_id: str) -> dict[str, Any]:
    rows = site.sql(
        "select test.key, detail.content from test_result_details as detail "
        "join test_cases as test on test.id = detail.test_case_id "
        "where detail.run_id = %s and detail.kind = 'artifact'",
        run_id,
    )
    return dict(rows)


@pytest.mark.stack
async def test_a_project_keeps_them_for_their_days(site: Site) -> None:
    """After them only what they were is known; a run that comes back from an archive says so."""
    run_id = await _ran(site)
    told = _told(site, run_id)
    assert {key: (file["kept"], file["note"]) for key, file in told.items()} == {
        "picture": (True, ""),
        "log": (True, ""),
        "leak": (False, "it holds a secret"),
    }
    [(test_id,)] = site.sql(
        "select id from test_cases where key = 'picture' and project_id = %s", site.member.project_id
    )
    asked = {"p_run_id": run_id, "p_test_case_id": str(test_id), "p_checksum": told["picture"]["sha256"]}
    answer = await site.member.database.call("get_artifact", **asked)
    assert base64.b64decode(answer["content"]) == PICTURE

    site.age(run_id, days=8)
    place = {"BATON_ARCHIVES": str(site.home / "archives")}
    plan = await site.baton("retention", "plan", settings=place)
    assert "images" in plan.stdout
    done = await site.baton("retention", "run", settings=place)
    assert "images deleted" in done.stdout, done.stderr
    assert site.sql("select media_type from private.artifacts where run_id = %s", run_id) == [
        ("application/x-log",)
    ]
    assert _told(site, run_id) == told

    # Long before its days are over the log goes with its result.
    site.age(run_id, days=400)
    site.sql(
        "update organizations set retention = '{\"logs\": 36500}' where id = %s", site.member.organization
    )
    await site.baton("retention", "run", settings=place)
    assert site.sql("select 1 from private.artifacts where run_id = %s", run_id) == []
    back = await site.baton("archive", "restore", run_id, settings=place)
    assert back.returncode == 0, back.stderr
    assert _told(site, run_id) == told


@pytest.mark.stack
async def test_reports_of_a_pipeline_hold_them(site: Site) -> None:
    """Of the runs that its own token requested; another of the same project gets none of them."""
    tokens = {name: await _a_token(site, name) for name in ("main", "another")}
    arguments = ("--report", "html=run.html", "--report", "allure=allure")
    with site.worker():
        done = await _as_pipeline(site, tokens["main"], "trigger", "-e", "local", *arguments)
    assert done.returncode == 0, done.stdout + done.stderr
    shown = f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}"
    assert shown in (site.home / "run.html").read_text(encoding="utf-8")
    pictures = [path.read_bytes() for path in (site.home / "allure").glob("*.png")]
    assert pictures == [PICTURE]
    [run_id] = re.findall(r"Requested run (\S+):", done.stdout)
    [(test_id,)] = site.sql(
        "select id from test_cases where key = 'picture' and project_id = %s", site.member.project_id
    )
    settings = read_settings({**site.settings, "BATON_TOKEN": tokens["another"], "HOME": str(site.home)})
    caller = await open_caller(settings, profile=None, clock=SystemClock())
    try:
        told = _told(site, run_id)["picture"]
        assert await RecordedRuns(caller.database).file(run_id, str(test_id), told["sha256"]) is None
    finally:
        await caller.database.close()


async def _a_token(site: Site, name: str) -> str:
    made = await site.baton("token", "create", "--project", "shop", "--name", name)
    return made.stdout.strip()


async def _as_pipeline(site: Site, token: str, *arguments: str) -> Done:
    return await site.baton(*arguments, settings={"BATON_TOKEN": token, "BATON_SECRET_KEY": ""})


@pytest.mark.stack
async def test_workers_remove_them_without_archives(site: Site) -> None:
    """Nobody has to say where archives lie."""
    run_id = await _ran(site)
    site.age(run_id, days=31)
    assert len(site.sql("select 1 from private.artifacts where run_id = %s", run_id)) == 2
    database = await open_database(site.stack.url, site.stack.secret_key)
    try:
        assert await SupabaseQueue(database).tidy_up() >= 2
    finally:
        await database.close()
    assert site.sql("select 1 from private.artifacts where run_id = %s", run_id) == []


@pytest.mark.stack
async def test_a_report_shows_them(site: Site) -> None:
    """Of a run on a laptop in full, as part of the page; the JSON report tells what they were."""
    site.write("local.yaml", SUITE)
    done = await site.baton(
        "run", "local.yaml", "--base-url", site.target.base_url, "--report", "html=run.html",
        "--report", "json=run.json", settings={"BATON_SECRET_password": PASSWORD},
    )  # fmt: skip
    assert done.returncode == 0, done.stdout + done.stderr
    page = (site.home / "run.html").read_text(encoding="utf-8")
    assert f"data:image/png;base64,{base64.b64encode(PICTURE).decode()}" in page
    assert PASSWORD not in page
    tests = {test["key"]: test for test in json.loads((site.home / "run.json").read_text())["tests"]}
    leak = tests["leak"]["attempts"][0]["exchange"]["response"]["file"]
    assert (leak["name"], leak["sha256"], leak["note"]) == ("leak.bin", "", "it holds a secret")
