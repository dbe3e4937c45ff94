"""A time limit for what takes several steps."""

import asyncio
from collections.abc import Coroutine

from worker.clock import Clock


async def finishes(work: Coroutine[None, None, None], seconds: float, clock: Clock) -> bool:
    """Do this within so many seconds; False when it had to be cut short. What it raises is raised."""
    task, limit = asyncio.create_task(work), asyncio.create_task(clock.sleep(seconds))
    try:
        await asyncio.wait([task, limit], return_when=asyncio.FIRST_COMPLETED)
        if task.done():
            await task
            return True
        return False
    finally:
        limit.cancel()
        task.cancel()
        await asyncio.gather(task, limit, return_exceptions=True)
