"""One run, all the way, and everything that anybody printed, heard, read or stored of it."""

import asyncio
import json
import signal
import subprocess
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import httpx

from tests.acceptance.commands import Done
from tests.acceptance.site import Site, a_site
from tests.acceptance.whole_path.followers import javascript_follower, join_with_python
from tests.gate import Gate, a_gate, until
from tests.members import sign_up
from tests.patience import FOR_EVER_SECONDS
from worker.database import Session
from worker.realtime import ProgressUpdate, subscribe_to_test_progress

#: A secret with characters that each encoding spells in its own way.
API_KEY = "canary/k3y+with spaces&more=é"

#: A secret goes through every part of a request, comes back in bodies, is captured, and is in the way
#: when something fails.
SUITE = """
suite: relay
tests:
  login:
    POST: /login
    json: { password: "{{ secrets.password }}" }
    capture:
      tokens: { access: $.access_token }
      data: { user_id: $.user.id }
  me:
    GET: /me
    auth: { bearer: "{{ tokens.access }}" }
    expect: { json: { id: "{{ captured_data.login.user_id }}" } }
  in-path:
    GET: "/echo/{{ secrets.api_key | urlencode }}?token={{ tokens.access }}"
  in-query:
    GET: /echo
    query: { key: "{{ secrets.api_key }}", encoded: "{{ secrets.api_key | base64 }}" }
  in-header:
    GET: /echo
    headers: { X-Signed: "v1 {{ secrets.api_key | base64 }}", X-Trace: "t {{ tokens.access }}" }
  in-basic:
    GET: /echo
    auth: { basic: { username: ada, password: "{{ secrets.api_key }}" } }
  in-body:
    POST: /echo
    json: { plain: "{{ secrets.api_key }}", text: "a {{ secrets.password | base64 }} z" }
    capture: { echoed: $.body }
  in-answer-header:
    POST: /answer
    json: { status: 200, headers: { X-Given: "{{ tokens.access }}" }, json: { a: "{{ secrets.password }}" } }
    capture: { variables: { given: { header: X-Given } } }
  wrong:
    POST: /echo
    json: { key: "{{ secrets.api_key }}" }
    expect: { json: { body: { equals: "not {{ secrets.password }}" } } }
  after-wrong:
    GET: /echo
    needs: [wrong]
  long-after-wrong:
    GET: /echo
    needs: [after-wrong]
  lost:
    GET: "/status/404?key={{ secrets.api_key }}"
    expect: { headers: { X-Key: "{{ tokens.access }}" } }
  unanswered:
    GET: "/drop?{{ secrets.api_key | urlencode }}"
  left-out:
    GET: /echo
    skip: not today
  slow:
    GET: "GATE/held/slow"
    needs: [me]
    timeout: 10m
"""

#: The verdict of each, worked out by hand.
VERDICTS = {
    **dict.fromkeys(
        (
            "login",
            "me",
            "in-path",
            "in-query",
            "in-header",
            "in-basic",
            "in-body",
            "in-answer-header",
            "slow",
        ),
        "passed",
    ),
    **dict.fromkeys(("wrong", "lost"), "failed"),
    **dict.fromkeys(("after-wrong", "long-after-wrong"), "blocked"),
    "unanswered": "broken",
    "left-out": "skipped",
}

#: Who has to come before whom: all others may end in any order.
NEEDS = (
    *(("login", later) for later in ("me", "in-path", "in-header", "in-answer-header", "lost")),
    ("me", "slow"),
)

Rows = list[dict[str, Any]]


@dataclass(kw_only=True)
class Story:
    """What remains of a run, for whoever wants to look at it."""

    run_id: str
    trigger: Done
    worker: Done
    junit: str
    report: dict[str, Any]
    updates: list[ProgressUpdate]
    messages: list[dict[str, Any]]
    joins: dict[str, tuple[str, str | None]]
    member_reads: dict[str, Rows]
    stranger_reads: dict[str, Rows]
    nobody_reads: dict[str, int]
    secrets: dict[str, str] = field(repr=False)

    def rows(self, table: str) -> Rows:
        """What the member reads in this table about this run."""
        return [row for row in self.member_reads[table] if row.get("run_id", self.run_id) == self.run_id]

    @property
    def run(self) -> dict[str, Any]:
        """The run's row."""
        [row] = [row for row in self.member_reads["test_runs"] if row["id"] == self.run_id]
        return row

    @property
    def last_line(self) -> str:
        """What the command said last: the sum."""
        return self.trigger.stdout.splitlines()[-1]

    @property
    def verdicts(self) -> dict[str, str]:
        """The recorded verdict of each test, by its key."""
        keys = {row["id"]: row["key"] for row in self.member_reads["test_cases"]}
        return {keys[row["test_case_id"]]: row["verdict"] for row in self.rows("test_results")}


