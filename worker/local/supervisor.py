"""The process that keeps one stack running: starts its parts in order, restarts them, stops them in order.

Run as `python -m worker.local.supervisor DESCRIPTOR`, with a `StackSpec` on standard input. On the
descriptor it says, a line of JSON each, what it is doing, and at last that it is ready or why not.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from collections.abc import Awaitable, Callable
from dataclasses import replace

from worker.errors import BatonError, LocalStackError
from worker.local.addresses import choose_addresses
from worker.local.api import answers, api_command
from worker.local.children import Child
from worker.local.commands import Command, clean_environment
from worker.local.folders import StackFolder
from worker.local.gateway import GatewaySettings, make_gateway
from worker.local.health import is_healthy
from worker.local.keys import keys_of
from worker.local.leftovers import clear_leftovers
from worker.local.locks import hold
from worker.local.logs import see_log
from worker.local.migrate import Migrator
from worker.local.owner import postgres_owner
from worker.local.postgres import ADMIN, REALTIME, START_LIMIT_SECONDS, Postgres, can_connect
from worker.local.processes import ProcessIdentity, identify, is_running
from worker.local.reporting import Reporter
from worker.local.spec import ExtraCommand, StackSpec
from worker.local.state import Phase, Ports, StackState, write_ports, write_state
from worker.local.web import WebServer

log = logging.getLogger(__name__)

_POLL_SECONDS = 0.02
#: How often a stack that shall end with another process looks for it.
_WATCH_SECONDS = 1.0
#: How long each part may take to stop by itself. A worker finishes what is in flight; Postgres writes
#: everything down.
_EXTRA_PATIENCE_SECONDS = 30.0
_API_PATIENCE_SECONDS = 5.0
_DATABASE_PATIENCE_SECONDS = 60.0


class Supervisor:
    """Starts one stack, keeps it up, and stops it."""

    def __init__(self, spec: StackSpec, *, reporter: Reporter) -> None:
        self._spec = spec
        self._folder: StackFolder = spec.folder
        self._reporter = reporter
        self._keys = keys_of(spec.folder.keys)
        self._postgres = Postgres(
            folder=spec.folder,
            packages=spec.packages,
            keys=self._keys,
            owner=postgres_owner(),
            fast=spec.fast,
        )
        self._socket, ports = choose_addresses(spec)
        self._state = _first_state(spec, ports)
        self._children: list[Child] = []
        self._extras: list[Child] = []
        self._web: WebServer | None = None
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Bring the stack up, stay until somebody sends a signal, and take it down."""
        self._listen_for_signals()
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(self._stop.wait())
        watching = asyncio.create_task(self._end_with_another())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
            await self._stop.wait()
        finally:
            watching.cancel()
            await self._take_down()

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)

    async def _end_with_another(self) -> None:
        process = self._spec.ends_with
        while process is not None:
            if not is_running(process):
                self._stop.set()
                return
            await asyncio.sleep(_WATCH_SECONDS)

    # Up

    async def _start(self) -> None:
        self._set_phase(Phase.STARTING)
        await self._start_database()
        await self._migrator().bring_up_to_date()
        await self._start_api()
        await self._start_gateway()
        await self._start_extras()
        write_ports(self._folder, self._state.ports)
        self._set_phase(Phase.READY)
        self._reporter.ready()

    async def _start_database(self) -> None:
        if not self._folder.data.exists():
            self._reporter.step("making the database")
        await asyncio.to_thread(self._postgres.make_data)
        self._reporter.step("starting Postgres")
        admin = self._postgres.address(ADMIN, port=self._state.ports.database)
        command = self._postgres.server_command(port=admin.port)
        await self._start_part(command, lambda: _repeat(lambda: asyncio.to_thread(can_connect, admin)))

    def _migrator(self) -> Migrator:
        return Migrator(
            postgres=self._postgres,
            port=self._state.ports.database,
            source=self._spec.source,
            report=self._reporter.step,
        )

    async def _start_api(self) -> None:
        self._reporter.step("starting Data API and Auth")
        ports = self._state.ports
        command = api_command(
            self._folder,
            packages=self._spec.packages,
            keys=self._keys,
            database=self._postgres.address(ADMIN, port=ports.database),
            port=ports.api,
            site_url=_url(ports),
            source=self._spec.source,
        )
        await self._start_part(command, lambda: answers(ports.api))

    async def _start_gateway(self) -> None:
        self._reporter.step("starting the gateway and Realtime")
        ports = self._state.ports
        settings = GatewaySettings(
            api_port=ports.api,
            database=self._postgres.address(REALTIME, port=ports.database),
            keys=self._keys,
            static_folder=self._spec.static_folder,
        )
        self._web = WebServer(make_gateway(settings))
        await self._web.open(self._socket)
        healthy = _repeat(lambda: asyncio.to_thread(is_healthy, ports.gateway))
        try:
            await asyncio.wait_for(healthy, START_LIMIT_SECONDS)
        except TimeoutError:
            raise LocalStackError(
                "The gateway did not become ready", hint=see_log(self._folder.log("supervisor"))
            ) from None

    async def _start_extras(self) -> None:
        for extra in self._spec.extras:
            self._reporter.step(f"starting {extra.name}")
            child = self._child(self._extra_command(extra))
            self._extras.append(child)
            await child.start(_at_once)

    def _extra_command(self, extra: ExtraCommand) -> Command:
        environment = extra.environment_for(
            url=_url(self._state.ports),
            publishable_key=self._keys.publishable,
            secret_key=self._keys.secret,
        )
        return Command(
            name=extra.name,
            arguments=extra.arguments,
            environment=clean_environment(PYTHONPATH=os.environ.get("PYTHONPATH", ""), **environment),
            folder=self._spec.project,
        )

    async def _start_part(self, command: Command, ready: Callable[[], Awaitable[bool]]) -> None:
        child = self._child(command)
        self._children.append(child)
        await child.start(ready)

    def _child(self, command: Command) -> Child:
        return Child(command, log_file=self._folder.log(command.name), changed=self._child_changed)

    # Down

    async def _take_down(self) -> None:
        """Workers first, they still have something to say; Postgres last, it keeps what they said."""
        self._set_phase(Phase.STOPPING)
        await asyncio.gather(*(child.stop(patience=_EXTRA_PATIENCE_SECONDS) for child in self._extras))
        if self._web is not None:
            await self._web.close()
        self._socket.close()
        for child in reversed(self._children):
            last = child.command.name == "postgres"
            await child.stop(patience=_DATABASE_PATIENCE_SECONDS if last else _API_PATIENCE_SECONDS)
        self._folder.state.unlink(missing_ok=True)

    # What others see

    def _set_phase(self, phase: Phase) -> None:
        self._state = replace(self._state, phase=phase)
        write_state(self._folder, self._state)

    def _child_changed(self, name: str, process: ProcessIdentity | None) -> None:
        self._state = self._state.with_child(name, process)
        write_state(self._folder, self._state)


