"""`baton retention` and `baton archive`: what is old goes into files, is asked there, and comes back."""

import asyncio
import json
import re
import signal
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from pathlib import Path
from typing import Any
from uuid import UUID

import pytest

from tests.acceptance.commands import surroundings, until_said
from tests.acceptance.killed_clean_up import ASKING
from tests.acceptance.site import BROKEN, MEMBERS, Site, a_site
from tests.living_bytes import living_bytes
from tests.old_runs import everything_of, make_old_runs
from tests.s3_server import SECRET_KEY, a_storage, s3_server
from worker.database import open_database
from worker.retention import ArchiveStorage, CleanUp, open_storage
from worker.retention.records import RetentionRecords
from worker.retention.restoring import restore_run
from worker.settings import read_settings
from worker.wiring import worker_parts

HERE = Path(__file__).parent
#: In the folder that is told to all commands here.
NOWHERE_ELSE: Mapping[str, str] = {}


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A stack, an API and a signed-in administrator, with two suites."""
    async with a_site(tmp_path) as site:
        await site.push(members=MEMBERS, broken=BROKEN)
        yield site


async def _baton(site: Site, *words: str, code: int = 0, place: Mapping[str, str] = NOWHERE_ELSE) -> str:
    done = await site.baton(*words, settings={"BATON_ARCHIVES": str(site.home / "archives"), **place})
    assert done.returncode == code, done.stderr
    return done.stdout if code == 0 else done.stderr


def _ours(site: Site) -> tuple[str, str]:
    [(slug,)] = site.sql("select slug from organizations where id = %s", site.member.organization)
    return ("--organization", slug)


async def _asked(site: Site, query: str, place: Mapping[str, str] = NOWHERE_ELSE) -> list[dict[str, Any]]:
    said = await _baton(site, "archive", "query", query, *_ours(site), "--json", place=place)
    return [json.loads(line) for line in said.splitlines()]


@pytest.mark.stack
async def test_results_go_by_their_verdict_and_runs_after_them(site: Site) -> None:
    """90 days for what passed, 180 for what did not; a run stays as long as a result of it."""
    young, middling, old = make_old_runs(site, 80, 100, 200)
    before = everything_of(site, [young, middling, old])
    plan = await _baton(site, "retention", "plan")
    assert "2 rows of 2 runs" in plan
    await _baton(site, "retention", "run")
    after = everything_of(site, [young, middling, old])
    assert [row["id"] for row in after["test_runs"]] == sorted([str(young), str(middling)])
    verdicts = sorted((row["run_id"], row["verdict"]) for row in after["test_results"])
    assert verdicts == sorted([(str(young), "passed"), (str(young), "failed"), (str(middling), "failed")])
    mine = f"where organization_id = '{site.member.organization}'"
    [count] = await _asked(site, f"select count(*) as rows from test_results {mine}")
    assert count["rows"] == len(before["test_results"]) - len(after["test_results"])
    assert "nothing is too old" in await _baton(site, "retention", "run")


@pytest.mark.stack
async def test_a_plan_says_all_that_a_clean_up_does(site: Site) -> None:
    """Runs that follow their results, too; to programs with every count, and where archives lie."""
    make_old_runs(site, 200, 201)
    ours = site.home / "archives" / str(site.member.organization)
    text = await _baton(site, "retention", "plan")
    assert re.search(r"runs +2 more, once their results are gone", text)
    plan = json.loads(await _baton(site, "retention", "plan", "--json"))
    mine = next(each for each in plan["projects"] if each["project_id"] == str(site.member.project_id))
    assert (mine["passed_results"]["rows"], mine["failed_results"]["rows"]) == (2, 2)
    assert (mine["runs"]["runs"], mine["following_runs"]["runs"]) == (0, 2)
    assert plan["archives"] == {"address": str(site.home / "archives"), "trouble": None}
    # Nothing was made for it.
    assert not (site.home / "archives").exists()
    # Those of others, who may have left something, are in it as well.
    runs = sum(each["runs"]["runs"] + each["following_runs"]["runs"] for each in plan["projects"])
    done = json.loads(await _baton(site, "retention", "run", "--json"))
    assert (done["done"]["archived"]["test_runs"], done["turn"]) == (runs, None)
    after = json.loads(await _baton(site, "retention", "run", "--dry-run", "--json"))
    mine = next(each for each in after["projects"] if each["project_id"] == str(site.member.project_id))
    assert (mine["following_runs"]["runs"], mine["runs"]["runs"]) == (0, 0)
    verified = json.loads(await _baton(site, "archive", "verify", *_ours(site), "--json"))
    assert (verified["archives"], verified["wrong"]) == (len(list(ours.rglob("*.parquet"))), [])
    assert done["done"]["files"] >= verified["archives"] > 0


@pytest.mark.stack
async def test_a_wrong_place_for_archives_is_told_while_nothing_is_old(site: Site) -> None:
    """By a plan, by doctor, by a worker when it starts; with what to look at, and without the key."""
    with a_storage({"PUT": 403}) as keys:
        place = {"BATON_ARCHIVES": "s3://archives", **keys}
        said = [await _baton(site, "retention", "plan", code=3, place=place)]
        planned = await site.baton("retention", "plan", "--json", settings=place)
        assert planned.returncode == 3
        assert json.loads(planned.stdout)["archives"]["trouble"]["where"] == "s3://archives/"
        done = await site.baton("doctor", settings=place)
        assert done.returncode == 3
        said.append(done.stdout)
        with site.process(
            "worker", "--poll", "0.5", settings={**place, "BATON_LOG_FORMAT": "json"}
        ) as worker:
            said.append(await until_said(worker.stderr, "archives.not_done"))
    for text in said:
        assert "an archive cannot be written: " in text
        assert "s3://archives" in text
        assert SECRET_KEY not in text


@pytest.mark.stack
async def test_a_run_comes_back_as_it_was(site: Site) -> None:
    """Row by row; nothing is counted again, and nothing archived again when its 30 days are over."""
    [run_id] = make_old_runs(site, 400)
    before = everything_of(site, [run_id])
    await _baton(site, "retention", "run")
    assert everything_of(site, [run_id])["test_runs"] == []
    said = await _baton(site, "archive", "restore", str(run_id))
    assert "1 rows of test_runs" in said
    assert everything_of(site, [run_id]) == before
    again = json.loads(await _baton(site, "archive", "restore", str(run_id), "--json"))
    assert (again["run"], set(again["rows"].values())) == (str(run_id), {0})
    assert "all of it was there" in await _baton(site, "archive", "restore", str(run_id))
    assert "nothing is too old" in await _baton(site, "retention", "run")
    site.sql("update test_runs set kept_until = now() - interval '1 minute' where id = %s", run_id)
    assert "1 runs that had been taken back are gone again" in await _baton(site, "retention", "run")
    assert everything_of(site, [run_id])["test_runs"] == []
    mine = f"where run_id = '{run_id}'"
    assert await _asked(site, f"select count(*) as n from test_results {mine}") == [{"n": 2}]


@pytest.mark.stack
async def test_what_an_api_answered_moves_no_cursor(site: Site) -> None:
    """A row is a line, whatever is in it."""
    query = "select 'a' || chr(27) || '[2J' || chr(10) || 'b' as x"
    said = await _baton(site, "archive", "query", query, *_ours(site))
    assert said.splitlines()[2:] == ["a\\x1b[2J\\nb"]


@pytest.mark.stack
async def test_archives_lie_in_a_storage_that_speaks_s3(site: Site) -> None:
    """Written, listed, asked, verified and taken back over HTTP; its key is in no output."""
    runs = make_old_runs(site, 300, 301)
    before = everything_of(site, runs)
    with s3_server() as s3:
        place = {"BATON_ARCHIVES": s3.address, **s3.settings}
        said = [await _baton(site, "retention", "run", place=place)]
        count = f"select count(*) as n from test_results where run_id = '{runs[0]}'"
        assert await _asked(site, count, place) == [{"n": 2}]
        said.append(await _baton(site, "archive", "list", place=place))
        said += [await _baton(site, "archive", "restore", str(run), place=place) for run in runs]
        elsewhere = {**place, "BATON_ARCHIVES": "s3://other"}
        said.append(await _baton(site, "archive", "restore", str(runs[0]), code=3, place=elsewhere))
    assert everything_of(site, runs) == before
    assert SECRET_KEY not in "".join(said)


@pytest.mark.stack
async def test_an_organization_keeps_what_it_wants(site: Site) -> None:
    """Its own days come before the rule; an administrator sets them."""
    [run_id] = make_old_runs(site, 100)
    table = site.member.database.table("organizations")
    query = table.update({"retention": {"passed_results": 365}}).eq("id", site.member.organization)
    await site.member.database.read(query, what="organizations")
    await _baton(site, "retention", "run")
    assert len(everything_of(site, [run_id])["test_results"]) == 2


@pytest.mark.stack
async def test_a_file_that_was_changed_is_found_and_not_taken_back(site: Site) -> None:
    """`verify` reads all of them; `restore` refuses before it writes."""
    [run_id] = make_old_runs(site, 300)
    await _baton(site, "retention", "run")
    files = list((site.home / "archives" / str(site.member.organization)).rglob("*.parquet"))
    [file] = [path for path in files if "/test_runs/" in str(path)]
    whole = file.read_bytes()
    file.write_bytes(whole[:-20] + b"\0" * 20)
    assert file.name in await _baton(site, "archive", "restore", str(run_id), code=3)
    assert file.name in await _baton(site, "archive", "verify", *_ours(site), code=3)
    file.unlink()
    assert "was it removed by hand?" in await _baton(
        site, "archive", "query", "select 1", *_ours(site), code=3
    )
    assert "was it removed by hand?" in await _baton(site, "archive", "restore", str(run_id), code=3)
    assert everything_of(site, [run_id])["test_runs"] == []


@pytest.mark.stack
async def test_what_is_asked_wrongly_gets_an_answer(site: Site) -> None:
    """No place, no such run, no SQL; and nothing but the archives can be read."""
    nowhere = await site.baton("retention", "run")
    assert (nowhere.returncode, "BATON_ARCHIVES" in nowhere.stderr) == (2, True)
    gone = "5f0c7a5e-0d2c-4d3b-9a54-2f6c3f3f0b7a"
    assert "no archive holds the run" in await _baton(site, "archive", "restore", gone, code=3)
    assert "the tables are" in await _baton(site, "archive", "query", "select nope", *_ours(site), code=2)
    reading = "select * from read_text('/etc/passwd')"
    assert "disabled" in await _baton(site, "archive", "query", reading, *_ours(site), code=2)


@pytest.mark.stack
async def test_a_worker_cleans_up_by_itself(site: Site) -> None:
    """Once it was told where archives lie, a day after the last time, or when the database's clock asks."""
    # What others may have left.
    await _baton(site, "retention", "run")
    [run_id] = make_old_runs(site, 300)
    site.sql("select private.request_retention()")
    settings = read_settings({**site.settings, "BATON_ARCHIVES": str(site.home / "archives")})
    parts = await worker_parts(settings)
    try:
        assert parts.clean_up is not None
        assert await parts.clean_up() == 10
        assert everything_of(site, [run_id])["test_runs"] == []
        make_old_runs(site, 300)
        assert await parts.clean_up() == 0
    finally:
        await parts.close()


