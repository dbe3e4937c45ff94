"""`baton worker` as a process, on a real stack, against a real API."""

import asyncio
import json
import signal
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest

from tests.acceptance.commands import until_said
from tests.acceptance.site import BROKEN, MEMBERS, Site
from tests.gate import Gate, a_gate, until
from tests.patience import FOR_EVER_SECONDS
from tests.targets import PASSWORD as TARGET_PASSWORD
from tests.targets import TOKEN
from worker.models.outcome import RunStatus
from worker.project.trigger import cancel_run
from worker.realtime import ProgressUpdate, UpdateType, subscribe_to_test_progress

pytestmark = pytest.mark.stack

#: Something quick, something that waits until the API lets it go on, and something after it.
SLOW = """
suite: slow
tests:
  login:
    POST: /login
    json: { password: "{{ secrets.password }}" }
    capture: { tokens: { access: $.access_token } }
  wait:
    GET: "GATE/held/wait"
    needs: [login]
    timeout: 10m
  me:
    GET: /me
    auth: { bearer: "{{ tokens.access }}" }
    needs: [wait]
"""


async def a_slow_run(site: Site, gate: Gate) -> str:
    """Somebody asks for a run that waits at the gate; its id."""
    await site.push(slow=SLOW.replace("GATE", gate.url))
    return await site.request("slow")


@asynccontextmanager
async def following(site: Site, run_id: str) -> AsyncIterator[tuple[list[ProgressUpdate], asyncio.Event]]:
    """Be told of a run by the public function; the event is set when it is over."""
    told: list[ProgressUpdate] = []
    over = asyncio.Event()

    def note(update: ProgressUpdate) -> None:
        told.append(update)
        if update.stats is not None and update.stats.is_over:
            over.set()

    unsubscribe = await subscribe_to_test_progress(run_id, note, database=site.member.database)
    try:
        yield told, over
    finally:
        await unsubscribe()


async def test_a_requested_run_is_executed_recorded_and_told(site: Site) -> None:
    """What the API got, what the rows say and what the subscriber heard are one story."""
    await site.push(members=MEMBERS, broken=BROKEN)
    run_id = await site.request("members", "broken")
    async with following(site, run_id) as (told, over):
        with site.worker():
            await asyncio.wait_for(over.wait(), 60)
    row = await site.runs.run(run_id)
    results = {each["test"]: each["verdict"] for each in await site.runs.results(row)}
    assert results == {
        "members/login": "passed",
        "members/me": "passed",
        "members/echo": "passed",
        "broken/wrong": "failed",
        "broken/after": "blocked",
    }
    assert {update.result["test"]: update.result["verdict"] for update in told if update.result} == results
    assert (row["status"], row["reason"]) == ("failed", "tests")
    assert (row["total"], row["passed"], row["failed"], row["blocked"]) == (5, 3, 1, 1)
    stats = [update.stats for update in told if update.stats]
    assert stats[-1].status is RunStatus.FAILED
    assert stats[-1].counters.passed == 3
    assert sorted(request.path for request in site.target.requests) == [
        "/echo",
        "/login",
        "/me",
        "/status/500",
    ]


async def test_the_evidence_is_kept_and_can_be_read_by_members(site: Site) -> None:
    """Requests, responses, assertions, captures, attempts and what the run knew afterwards, by test."""
    await site.push(members=MEMBERS)
    run_id = await site.request("members")
    with site.worker():
        row = await site.until(run_id, "completed", "failed")
    assert row["status"] == "completed", row
    details = await site.runs.details(row)
    kinds = {each["kind"] for each in details["members/login"]}
    assert kinds == {"attempt", "request", "response", "assertion", "capture", "context"}
    [echo] = [each["content"] for each in details["members/echo"] if each["kind"] == "request"]
    assert echo["method"] == "POST"


async def test_no_secret_is_in_any_row_message_or_log(site: Site) -> None:
    """The password and the token were used, and are nowhere: not in tables, queues, messages, logs."""
    await site.push(members=MEMBERS)
    before = all_rows(site)
    run_id = await site.request("members")
    async with following(site, run_id) as (told, over):
        with site.worker("--verbose") as worker:
            await asyncio.wait_for(over.wait(), 60)
            log = await site.stop(worker, signal.SIGTERM)
    # Other tests may have left the same words behind, for other reasons.
    rows = {table: text - before.get(table, set()) for table, text in all_rows(site).items()}
    assert rows["public.test_results"]
    heard = repr(told)
    for secret in (TARGET_PASSWORD, TOKEN, TOKEN[:-4]):
        assert [table for table, new in rows.items() if any(secret in text for text in new)] == []
        assert secret not in log.stdout + log.stderr
        assert secret not in heard
    assert "access" in str([update.context for update in told if update.context])
    assert site.stack.secret_key not in log.stderr