async def play(home: Path) -> Story:
    """Let a member push and request, a worker execute, two clients follow, and a stranger try."""
    async with a_site(home) as site:
        await site.member.variable(site.environment_id, "api_key", API_KEY, secret=True)
        reports = ("--report", "junit=junit.xml", "--report", "json=run.json")
        with a_gate() as gate:
            await site.push_by_command(relay=SUITE.replace("GATE", gate.url))
            with site.process("trigger", "--project", "shop", "-e", "local", *reports) as trigger:
                return await _follow(site, trigger, gate)


async def _follow(site: Site, trigger: "subprocess.Popen[str]", gate: Gate) -> Story:
    run_id = await _requested(site)
    topic = f"run:{run_id}"
    stranger = await sign_up(site.stack)
    updates: list[ProgressUpdate] = []
    async with AsyncExitStack() as stack:
        browser = await stack.enter_async_context(
            javascript_follower(site.member.session, topic, site.home / "browser")
        )
        peeper = await stack.enter_async_context(javascript_follower(stranger, topic, site.home / "peeper"))
        joins = {
            "member, supabase-js": await browser.joined(),
            "member, Python": await join_with_python(site.member.session, topic),
            "stranger, supabase-js": await peeper.joined(),
            "stranger, Python": await join_with_python(stranger, topic),
        }
        unsubscribe = await subscribe_to_test_progress(run_id, updates.append, database=site.member.database)
        with site.worker("--verbose") as worker:
            # The slow test is over only after something was heard of the others.
            await until(lambda: any(message["payload"].get("events") for message in browser.messages))
            gate.open("slow")
            out, err = await asyncio.to_thread(trigger.communicate, None, FOR_EVER_SECONDS)
            await asyncio.wait_for(browser.over.wait(), 60)
            log = await site.stop(worker, signal.SIGTERM)
        await until(lambda: any(update.stats and update.stats.is_over for update in updates))
        await unsubscribe()
    assert peeper.messages == []
    tables = [
        name for (name,) in site.sql("select tablename from pg_tables where schemaname = 'public' order by 1")
    ]
    reads = [await _read_all(site.member.session, tables), await _read_all(stranger, tables)]
    return Story(
        run_id=run_id,
        trigger=Done(trigger.args, trigger.returncode, out, err),
        worker=log,
        junit=(site.home / "junit.xml").read_text(encoding="utf-8"),
        report=json.loads((site.home / "run.json").read_text(encoding="utf-8")),
        updates=updates,
        messages=browser.messages,
        joins=joins,
        member_reads=reads[0],
        stranger_reads=reads[1],
        nobody_reads=await _ask_all(site, tables),
        secrets=_secrets(site),
    )


async def _requested(site: Site) -> str:
    """The run that the command has requested by now."""
    async with asyncio.timeout(FOR_EVER_SECONDS):
        while not (
            found := site.sql("select id::text from test_runs where project_id = %s", site.member.project_id)
        ):
            await asyncio.sleep(0.05)
    return str(found[0][0])


async def _read_all(session: Session, tables: list[str]) -> dict[str, Rows]:
    """Every row of every table that this person may read, by REST and nothing of ours."""
    headers = {"apikey": session.key, "Authorization": f"Bearer {session.access_token}"}
    async with httpx.AsyncClient(
        base_url=session.url, headers=headers, trust_env=False, timeout=FOR_EVER_SECONDS
    ) as client:
        answers = {table: await client.get(f"/rest/v1/{table}") for table in tables}
    return {table: answer.json() if answer.is_success else [] for table, answer in answers.items()}


async def _ask_all(site: Site, tables: list[str]) -> dict[str, int]:
    """The status that somebody without a session gets for each table; rows would be a 200."""
    headers = {"apikey": site.stack.publishable_key}
    async with httpx.AsyncClient(
        base_url=site.stack.url, headers=headers, trust_env=False, timeout=FOR_EVER_SECONDS
    ) as client:
        return {table: (await client.get(f"/rest/v1/{table}")).status_code for table in tables}


def _secrets(site: Site) -> dict[str, str]:
    from tests.targets import PASSWORD, TOKEN

    return {
        "password": PASSWORD,
        "token": TOKEN,
        "API key": API_KEY,
        "secret key": site.stack.secret_key,
        "session": site.member.session.access_token,
    }