class Cut(Exception):
    """The process ends here."""


class Cutting:
    """Something whose calls end the process, once so many of them have done something."""

    def __init__(self, inner: Any, moments: Iterator[int]) -> None:
        self._inner = inner
        self._moments = moments

    def __getattr__(self, name: str) -> Any:
        inner = getattr(self._inner, name)
        if name in ASKING:
            return inner

        async def call(*arguments: Any, **named: Any) -> Any:
            answer = await inner(*arguments, **named)
            if next(self._moments, None) is None:
                raise Cut
            return answer

        return call


@pytest.mark.stack
async def test_it_may_be_interrupted_anywhere(site: Site) -> None:
    """After every step: the next one goes on, each row is in one file, and all come back."""
    database = await open_database(site.stack.url, site.stack.secret_key)
    records = RetentionRecords(database)
    storage = open_storage(str(site.home / "archives"), {})
    moment = 0
    try:
        while await _is_cut(records, storage, site, moment):
            moment += 1
    finally:
        await database.close()
    # Three chunks of two files: written, recorded, read back, deleted, closed; and what comes after them.
    assert moment > 24


async def _is_cut(records: RetentionRecords, storage: ArchiveStorage, site: Site, moment: int) -> bool:
    """Interrupt a clean-up at this moment and carry out another; whether it was not over before."""
    runs = make_old_runs(site, 300)
    before = everything_of(site, runs)
    moments = iter(range(moment))
    cut: Any = (Cutting(records, moments), Cutting(storage, moments))
    try:
        outcome = await CleanUp(*cut, worker="one").run(now=True)
        was_cut = False
        assert outcome is not None
        await _is_all_there(records, storage, site, before)
    except Cut:
        was_cut = True
        await _is_gone_on_with(records, storage, site, before)
    return was_cut