def all_rows(site: Site) -> dict[str, set[str]]:
    """Everything that is in the tables where something could be, as text."""
    tables = site.sql(
        "select schemaname, tablename from pg_tables"
        " where schemaname in ('public', 'private', 'partitions', 'realtime', 'pgmq')"
    )
    return {
        f"{schema}.{table}": {text for (text,) in site.sql(f'select t::text from "{schema}"."{table}" as t')}
        for schema, table in tables
    }


async def test_what_a_killed_worker_had_begun_is_taken_up_and_nothing_is_done_twice(site: Site) -> None:
    """`kill -9` in the middle: the next worker goes on with the token that was captured."""
    with a_gate() as gate:
        run_id = await a_slow_run(site, gate)
        with site.worker() as doomed:
            await until(lambda: gate.waiting["wait"])
            await site.until_in_flight(run_id, "slow/wait")
            doomed.kill()
            await asyncio.to_thread(doomed.wait)
        before = await site.runs.run(run_id)
        assert (before["status"], before["passed"]) == ("running", 1)
        site.expire(run_id)
        gate.open("wait")
        with site.worker():
            row = await site.until(run_id, "completed", "failed")
    assert row["status"] == "completed", row
    assert (row["total"], row["passed"]) == (3, 3)
    assert len(await site.runs.results(row)) == 3
    # What was restored is as secret as it was.
    assert TOKEN not in str(await site.runs.details(row))
    # The login is not done again, what was in flight is.
    assert site.times_sent("/login") == 1
    assert gate.waiting["wait"] == 2
    assert site.times_sent("/me") == 1


async def test_what_is_not_idempotent_is_not_sent_a_second_time(site: Site) -> None:
    """Nobody knows whether the killed worker's order went through: the test is broken, and says so."""
    with a_gate() as gate:
        pay = f'GET: "{gate.url}/held/pay"\n    idempotent: false\n    timeout: 10m\n'
        await site.push(order=f"suite: order\ntests:\n  pay:\n    {pay}")
        run_id = await site.request("order")
        with site.worker() as doomed:
            await until(lambda: gate.waiting["pay"])
            await site.until_in_flight(run_id, "order/pay")
            doomed.kill()
            await asyncio.to_thread(doomed.wait)
        site.expire(run_id)
        with site.worker():
            row = await site.until(run_id, "completed", "failed")
    [result] = await site.runs.results(row)
    assert result["verdict"] == "broken"
    assert "not sent again" in result["reason"]
    assert gate.waiting["pay"] == 1


async def test_a_worker_that_is_told_to_stop_finishes_what_is_in_flight_and_hands_back(site: Site) -> None:
    """SIGTERM: exit 0, the slow test has its result, the rest is another worker's."""
    with a_gate() as gate:
        run_id = await a_slow_run(site, gate)
        # However long the test takes, it is waited for.
        with site.worker("--patience", "600") as worker:
            await until(lambda: gate.waiting["wait"])
            worker.send_signal(signal.SIGTERM)
            await until_said(worker.stderr, "worker.draining")
            gate.open("wait")
            _, err = await asyncio.to_thread(worker.communicate, None, FOR_EVER_SECONDS)
        assert worker.returncode == 0, err
        row = await site.runs.run(run_id)
        assert (row["status"], row["passed"]) == ("queued", 2)
        with site.worker():
            row = await site.until(run_id, "completed", "failed")
    assert (row["status"], row["passed"]) == ("completed", 3)
    assert site.times_sent("/login") == 1


async def test_a_second_signal_does_not_wait_for_tests_in_flight(site: Site) -> None:
    """The run goes back at once, though the test would be waited for, and the API never answers it."""
    with a_gate() as gate:
        run_id = await a_slow_run(site, gate)
        with site.worker("--patience", "600") as worker:
            await until(lambda: gate.waiting["wait"])
            worker.send_signal(signal.SIGTERM)
            # Two that come before the first was seen are one.
            await until_said(worker.stderr, "worker.draining")
            done = await site.stop(worker, signal.SIGTERM)
    assert done.returncode == 0, done.stderr
    assert (await site.runs.run(run_id))["status"] == "queued"
    await cancel_run(site.member.database, run_id)


