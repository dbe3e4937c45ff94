"""Something to show: a stack with the examples, a suite in trouble, and weeks of history."""

import asyncio
import random
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

import psycopg

from tests.browser.administration import administer, archive
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
from worker.local.stack import StackInfo
from worker.local.worker_command import worker_command
from worker.parsing import load_suites
from worker.project.push import push, push_document
from worker.project.trigger import RunRequest, request_runs

#: How many days the charts tell of.
DAYS = 24


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
    port = shop_port(folder)
    shop = shop_command(port=port, password=secrets.shop)
    with first_free(port + 1) as free:
        slow_port = free.getsockname()[1]
    slow = replace(
        shop_command(port=slow_port, password=secrets.shop),
        name="slow-shop",
        arguments=(*shop.arguments[:-1], str(slow_port), "--slow", "6"),
    )
    extras = (worker_command(), shop, slow)
    front = place_dashboard(folder, report=print)
    info = start_stack(folder, static_folder=front, extras=extras)
    session = await sign_in_or_up(info.url, info.publishable_key, email=EMAIL, password=secrets.member)
    async with signed_in(session) as database:
        stack = flow.DemoStack(info=info, shop_port=port)
        project = await flow.make_project(database, stack, clock=SystemClock())
        staging = DemoEnvironment(
            name="staging",
            base_url=f"http://127.0.0.1:{slow_port}",
            variables={"email": "ada@shop.example"},
            secrets={"password": secrets.shop},
        )
        await furnish(database, (staging,))
        own = load_suites([Path(__file__).with_name(name) for name in ("prices.yaml", "returns.yaml")])
        # The pictures show the path; it shall be no machine's.
        shown = [replace(suite, path=f"suites/{Path(suite.path).name}") for suite in own]
        suites = [*example_suites(), *shown]
        graph = build_graph(suites)
        await push(database, project, push_document(suites, graph.dependencies))
        administered = await administer(database, project, environment="local")
        # The worker requests its runs by itself.
        _id(info, "update schedules set next_run_at = now() where name = 'nightly' returning id")
        bad_run = ""
        await _run(database, project, "price-list")
        for _ in range(6):
            good_run = await _run(database, project, "shop-checkout")
            bad_run = await _run(database, project, "returns-desk")
        _note_what_is_known(info)
        _spread_over_days(info)
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


def _note_what_is_known(info: StackInfo) -> None:
    """Of one failure, by the one who works here."""
    with psycopg.connect(**info.admin.parameters) as connection:
        connection.execute(
            "update failure_analysis set triage_note = %s, triaged_at = now(), "
            "triaged_by = (select user_id from organization_members where role = 'owner' limit 1) "
            "where category_group = 'value'",
            ["Since the desk moved to the new machine. Grace looks at it: ticket 812."],
        )


def _spread_over_days(info: StackInfo) -> None:
    """Let what ran just now have run for weeks, slower and faster: the charts are about days."""
    dice = random.Random(7)
    with psycopg.connect(**info.admin.parameters) as connection:
        for days in range(1, DAYS):
            factor = 1 + 0.35 * dice.random() + (0.5 if days < 4 else 0)
            connection.execute(_METRICS_OF_A_DAY, {"days": days, "factor": factor})
            for _ in range(dice.randrange(2, 6)):
                connection.execute(_END_OF_A_RUN, {"days": days, "factor": factor, "dice": dice.random()})


_METRICS_OF_A_DAY = """
insert into performance_metrics
  (organization_id, project_id, environment_id, test_case_id, date, granularity, total_runs, successful_runs,
   measured_runs, average_response_time_ms, p50_response_time_ms, p95_response_time_ms,
   p99_response_time_ms, min_response_time_ms, max_response_time_ms)
select organization_id, project_id, environment_id, test_case_id, date - %(days)s, 'day', total_runs,
  successful_runs, measured_runs, average_response_time_ms * %(factor)s, p50_response_time_ms * %(factor)s,
  p95_response_time_ms * %(factor)s * 1.2, p99_response_time_ms * %(factor)s * 1.4, min_response_time_ms,
  max_response_time_ms * %(factor)s * 1.5
from performance_metrics
where date = (select max(date) from performance_metrics)
on conflict do nothing
"""
_END_OF_A_RUN = """
insert into test_run_history
  (organization_id, project_id, environment_id, run_id, date, status, reason, trigger, runs, completed_runs,
   failed_runs, cancelled_runs, total, passed, failed, broken, blocked, skipped, waited_ms,
   duration_ms, run_created_at, finished_at)
select organization_id, project_id, environment_id, gen_random_uuid(), date - %(days)s, status, reason,
  trigger, runs, completed_runs, failed_runs, cancelled_runs, total, passed, failed, broken, blocked, skipped,
  waited_ms, duration_ms * %(factor)s, run_created_at - make_interval(days => %(days)s),
  finished_at - make_interval(days => %(days)s)
from test_run_history
where date = (select max(date) from test_run_history)
  and (status = 'completed') = (%(dice)s > 0.3)
limit 1
"""
