"""Another gateway before the small stack: its time passes when the test says so, not by the clock."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

from tests.manual_clock import ManualClock
from tests.patience import FOR_EVER_SECONDS
from worker.local.gateway import GatewaySettings, make_gateway
from worker.local.health import is_healthy
from worker.local.keys import keys_of
from worker.local.ports import listening_socket
from worker.local.postgres import REALTIME, DatabaseAddress
from worker.local.stack import StackInfo
from worker.local.web import WebServer


@dataclass(frozen=True, slots=True, kw_only=True)
class TimedGateway:
    """Where it answers, and its clock."""

    url: str
    clock: ManualClock = field(default_factory=ManualClock)

    @property
    def now(self) -> float:
        """What this gateway takes for the moment, in seconds since 1970."""
        return self.clock.now().timestamp()


@asynccontextmanager
async def timed_gateway(stack: StackInfo) -> AsyncIterator[TimedGateway]:
    """One for the length of a `with`, beside the stack's own."""
    with listening_socket(0) as listening:
        port = listening.getsockname()[1]
        gateway = TimedGateway(url=f"http://127.0.0.1:{port}")
        server = WebServer(make_gateway(_settings(stack), clock=gateway.clock))
        await server.open(listening)
        try:
            async with asyncio.timeout(FOR_EVER_SECONDS):
                while not await asyncio.to_thread(is_healthy, port):
                    await asyncio.sleep(0.02)
            yield gateway
        finally:
            await server.close()


def _settings(stack: StackInfo) -> GatewaySettings:
    keys = keys_of(stack.keys_file)
    database = DatabaseAddress(port=stack.ports.database, user=REALTIME, password=keys.realtime_password)
    return GatewaySettings(api_port=stack.ports.api, database=database, keys=keys)
