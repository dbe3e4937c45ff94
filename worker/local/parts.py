"""The parts of one stack: started in the order in which they need each other, stopped in the other."""

import asyncio
import os
import socket
from collections.abc import Awaitable, Callable

from worker.errors import LocalStackError
from worker.local.api import answers, api_command
from worker.local.children import Changed, Child
from worker.local.commands import Command, clean_environment
from worker.local.gateway import GatewaySettings, make_gateway
from worker.local.health import is_healthy
from worker.local.keys import keys_of
from worker.local.logs import see_log
from worker.local.migrate import Migrator
from worker.local.owner import postgres_owner
from worker.local.postgres import ADMIN, REALTIME, START_LIMIT_SECONDS, Postgres, can_connect
from worker.local.spec import ExtraCommand, StackSpec
from worker.local.state import Ports
from worker.local.web import WebServer

_POLL_SECONDS = 0.02
#: How long each part may take to stop by itself. A worker finishes what is in flight; Postgres writes
#: everything down.
_EXTRA_PATIENCE_SECONDS = 30.0
_API_PATIENCE_SECONDS = 5.0
_DATABASE_PATIENCE_SECONDS = 60.0


class StackParts:
    """What one stack is made of: Postgres, Data API and Auth, the gateway, and what runs beside them."""

    def __init__(
        self,
        spec: StackSpec,
        *,
        ports: Ports,
        listening: socket.socket,
        report: Callable[[str], None],
        changed: Changed,
    ) -> None:
        """`listening` is where the gateway will answer; `changed` is told of every process that comes or
        goes, by its part's name."""
        self._spec = spec
        self._folder = spec.folder
        self._ports = ports
        self._listening = listening
        self._report = report
        self._changed = changed
        self._keys = keys_of(spec.folder.keys)
        self._postgres = Postgres(
            folder=spec.folder,
            packages=spec.packages,
            keys=self._keys,
            owner=postgres_owner(),
            fast=spec.fast,
        )
        self._children: list[Child] = []
        self._extras: list[Child] = []
        self._web: WebServer | None = None

    async def start(self) -> None:
        """Start one after the other; what cannot start raises LocalStackError, and `stop` ends the others."""
        await self._start_database()
        await self._migrator().bring_up_to_date()
        await self._start_api()
        await self._start_gateway()
        await self._start_extras()

    async def stop(self) -> None:
        """Workers first, they still have something to say; Postgres last, it keeps what they said."""
        await asyncio.gather(*(child.stop(patience=_EXTRA_PATIENCE_SECONDS) for child in self._extras))
        if self._web is not None:
            await self._web.close()
        self._listening.close()
        for child in reversed(self._children):
            last = child.command.name == "postgres"
            await child.stop(patience=_DATABASE_PATIENCE_SECONDS if last else _API_PATIENCE_SECONDS)

    async def _start_database(self) -> None:
        if not self._folder.data.exists():
            self._report("making the database")
        await asyncio.to_thread(self._postgres.make_data)
        self._report("starting Postgres")
        admin = self._postgres.address(ADMIN, port=self._ports.database)
        command = self._postgres.server_command(port=admin.port)
        await self._start_part(command, lambda: _repeat(lambda: asyncio.to_thread(can_connect, admin)))

    def _migrator(self) -> Migrator:
        return Migrator(
            postgres=self._postgres,
            port=self._ports.database,
            source=self._spec.source,
            report=self._report,
        )

    async def _start_api(self) -> None:
        self._report("starting Data API and Auth")
        command = api_command(
            self._folder,
            packages=self._spec.packages,
            keys=self._keys,
            database=self._postgres.address(ADMIN, port=self._ports.database),
            port=self._ports.api,
            site_url=self._ports.url,
            source=self._spec.source,
        )
        await self._start_part(command, lambda: answers(self._ports.api))

    async def _start_gateway(self) -> None:
        self._report("starting the gateway and Realtime")
        settings = GatewaySettings(
            api_port=self._ports.api,
            database=self._postgres.address(REALTIME, port=self._ports.database),
            keys=self._keys,
            static_folder=self._spec.static_folder,
        )
        self._web = WebServer(make_gateway(settings))
        await self._web.open(self._listening)
        healthy = _repeat(lambda: asyncio.to_thread(is_healthy, self._ports.gateway))
        try:
            await asyncio.wait_for(healthy, START_LIMIT_SECONDS)
        except TimeoutError:
            raise LocalStackError(
                "The gateway did not become ready", hint=see_log(self._folder.log("supervisor"))
            ) from None

    async def _start_extras(self) -> None:
        for extra in self._spec.extras:
            self._report(f"starting {extra.name}")
            child = self._child(self._extra_command(extra))
            self._extras.append(child)
            await child.start(_at_once)

    def _extra_command(self, extra: ExtraCommand) -> Command:
        environment = extra.environment_for(
            url=self._ports.url,
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
        return Child(command, log_file=self._folder.log(command.name), changed=self._changed)


async def _repeat(question: Callable[[], Awaitable[bool]]) -> bool:
    while not await question():
        await asyncio.sleep(_POLL_SECONDS)
    return True


async def _at_once() -> bool:
    return True
