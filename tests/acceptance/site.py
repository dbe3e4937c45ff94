"""A place to work: a real stack, a real API, a member with a project, and commands that are signed in."""

import asyncio
import signal
import subprocess
import sys
from collections.abc import AsyncIterator, Iterator, Mapping
from contextlib import asynccontextmanager, contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import psycopg

from tests.acceptance.commands import Done, baton, surroundings
from tests.ageing import ageing
from tests.members import PASSWORD, Member, a_member
from tests.patience import FOR_EVER_SECONDS
from tests.stack import shared_stack
from tests.targets import PASSWORD as TARGET_PASSWORD
from tests.targets import Target, running_target
from tests.waiting_runs import forget_waiting_runs
from worker.cli.push import read_files
from worker.database import RecordedRuns, SessionFile
from worker.local.stack import StackInfo
from worker.project.push import push, push_document
from worker.project.trigger import RunRequest, request_runs

#: Two suites: one logs in and goes on, the other has a failure and what it blocks.
MEMBERS = """
suite: members
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
  echo:
    POST: /echo
    json: { user: "{{ captured_data.login.user_id }}" }
"""
BROKEN = """
suite: broken
tests:
  wrong:
    GET: /status/500
    expect: { status: 200 }
  after:
    GET: /echo
    needs: [wrong]
"""


@dataclass(frozen=True, kw_only=True)
class Site:
    """Everything that a test of the whole path needs."""

    stack: StackInfo = field(repr=False)
    member: Member
    target: Target
    home: Path
    environment_id: str

    @property
    def settings(self) -> dict[str, str]:
        """What commands find in their environment."""
        return {
            "BATON_URL": self.stack.url,
            "BATON_KEY": self.stack.publishable_key,
            "BATON_SECRET_KEY": self.stack.secret_key,
        }

    async def baton(self, *arguments: str | Path, settings: Mapping[str, str] | None = None) -> Done:
        """Run a command to its end."""
        return await asyncio.to_thread(
            baton, *arguments, home=self.home, settings={**self.settings, **(settings or {})}
        )

    async def log_in(self, password: str = PASSWORD) -> Done:
        """`baton login` as the member."""
        return await asyncio.to_thread(self._log_in, password)

    def _log_in(self, password: str) -> Done:
        with self.process("login", "--email", self.member.session.email, "--password-stdin") as login:
            out, err = login.communicate(f"{password}\n", timeout=FOR_EVER_SECONDS)
            return Done(login.args, login.returncode, out, err)

    def write(self, name: str, text: str) -> Path:
        """A file of the member."""
        path = self.home / name
        path.write_text(text, encoding="utf-8")
        return path

    async def push(self, **suites: str) -> None:
        """Put these suites into the project, each in a file of its name, as `baton push` does."""
        read, dependencies, files = read_files(self._written(suites), below=self.home)
        document = push_document(read, dependencies, files=files)
        await push(self.member.database, self.member.project_id, document, files=files)

    async def push_by_command(self, **suites: str) -> Done:
        """The same by the command itself; gives what it said."""
        done = await self.baton("push", *self._written(suites), "--project", "shop")
        assert done.returncode == 0, done.stderr
        return done

    def _written(self, suites: Mapping[str, str]) -> list[Path]:
        return [self.write(f"{name}.yaml", text) for name, text in suites.items()]

    async def request(self, *suites: str) -> str:
        """Ask for one run of these suites; gives its id."""
        [run] = await request_runs(
            self.member.database,
            self.member.project_id,
            [RunRequest(suites=suites, environment="local")],
        )
        return run.id

    @contextmanager
    def process(
        self, *arguments: str, settings: Mapping[str, str] | None = None
    ) -> Iterator["subprocess.Popen[str]"]:
        """A command that goes on beside the test; killed at the end, if it is still there."""
        process = subprocess.Popen(
            [sys.executable, "-m", "worker.cli.main", *arguments],
            env=surroundings(self.home, **{**self.settings, **(settings or {})}),
            cwd=self.home,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            encoding="utf-8",
        )
        with process:
            try:
                yield process
            finally:
                if process.poll() is None:
                    process.kill()

    @contextmanager
    def worker(self, *arguments: str) -> Iterator["subprocess.Popen[str]"]:
        """A worker beside the test."""
        with self.process("worker", "--poll", "0.5", *arguments) as process:
            yield process

    async def stop(self, process: "subprocess.Popen[str]", number: signal.Signals) -> Done:
        """Send a signal, and wait for the end."""
        process.send_signal(number)
        out, err = await asyncio.to_thread(process.communicate, None, FOR_EVER_SECONDS)
        return Done(process.args, process.returncode, out, err)

    @property
    def runs(self) -> RecordedRuns:
        """What was recorded, as the member may see it."""
        return RecordedRuns(self.member.database)

    async def until(self, run_id: str, *statuses: str) -> dict[str, Any]:
        """Wait until the run has one of these states; gives its row."""
        async with asyncio.timeout(FOR_EVER_SECONDS):
            while True:
                row = await self.runs.run(run_id)
                if row["status"] in statuses:
                    return row
                await asyncio.sleep(0.05)

    async def until_sent(self, path: str, times: int = 1) -> None:
        """Wait until the API was asked for this path so often."""
        async with asyncio.timeout(FOR_EVER_SECONDS):
            while self.times_sent(path) < times:
                await asyncio.sleep(0.02)

    async def until_in_flight(self, run_id: str, test: str) -> None:
        """Wait until it is recorded that this test is in flight, and no other: what was before it is there,
        too, and the worker has nothing more to say."""
        query = "select in_flight from private.run_leases where run_id = %s"
        async with asyncio.timeout(FOR_EVER_SECONDS):
            while self.sql(query, run_id) != [([test],)]:
                await asyncio.sleep(0.05)

    def times_sent(self, path: str) -> int:
        """How often the API was asked for this path."""
        return sum(request.path == path for request in self.target.requests)

    def sql(self, query: str, *values: object) -> list[tuple[Any, ...]]:
        """What the database says to somebody who sees everything."""
        with psycopg.connect(**self.stack.admin.parameters) as connection:
            cursor = connection.execute(query, values)
            return cursor.fetchall() if cursor.description else []

    def expire(self, run_id: str) -> None:
        """Let the run's lease be over, without waiting for it."""
        self.sql("update pgmq.q_runs_medium set vt = now() where message ->> 'run_id' = %s", run_id)
        self.sql("update test_runs set lease_expires_at = now() where id = %s", run_id)

    def age(self, run_id: str, *, days: int) -> None:
        """Let a run, and all that is told of it, be so much older."""
        with psycopg.connect(**self.stack.admin.parameters) as connection:
            connection.execute("set local session_replication_role = replica")
            for statement, *values in ageing(run_id, days=days):
                connection.execute(statement.encode(), values)


@asynccontextmanager
async def a_site(home: Path, *, stack: StackInfo | None = None) -> AsyncIterator[Site]:
    """A new member with an environment whose base URL is a real API; on the shared stack unless told."""
    stack = stack or shared_stack()
    with running_target() as target:
        async with a_member(stack) as member:
            environment_id = await member.environment(base_url=target.base_url)
            await member.variable(environment_id, "password", TARGET_PASSWORD, secret=True)
            # As `baton login` leaves it behind; there are tests of that command, too.
            SessionFile(home / ".config" / "baton" / "session.json").save("default", member.session)
            yield Site(stack=stack, member=member, target=target, home=home, environment_id=environment_id)
            forget_waiting_runs(stack, organization=member.organization)
