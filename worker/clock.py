"""The only door to time, sleep and new ids, so that no test ever waits for real time."""

import asyncio
import time
import uuid
from datetime import UTC, datetime
from typing import Protocol


class Clock(Protocol):
    """What the rest of Baton may ask of time."""

    def now(self) -> datetime:
        """The moment, with its time zone (UTC)."""
        ...

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""
        ...

    async def sleep(self, seconds: float) -> None:
        """Let others work for this many seconds."""
        ...

    def new_id(self) -> str:
        """An id nobody has used before (a UUID)."""
        ...


class SystemClock:
    """The machine's own clock."""

    def now(self) -> datetime:
        """The moment, with its time zone (UTC)."""
        return datetime.now(UTC)

    def monotonic(self) -> float:
        """Seconds that never run backwards; only differences mean something."""
        return time.perf_counter()

    async def sleep(self, seconds: float) -> None:
        """Let others work for this many seconds."""
        await asyncio.sleep(seconds)

    def new_id(self) -> str:
        """An id nobody has used before (a UUID)."""
        return str(uuid.uuid4())


async def wait_for(event: asyncio.Event, *, seconds: float, clock: Clock) -> bool:
    """Wait until the event is set, but not longer than this; whether it is set."""
    waiting = asyncio.ensure_future(event.wait())
    sleeping = asyncio.ensure_future(clock.sleep(max(0.0, seconds)))
    try:
        await asyncio.wait({waiting, sleeping}, return_when=asyncio.FIRST_COMPLETED)
    finally:
        waiting.cancel()
        sleeping.cancel()
    return event.is_set()