async def _is_gone_on_with(
    records: RetentionRecords, storage: ArchiveStorage, site: Site, before: dict[str, list[dict[str, Any]]]
) -> None:
    """Carry out another clean-up after one that died."""
    # Whoever dies keeps his turn for some minutes.
    site.sql("update private.retention_turns set lease_until = now() - interval '1 second'")
    assert await CleanUp(records, storage, worker="two").run(now=True) is not None
    await _is_all_there(records, storage, site, before)


async def _is_all_there(
    records: RetentionRecords, storage: ArchiveStorage, site: Site, before: dict[str, list[dict[str, Any]]]
) -> None:
    """All of it has left the database, each row is in one file, and comes back as it was."""
    runs = [UUID(row["id"]) for row in before["test_runs"]]
    assert everything_of(site, runs) == {table: [] for table in before}
    assert await records.open_archives() == []
    await _is_in_one_file(records, runs, before)
    for run_id in runs:
        await restore_run(records, storage, str(run_id))
    assert everything_of(site, runs) == before
    site.sql("delete from test_runs where id = any (%s)", runs)


@pytest.mark.stack
async def test_its_memory_is_that_of_a_page_however_much_there_is(site: Site) -> None:
    """What was written is let go of, and what is put back is read in as small pieces."""
    characters, pieces = 1_000_000, 6
    runs = make_old_runs(site, *range(300, 310), characters=characters)
    whole = len(runs) * pieces * characters
    database = await open_database(site.stack.url, site.stack.secret_key)
    records = RetentionRecords(database)
    storage = open_storage(str(site.home / "archives"), {})
    try:
        with living_bytes() as cleaning:
            assert await CleanUp(records, storage, worker="one").run(now=True) is not None
        with living_bytes() as restoring:
            for run_id in runs:
                await restore_run(records, storage, str(run_id))
    finally:
        await database.close()
    assert cleaning.peak < whole / 2
    assert restoring.peak < whole / 2
    assert max(cleaning.left, restoring.left) < characters * pieces


