"""Something to show: a stack with the examples, a suite in trouble, and weeks of history."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from tests.browser.administration import administer, archive
from tests.browser.weeks import note_what_is_known, spread_over_days
from tests.members import signed_in
from tests.stack import start_stack
from worker.clock import SystemClock
from worker.database import Database, RecordedRuns
from worker.graph import build_graph
from worker.local.dashboard import place_dashboard
from worker.local.demo import flow
from worker.local.demo.examples import example_suites
from worker.local.demo.member import sign_in_or_up
from worker.local.demo.people import EMAIL, demo_secrets
from worker.local.demo.place import DemoEnvironment, furnish
from worker.local.demo.shop import shop_command, shop_port
from worker.local.folders import StackFolder
from worker.local.ports import first_free
from worker.local.spec import ExtraCommand
from worker.local.stack import StackInfo
from worker.local.worker_command import worker_command
from worker.models.suite import Suite
from worker.parsing import load_suites
from worker.project.push import push, push_document
from worker.project.trigger import RunRequest, request_runs

#: Both are run this often, so that there is something to compare.
_ROUNDS = 6


@dataclass(frozen=True, slots=True, kw_only=True)
class Scene:
    """A stack with something to show, and where it is."""

    stack: StackInfo
    password: str
    #: What a pipeline has of the project.
    token: str
    project: str
    suite: str
    test: str
    good_run: str
    bad_run: str
    failed: str
    blocked: str
    #: Asks for a run that takes a while; gives its id.
    ask: Callable[[], Awaitable[str]]


@asynccontextmanager
async def a_scene(folder: StackFolder) -> AsyncIterator[Scene]:
    """Start it all, and run both suites a few times."""
    secrets = demo_secrets(folder.path)
    shops = _shops(folder, password=secrets.shop)
    info = start_stack(
        folder,
        static_folder=place_dashboard(folder, report=print),
        extras=(worker_command(), shops.quick, shops.slow),
    )
    session = await sign_in_or_up(info.url, info.publishable_key, email=EMAIL, password=secrets.member)
    async with signed_in(session) as database:
        project = await _a_project(database, info, shops, password=secrets.shop)
        administered = await administer(database, project, environment="local")
        # The worker requests its runs by itself.
        _id(info, "update schedules set next_run_at = now() where name = 'nightly' returning id")
        good_run, bad_run = await _runs(database, project)
        note_what_is_known(info)
        spread_over_days(info)
        with psycopg.connect(**info.admin.parameters) as connection:
            archive(connection, administered.organization_id)
        yield Scene(
            stack=info,
            password=secrets.member,
            token=administered.token,
            project=project,
            good_run=good_run,
            bad_run=bad_run,
            suite=_id(info, "select id from test_suites where key = 'shop-checkout'"),
            test=_test(info, "catalog"),
            failed=_test(info, "profile"),
            blocked=_test(info, "refund"),
            ask=lambda: _ask(database, project, "shop-checkout", "staging"),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class _Shops:
    """The API that is tested, and one that takes its time, with the ports where they answer."""

    quick: ExtraCommand
    quick_port: int
    slow: ExtraCommand
    slow_port: int


def _shops(folder: StackFolder, *, password: str) -> _Shops:
    port = shop_port(folder)
    quick = shop_command(port=port, password=password)
    with first_free(port + 1) as free:
        slow_port = free.getsockname()[1]
    slow = replace(
        quick,
        name="slow-shop",
        arguments=(*quick.arguments[:-1], str(slow_port), "--slow", "6"),
    )
    return _Shops(quick=quick, quick_port=port, slow=slow, slow_port=slow_port)


async def _a_project(database: Database, info: StackInfo, shops: _Shops, *, password: str) -> str:
    """One with both shops as its environments, and the suites pushed; its id."""
    stack = flow.DemoStack(info=info, shop_port=shops.quick_port)
    project = await flow.make_project(database, stack, clock=SystemClock())
    staging = DemoEnvironment(
        name="staging",
        base_url=f"http://127.0.0.1:{shops.slow_port}",
        variables={"email": "ada@shop.example"},
        secrets={"password": password},
    )
    await furnish(database, (staging,))
    suites = [*example_suites(), *_own_suites()]
    await push(database, project, push_document(suites, build_graph(suites).dependencies))
    return project


def _own_suites() -> list[Suite]:
    own = load_suites([Path(__file__).with_name(name) for name in ("prices.yaml", "returns.yaml")])
    # The pictures show the path; it shall be no machine's.
    return [replace(suite, path=f"suites/{Path(suite.path).name}") for suite in own]


async def _runs(database: Database, project: str) -> tuple[str, str]:
    """The latest run that went well, and the latest of the suite in trouble."""
    await _run(database, project, "price-list")
    for _ in range(_ROUNDS):
        good_run = await _run(database, project, "shop-checkout")
        bad_run = await _run(database, project, "returns-desk")
    return good_run, bad_run


async def _ask(database: Database, project: str, suite: str, environment: str) -> str:
    [run] = await request_runs(database, project, [RunRequest(suites=(suite,), environment=environment)])
    return run.id


async def _run(database: Database, project: str, suite: str) -> str:
    run_id = await _ask(database, project, suite, "local")
    while (await RecordedRuns(database).run(run_id))["status"] not in ("completed", "failed"):
        await asyncio.sleep(0.1)
    return run_id


def _id(info: StackInfo, query: str) -> str:
    with psycopg.connect(**info.admin.parameters) as connection:
        row = connection.execute(query).fetchone()
    assert row is not None
    return str(row[0])


def _test(info: StackInfo, key: str) -> str:
    return _id(info, f"select id from test_cases where key = '{key}' order by created_at limit 1")
