"""What every store of contexts promises: what was saved is there, and late writers are refused."""

from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any, Protocol

import psycopg
import pytest

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.errors import StaleVersion, StateTooLarge, StoreError
from context.execution import ExecutionContext
from context.state import ContextState
from context.store import ContextStore, MemoryStore, RedisStore, SupabaseStore
from tests.members import Member, a_member
from tests.redis_server import RedisServer, a_connection, running_redis
from tests.waiting_runs import forget_waiting_runs
from worker.database import Database, open_database
from worker.errors import SettingsError
from worker.local.stack import StackInfo
from worker.models.exchange import Response
from worker.project.trigger import RunRequest, cancel_run, request_runs
from worker.queue import SupabaseQueue
from worker.settings import read_settings
from worker.shared import Connection
from worker.wiring import shared_contexts

TOKEN = "eyJ-token-0001"
LOGIN = Response(
    status_code=200,
    body=b'{"token": "eyJ-token-0001", "id": 7, "auth": "Bearer eyJ-token-0001", "list": [1, {"a": null}]}',
)


class Bench(Protocol):
    """A store, one run that may be saved in it, and what a test must do besides."""

    run_id: str

    def open(self) -> ContextStore:
        """The store, as another process sees it."""
        ...

    async def a_day_after_the_run(self) -> None:
        """Let the run end, and 24 hours pass."""
        ...


class MemoryBench:
    """In this process."""

    run_id = "run-1"

    def __init__(self) -> None:
        self._moment = datetime(2026, 1, 1, tzinfo=UTC)
        self._store = MemoryStore(now=lambda: self._moment)

    def open(self) -> ContextStore:
        """The same one: memory is shared by those who share the process."""
        return self._store

    async def a_day_after_the_run(self) -> None:
        """Time passes."""
        self._moment += timedelta(hours=24)


class RedisBench:
    """In a Redis, from which several processes read."""

    run_id = "run-1"
    key = "k" * 44

    def __init__(self, connection: Connection) -> None:
        self.client = connection.client
        self._where = connection.where
        self._moment = datetime(2026, 1, 1, tzinfo=UTC)

    def open(self) -> ContextStore:
        """A store that remembers nothing."""
        return self.open_with(self.key)

    def open_with(self, key: str | None) -> RedisStore:
        """A store with another key, or without."""
        return RedisStore(self.client, key=key, where=self._where, now=lambda: self._moment)

    async def a_day_after_the_run(self) -> None:
        """Time passes."""
        self._moment += timedelta(hours=24)


class SupabaseBench:
    """In the project of a member of the local stack, by a worker that has claimed the run."""

    def __init__(self, stack: StackInfo, member: Member, worker: Database) -> None:
        self.member = member
        self.run_id = ""
        self._stack = stack
        self._worker = worker
        self._leases: dict[str, int] = {}

    async def begin(self) -> None:
        """Request a run, and claim it."""
        rows = await request_runs(
            self.member.database,
            self.member.project_id,
            [RunRequest(suites=("s",), environment="local", only=(), tags=(), config={})],
        )
        self.run_id = rows[0].id
        run = await SupabaseQueue(self._worker).claim("worker", lease_seconds=60)
        assert run is not None
        assert run.lease.run_id == self.run_id
        self._leases[self.run_id] = run.lease.number

    def open(self) -> ContextStore:
        """A store that remembers nothing."""
        return SupabaseStore(self._worker, lease_numbers=self._leases)

    async def a_day_after_the_run(self) -> None:
        """The run ends; its expiry, which only the database can set, is moved into the past."""
        await self._worker.call(
            "finish_run",
            p_run_id=self.run_id,
            p_lease_number=self._leases[self.run_id],
            p_outcome={"status": "completed", "reason": None, "message": "", "summary": {}},
        )
        with psycopg.connect(**self._stack.owner.parameters) as connection:
            connection.execute(
                "update public.test_execution_context set expires_at = expires_at - interval '24 hours 1 s'"
                " where run_id = %s",
                (self.run_id,),
            )

    async def what_members_see(self) -> dict[str, Any]:
        """The context's row, read as a signed-in member."""
        table = self.member.database.table("test_execution_context")
        rows = await self.member.database.read(table.select("*").eq("run_id", self.run_id), what="context")
        return rows[0]