@pytest.mark.stack
# Files written, noted, read back, rows deleted, archives closed; of the first chunk, and of later ones.
@pytest.mark.parametrize(("when", "steps"), [("during", (0, 4, 6, 16)), ("after", (1, 5, 12, 23))])
async def test_its_process_may_be_killed(site: Site, when: str, steps: tuple[int, ...]) -> None:
    """With a signal that nothing can catch, while it does something and between two steps."""
    database = await open_database(site.stack.url, site.stack.secret_key)
    records = RetentionRecords(database)
    folder = site.home / "archives"
    storage = open_storage(str(folder), {})
    try:
        for step in steps:
            before = everything_of(site, make_old_runs(site, 300))
            assert await _is_killed(site, folder, step, when)
            await _is_gone_on_with(records, storage, site, before)
    finally:
        await database.close()


async def _is_killed(site: Site, folder: Path, step: int, when: str) -> bool:
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "tests.acceptance.killed_clean_up", site.stack.url, folder, str(step), when,
        env=surroundings(site.home, BATON_SECRET_KEY=site.stack.secret_key), cwd=HERE.parents[1],
    )  # fmt: skip
    return await process.wait() == -signal.SIGKILL


async def _is_in_one_file(
    records: RetentionRecords, runs: list[UUID], before: dict[str, list[dict[str, Any]]]
) -> None:
    """What all closed files hold together is what there was, and no row twice."""
    archives = {each["id"]: each for run in runs async for each in records.archives(run_id=str(run))}
    for table, rows in before.items():
        held = sum(each["row_count"] for each in archives.values() if each["source_table"] == table)
        assert held == len(rows), table
