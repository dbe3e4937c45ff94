"""Waiting that ends early when the run does."""

import asyncio

from worker.engine.surroundings import Surroundings


async def pause(seconds: float, around: Surroundings) -> bool:
    """Wait; False as soon as the run stops, for then nothing is worth waiting for."""
    over = asyncio.create_task(around.parts.clock.sleep(seconds))
    stopped = asyncio.create_task(around.stopping.wait())
    try:
        await asyncio.wait([over, stopped], return_when=asyncio.FIRST_COMPLETED)
    finally:
        over.cancel()
        stopped.cancel()
    return not around.stopping.is_set()