@asynccontextmanager
async def a_supabase_bench() -> AsyncIterator[SupabaseBench]:
    """A new project with a claimed run on the stack of this session."""
    from tests.stack import shared_stack

    stack = shared_stack()
    # What another test left waiting would be handed to ours.
    forget_waiting_runs(stack)
    worker = await open_database(stack.url, stack.secret_key)
    try:
        async with a_member(stack) as member:
            await member.environment()
            await member.push_names("login", "cart")
            bench = SupabaseBench(stack, member, worker)
            await bench.begin()
            try:
                yield bench
            finally:
                await _leave_nothing(bench)
    finally:
        await worker.close()


async def _leave_nothing(bench: SupabaseBench) -> None:
    """No run of ours may be handed to the next test."""
    runs = bench.member.database.table("test_runs").select("status").eq("id", bench.run_id)
    (row,) = await bench.member.database.read(runs, what="test_runs")
    if row["status"] != "completed":
        await cancel_run(bench.member.database, bench.run_id)


@pytest.fixture(scope="module")
def redis_server() -> Iterator[RedisServer]:
    """A real server."""
    with running_redis() as server:
        yield server


@pytest.fixture
async def redis_bench(redis_server: RedisServer) -> AsyncIterator[RedisBench]:
    """An empty place in it."""
    async with a_connection(redis_server) as connection:
        yield RedisBench(connection)


@pytest.fixture(params=["memory", "redis", pytest.param("supabase", marks=pytest.mark.stack)])
async def bench(request: pytest.FixtureRequest, redis_server: RedisServer) -> AsyncIterator[Bench]:
    """Each store in turn."""
    if request.param == "memory":
        yield MemoryBench()
    elif request.param == "redis":
        async with a_connection(redis_server) as connection:
            yield RedisBench(connection)
    else:
        async with a_supabase_bench() as found:
            yield found


def _rule(name: str, target: CaptureTarget, *, secret: bool = False) -> CaptureRule:
    return CaptureRule(
        name=name, target=target, source=CaptureSource.JSONPATH, expression=f"$.{name}", secret=secret
    )


def a_context() -> ExecutionContext:
    """A run in which a login has captured a bit of everything."""
    context = ExecutionContext()
    rules = [
        _rule("token", CaptureTarget.TOKEN),
        _rule("id", CaptureTarget.VARIABLE),
        _rule("auth", CaptureTarget.VARIABLE),
        _rule("list", CaptureTarget.DATA),
    ]
    assert context.capture(LOGIN, suite="s", test="login", rules=rules).change
    context.finished("s/login")
    return context


async def version_in(store: ContextStore, run_id: str) -> int:
    """The stored version; 0 if nothing is stored."""
    state = await store.load(run_id)
    return state.version if state else 0


async def save(bench: Bench, context: ExecutionContext) -> int:
    """Save over what is stored now; gives the new version."""
    store = bench.open()
    return await store.save(
        bench.run_id, context.state(), expected_version=await version_in(store, bench.run_id)
    )


async def load(bench: Bench) -> ContextState:
    """What another process finds."""
    state = await bench.open().load(bench.run_id)
    assert state is not None
    return state


def content(state: ContextState) -> ContextState:
    """A state without its version and without its readers, which not every store keeps."""
    provenance = tuple(replace(origin, used_by=()) for origin in state.provenance)
    return replace(state, version=0, provenance=provenance)


async def test_a_run_nobody_wrote_to_knows_nothing(bench: Bench) -> None:
    """Before the first save there is nothing, or nothing in it."""
    state = await bench.open().load(bench.run_id) or ContextState()
    assert content(state) == ContextState()


async def test_a_run_that_does_not_exist_has_no_context(bench: Bench) -> None:
    """It is not an error to ask."""
    assert await bench.open().load("00000000-0000-4000-8000-000000000000") is None


async def test_what_was_saved_is_what_another_process_loads(bench: Bench) -> None:
    """Real values, secret ones included, with where they came from."""
    context = a_context()
    await save(bench, context)
    assert content(await load(bench)) == content(context.state())


async def test_a_restored_context_hides_what_the_first_one_hid(bench: Bench) -> None:
    """Which values are secret is stored with them."""
    await save(bench, a_context())
    restored = ExecutionContext()
    restored.restore(await load(bench))
    assert restored.mask.text(f"Bearer {TOKEN} 7") == "*** 7"
    assert (
        restored.render("{{ tokens.token }} {{ auth }}", suite="s", test="cart") == f"{TOKEN} Bearer {TOKEN}"
    )


async def test_every_save_is_a_version_step(bench: Bench) -> None:
    """The new version is given, and loaded."""
    first = await save(bench, a_context())
    second = await save(bench, a_context())
    assert second == first + 1
    assert (await load(bench)).version == second