async def test_a_cancelled_run_stops_soon(site: Site) -> None:
    """A test that would never end is cut; no test is without a verdict, none is green."""
    with a_gate() as gate:
        run_id = await a_slow_run(site, gate)
        with site.worker():
            await until(lambda: gate.waiting["wait"])
            await cancel_run(site.member.database, run_id)
            row = await site.until(run_id, "cancelled")
    verdicts = {each["test"]: each["verdict"] for each in await site.runs.results(row)}
    assert verdicts == {"slow/login": "passed", "slow/wait": "broken", "slow/me": "blocked"}


async def test_a_wrong_key_is_said_and_ends_the_worker(site: Site) -> None:
    """Exit 3, what to do about it, and not the key."""
    key = "sb_secret_this-is-wrong"
    done = await site.baton("worker", settings={"BATON_SECRET_KEY": key})
    assert done.returncode == 3
    assert "BATON_SECRET_KEY" in done.stderr
    assert key not in done.stdout + done.stderr


async def test_a_members_key_is_no_workers_key(site: Site) -> None:
    """The publishable key may claim nothing: exit 2, with the one that belongs there."""
    done = await site.baton("worker", settings={"BATON_SECRET_KEY": site.stack.publishable_key})
    assert done.returncode == 2
    assert "this is the publishable key" in done.stderr
    assert "sb_secret_" in done.stderr


async def test_a_missing_key_is_said_before_anything_else(site: Site) -> None:
    """Exit 2: the command cannot work like this."""
    done = await site.baton("worker", settings={"BATON_SECRET_KEY": ""})
    assert done.returncode == 2
    assert "BATON_SECRET_KEY" in done.stderr


async def test_a_server_that_is_not_there_is_said(site: Site) -> None:
    """Exit 3, with the address; without `--once` a worker would wait for it."""
    done = await site.baton("worker", "--once", settings={"BATON_URL": "http://127.0.0.1:1"})
    assert done.returncode == 3
    assert "http://127.0.0.1:1" in done.stderr
    assert "does not answer" in done.stderr


async def test_once_takes_what_waits_and_stops(site: Site) -> None:
    """For a schedule, or a pipeline: no process stays."""
    await site.push(members=MEMBERS)
    runs = [await site.request("members") for _ in range(2)]
    done = await site.baton("worker", "--once", "--concurrency", "2")
    assert done.returncode == 0, done.stderr
    assert [(await site.runs.run(run))["status"] for run in runs] == ["completed"] * 2


async def test_a_message_wakes_a_worker_long_before_it_would_look(site: Site) -> None:
    """A requested run begins at once, not at the next poll."""
    await site.push(members=MEMBERS)
    with site.worker("--poll", "600", "--verbose") as worker:
        await until_said(worker.stderr, "live=True")
        run_id = await site.request("members")
        row = await site.until(run_id, "completed")
    assert row["passed"] == 3


async def test_the_log_can_be_read_by_machines(site: Site) -> None:
    """One JSON object a line: an event, its level, its time, its fields."""
    await site.push(members=MEMBERS)
    run_id = await site.request("members")
    done = await site.baton("worker", "--once", settings={"BATON_LOG_FORMAT": "json"})
    lines = [json.loads(line) for line in done.stderr.splitlines()]
    finished = [line for line in lines if line["event"] == "run.finished" and line["run"] == run_id]
    assert [line["status"] for line in finished] == ["completed"]


async def test_a_late_subscriber_is_told_everything(site: Site) -> None:
    """Who comes when all is over hears the same results and the same end."""
    await site.push(members=MEMBERS)
    run_id = await site.request("members")
    done = await site.baton("worker", "--once")
    assert done.returncode == 0, done.stderr
    async with following(site, run_id) as (told, over):
        await asyncio.wait_for(over.wait(), 60)
    assert len([update for update in told if update.type is UpdateType.TEST_RESULT]) == 3
    assert told[-1].stats is not None
    assert told[-1].stats.status is RunStatus.COMPLETED
