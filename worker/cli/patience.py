"""A network that goes away for a while costs who follows runs nothing: they go on without it."""

from collections.abc import Awaitable, Callable
from itertools import chain, repeat
from typing import TypeVar

from worker.clock import Clock
from worker.errors import NotReachable

Answer = TypeVar("Answer")

#: How long a project may be away between a request and the reports: a router starts again in less.
PATIENCE_SECONDS = 120.0

#: Waits between the tries; the last one repeats.
_DELAYS_SECONDS = (0.5, 1.0, 2.0, 5.0)


async def patiently(
    ask: Callable[[], Awaitable[Answer]], *, clock: Clock, seconds: float = PATIENCE_SECONDS
) -> Answer:
    """Ask again for so long as the project does not answer; for what may be asked twice.

    Raises NotReachable when it has been away for all of that time, and at once whatever else `ask` raises.
    """
    until = clock.monotonic() + seconds
    delays = chain(_DELAYS_SECONDS, repeat(_DELAYS_SECONDS[-1]))
    while True:
        try:
            return await ask()
        except NotReachable:
            delay = next(delays)
            if clock.monotonic() + delay > until:
                raise
            await clock.sleep(delay)