async def test_a_second_save_adds_and_replaces(bench: Bench) -> None:
    """Tests that are over are not listed twice, and the last capture of a name counts."""
    context = a_context()
    store = bench.open()
    version = await store.save(
        bench.run_id, context.state(), expected_version=await version_in(store, bench.run_id)
    )
    renewed = Response(status_code=200, body=b'{"token": "eyJ-token-0002", "id": 8}')
    rules = [_rule("token", CaptureTarget.TOKEN), _rule("id", CaptureTarget.VARIABLE)]
    context.capture(renewed, suite="s", test="login", rules=rules)
    context.finished("s/cart")
    await store.save(bench.run_id, context.state(), expected_version=version)
    state = await load(bench)
    assert content(state).tokens == {"token": "eyJ-token-0002"}
    assert state.variables["id"] == 8
    assert state.test_order == ("s/login", "s/cart")
    assert len(state.provenance) == 4


async def test_a_value_that_becomes_a_secret_is_one_from_then_on(bench: Bench) -> None:
    """And nothing of the old, open value stays."""
    context = ExecutionContext()
    context.capture(LOGIN, suite="s", test="login", rules=[_rule("id", CaptureTarget.VARIABLE)])
    await save(bench, context)
    again = Response(status_code=200, body=b'{"id": "now-hidden"}')
    context.capture(again, suite="s", test="login", rules=[_rule("id", CaptureTarget.VARIABLE, secret=True)])
    await save(bench, context)
    restored = ExecutionContext()
    restored.restore(await load(bench))
    assert restored.mask.text("now-hidden") == "***"


async def test_a_late_writer_is_refused(bench: Bench) -> None:
    """Somebody else wrote in between: nothing is merged, and what he wrote stays."""
    store, late = bench.open(), bench.open()
    version = await version_in(late, bench.run_id)
    assert await version_in(store, bench.run_id) == version
    context = a_context()
    await store.save(bench.run_id, context.state(), expected_version=version)
    context.set_tokens({"token": "of the late one"}, test="s/login")
    with pytest.raises(StaleVersion):
        await late.save(bench.run_id, context.state(), expected_version=version)
    state = await load(bench)
    assert (state.tokens, state.version) == ({"token": TOKEN}, version + 1)


async def test_a_late_writer_can_load_and_save_again(bench: Bench) -> None:
    """After a refusal the store is as good as new."""
    late = bench.open()
    version = await version_in(late, bench.run_id)
    await save(bench, a_context())
    with pytest.raises(StaleVersion):
        await late.save(bench.run_id, a_context().state(), expected_version=version)
    context = ExecutionContext()
    context.restore(await load(bench))
    context.finished("s/cart")
    await late.save(bench.run_id, context.state(), expected_version=await version_in(late, bench.run_id))
    assert (await load(bench)).test_order == ("s/login", "s/cart")


async def test_a_context_that_is_too_large_is_refused(bench: Bench) -> None:
    """It is said which test has captured most, and nothing is written."""
    before = await version_in(bench.open(), bench.run_id)
    state = replace(a_context().state(), captured_data={"s/big": {"x": "y" * 9_000_000}, "s/small": {"x": 1}})
    with pytest.raises(StateTooLarge, match=r"grown to 9\.0 MB; 8 MB is the limit") as caught:
        await bench.open().save(bench.run_id, state, expected_version=before)
    assert caught.value.where == "s/big"
    assert await version_in(bench.open(), bench.run_id) == before


async def test_a_context_lives_for_a_day_after_its_run(bench: Bench) -> None:
    """Until then nothing is removed; then it is, secrets and all."""
    await save(bench, a_context())
    await bench.open().forget_expired()
    assert (await load(bench)).tokens == {"token": TOKEN}
    await bench.a_day_after_the_run()
    assert await bench.open().forget_expired() == 1
    assert await bench.open().load(bench.run_id) is None
    assert await bench.open().forget_expired() == 0


@pytest.mark.stack
async def test_members_see_that_there_are_secrets_but_not_which() -> None:
    """The row that people can read holds no token, in no place."""
    async with a_supabase_bench() as bench:
        await save(bench, a_context())
        row = await bench.what_members_see()
        assert row["shared_auth_tokens"] == {"token": "***"}
        assert row["shared_variables"] == {"id": 7, "auth": "***"}
        assert row["captured_data"]["s/login"]["list"] == [1, {"a": None}]
        assert TOKEN not in str(row)


@pytest.mark.stack
async def test_a_worker_without_the_lease_cannot_save() -> None:
    """The store says so before it asks."""
    async with a_supabase_bench() as bench:
        store = SupabaseStore(bench._worker, lease_numbers={})
        with pytest.raises(StoreError, match="does not hold the run"):
            await store.save(bench.run_id, a_context().state(), expected_version=1)


