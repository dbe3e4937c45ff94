"""The whole path: a stack, a member, a project, the examples in it, and a run of each.

All that comes after the start of the stack is done as the signed-in member, with the publishable key:
nothing here could not be done by hand, with `baton login`, `push` and `trigger`.
"""

from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from worker.clock import Clock
from worker.database import Database, SessionFile
from worker.database.member import open_member
from worker.graph import build_graph
from worker.local.dashboard import dashboard_or_none
from worker.local.demo.member import sign_in_or_up
from worker.local.demo.people import EMAIL, demo_secrets
from worker.local.demo.place import DemoEnvironment, furnish
from worker.local.demo.shop import shop_command, shop_port, wait_for_shop
from worker.local.folders import StackFolder
from worker.local.stack import StackInfo, StackOptions, up
from worker.local.worker_command import worker_command
from worker.models.suite import Suite
from worker.project.push import Pushed, push, push_document
from worker.project.trigger import RequestedRun, RunRequest, request_runs
from worker.settings import Settings

#: Under this name the demo's sign-in is kept, so that it never replaces one of the user's own.
PROFILE = "demo"

#: What is run, and where.
REQUESTS = (
    RunRequest(suites=("shop-checkout",), environment="local", source={"by": "baton demo"}),
    RunRequest(suites=("supabase-auth",), environment="stack", source={"by": "baton demo"}),
)

Report = Callable[[str], None]


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoStack:
    """The stack with a worker and the shop beside it."""

    info: StackInfo
    shop_port: int

    @property
    def shop_url(self) -> str:
        """Where the shop is."""
        return f"http://127.0.0.1:{self.shop_port}"


def start_stack(project: Path, *, report: Report) -> DemoStack:
    """Start the stack that belongs to this folder, unless it runs. Raises LocalStackError."""
    folder = StackFolder.of_project(project)
    folder.make()
    port = shop_port(folder)
    shop = shop_command(port=port, password=demo_secrets(folder.path).shop)
    dashboard = dashboard_or_none(folder, report=report)
    options = StackOptions(extras=(worker_command(), shop), static_folder=dashboard)
    info = up(project, options=options, report=report)
    return DemoStack(info=info, shop_port=port)


@asynccontextmanager
async def open_demo_member(stack: DemoStack, settings: Settings, *, clock: Clock) -> AsyncIterator[Database]:
    """The project as the demo's member, who signs up the first time and signs in from then on."""
    password = demo_secrets(stack.info.folder).member
    session = await sign_in_or_up(stack.info.url, stack.info.publishable_key, email=EMAIL, password=password)
    file = SessionFile(settings.session_path)
    async with file.lock(clock):
        file.save(PROFILE, session)
    # BATON_URL may name another project; the demo is about the one on this machine.
    database = await open_member(replace(settings, url=None), profile=PROFILE, clock=clock)
    try:
        yield database
    finally:
        await database.close()


async def make_project(database: Database, stack: DemoStack, *, clock: Clock) -> str:
    """The project with its two environments; gives its id."""
    await wait_for_shop(stack.shop_port, clock=clock)
    passwords = demo_secrets(stack.info.folder)
    shop = DemoEnvironment(
        name="local",
        base_url=stack.shop_url,
        variables={"email": "ada@shop.example"},
        secrets={"password": passwords.shop},
    )
    supabase = DemoEnvironment(
        name="stack",
        base_url=stack.info.url,
        variables={"publishable_key": stack.info.publishable_key},
        secrets={"password": passwords.people},
    )
    return await furnish(database, (shop, supabase))


async def push_suites(database: Database, project_id: str, suites: Sequence[Suite]) -> Pushed:
    """These suites, and nothing else, into the project."""
    graph = build_graph(suites)
    return await push(database, project_id, push_document(suites, graph.dependencies, prune=True))


async def request_examples(database: Database, project_id: str) -> tuple[RequestedRun, ...]:
    """Ask for one run of each example, together."""
    return await request_runs(database, project_id, REQUESTS)
