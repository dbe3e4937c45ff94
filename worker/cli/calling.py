"""Who calls: the pipeline whose token is set, or the member who is signed in."""

import os
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from worker.clock import Clock, SystemClock
from worker.errors import Refused
from worker.project.pipeline import Caller, open_caller
from worker.settings import read_settings

#: How a project answers whoever has no right to know that something is there.
_NOBODY = ("PT401", "PT404")


@asynccontextmanager
async def opened_caller(profile: str | None, *, clock: Clock | None = None) -> AsyncIterator[Caller]:
    """BATON_TOKEN's pipeline, unless a profile was named; else the member. Raises what `open_caller` does."""
    from worker.cli.local_stack import or_local

    settings = read_settings(os.environ)
    if settings.token is not None:
        settings = or_local(settings)
    caller = await open_caller(settings, profile=profile, clock=clock or SystemClock())
    try:
        yield caller
    except Refused as error:
        if error.code in _NOBODY:
            await caller.ask_whether_still_welcome()
        raise
    finally:
        await caller.database.close()