async def test_whoever_sees_redis_sees_no_secret(redis_bench: RedisBench) -> None:
    """Not one value or name of the context is readable there."""
    await save(redis_bench, a_context())
    stored = await redis_bench.client.hgetall("baton:context:run-1")
    text = repr(stored)
    assert TOKEN not in text
    assert "s/login" not in text
    assert "list" not in text


async def test_redis_drops_a_context_by_itself(redis_bench: RedisBench) -> None:
    """After a day, also if no worker is left to clean up."""
    await save(redis_bench, a_context())
    left = await redis_bench.client.pttl("baton:context:run-1")
    assert 86_000_000 < left <= 86_400_000


async def test_without_a_key_no_secret_is_written(redis_bench: RedisBench) -> None:
    """The store says so, and says how to get a key; what holds no secret is kept all the same."""
    store = redis_bench.open_with(None)
    with pytest.raises(StoreError, match="no key to encrypt them: nothing was written") as caught:
        await store.save("run-1", a_context().state(), expected_version=0)
    assert "BATON_REDIS_KEY" in (caught.value.hint or "")
    assert await store.load("run-1") is None
    plain = ContextState(variables={"id": 7}, test_order=("s/a",))
    assert await store.save("run-1", plain, expected_version=0) == 1
    assert content(await load(redis_bench)).variables == {"id": 7}


@pytest.mark.parametrize(
    ("key", "message"), [("x" * 44, "under another key"), (None, "encrypted, and there is no key")]
)
async def test_who_has_another_key_reads_nothing(
    redis_bench: RedisBench, key: str | None, message: str
) -> None:
    """He is told why."""
    await save(redis_bench, a_context())
    with pytest.raises(StoreError, match=message):
        await redis_bench.open_with(key).load("run-1")


async def test_a_context_cannot_be_passed_off_as_another_run_s(redis_bench: RedisBench) -> None:
    """Not even by somebody who may write to Redis."""
    await save(redis_bench, a_context())
    await redis_bench.client.copy("baton:context:run-1", "baton:context:run-2")
    with pytest.raises(StoreError, match="under another key"):
        await redis_bench.open().load("run-2")


async def test_a_key_that_can_be_guessed_is_refused(redis_bench: RedisBench) -> None:
    """A password is no key."""
    with pytest.raises(StoreError, match="has 6 characters; 32 are the least"):
        redis_bench.open_with("secret")


async def test_a_save_whose_answer_was_lost_may_be_repeated(redis_bench: RedisBench) -> None:
    """The client sends it again by itself; that is no late writer."""
    store = redis_bench.open_with(RedisBench.key)
    arguments: list[str | bytes | int] = [0, "one save", b"o{}", 1, 3_600_000]
    for _ in range(2):
        assert await store._save(keys=["baton:context:run-1"], args=arguments) == [1, 1]
    arguments[1] = "another"
    assert await store._save(keys=["baton:context:run-1"], args=arguments) == [0, 1]


async def test_a_redis_that_comes_back_is_used_again() -> None:
    """Nobody has to start anything anew; while it is away, the error says where, without the password."""
    with running_redis() as server:
        async with a_connection(server) as connection:
            bench = RedisBench(connection)
            await save(bench, a_context())
            server.stop()
            server.start()
            assert await save(bench, a_context()) == 1


async def test_a_program_opens_the_store_by_its_settings(redis_server: RedisServer) -> None:
    """The address and the key, and nothing else."""
    settings = read_settings({"BATON_REDIS_URL": redis_server.url, "BATON_REDIS_KEY": RedisBench.key})
    async with shared_contexts(settings) as store:
        assert await store.save("run-9", a_context().state(), expected_version=0) == 1
    async with a_connection(redis_server) as connection:
        state = await RedisStore(connection.client, key=RedisBench.key).load("run-9")
        assert state is not None
        assert state.tokens == {"token": TOKEN}
    with pytest.raises(SettingsError, match="the address of a Redis is missing"):
        async with shared_contexts(read_settings({})):
            pass


async def test_a_redis_that_is_away_is_named() -> None:
    """The error says where it should be, and never with the password."""
    with running_redis() as server:
        async with a_connection(server, tries=0) as connection:
            bench = RedisBench(connection)
            server.stop()
            with pytest.raises(StoreError, match="did not do what was asked") as caught:
                await bench.open().load("run-1")
            assert caught.value.where == f"redis://127.0.0.1:{server.port}/0"
            server.start()