def _first_state(spec: StackSpec, ports: Ports) -> StackState:
    myself = identify(os.getpid())
    assert myself is not None
    return StackState(
        phase=Phase.STARTING,
        supervisor=myself,
        ports=ports,
        project=str(spec.project),
        extras=spec.extras,
        static_folder=str(spec.static_folder) if spec.static_folder else None,
    )


def _url(ports: Ports) -> str:
    return f"http://127.0.0.1:{ports.gateway}"


async def _repeat(question: Callable[[], Awaitable[bool]]) -> bool:
    while not await question():
        await asyncio.sleep(_POLL_SECONDS)
    return True


async def _at_once() -> bool:
    return True


async def _supervise(spec: StackSpec, reporter: Reporter) -> None:
    await Supervisor(spec, reporter=reporter).run()


def main() -> int:
    """Run one stack to its end. The exit code is 0 if it was stopped, 1 if it could not start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    reporter = Reporter(int(sys.argv[1]))
    spec = StackSpec.from_json(sys.stdin.read())
    lock = hold(spec.folder.supervisor_lock)
    try:
        if lock is None:
            raise LocalStackError("This stack is run by another process", where=str(spec.folder.path))
        clear_leftovers(spec.folder)
        asyncio.run(_supervise(spec, reporter))
    except BatonError as error:
        reporter.failed(error)
        return 1
    except Exception:
        log.exception("the supervisor failed")
        hint = see_log(spec.folder.log("supervisor"))
        reporter.failed(LocalStackError("The local Supabase failed to start", hint=hint))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
