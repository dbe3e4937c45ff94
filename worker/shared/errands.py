"""Small things that are done in the background: nobody waits for them, and nobody can cut them short."""

import asyncio
import logging
from collections.abc import Coroutine
from typing import Any

from worker.errors import SharingError

_log = logging.getLogger("baton.shared")


class Errands:
    """Runs coroutines to their end. One that fails is logged: what it should have freed expires by itself."""

    def __init__(self) -> None:
        self._tasks: set[asyncio.Task[None]] = set()

    def run(self, errand: Coroutine[Any, Any, object]) -> asyncio.Future[None]:
        """Begin this; it goes on whatever happens to the caller, also if he waits for the answer."""
        task = asyncio.create_task(_quietly(errand))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return asyncio.shield(task)

    async def finish(self) -> None:
        """Wait until all are over."""
        while self._tasks:
            await asyncio.gather(*self._tasks, return_exceptions=True)


async def _quietly(errand: Coroutine[Any, Any, object]) -> None:
    try:
        await errand
    except SharingError as error:
        _log.warning("%s: %s", error.where, error.what)
