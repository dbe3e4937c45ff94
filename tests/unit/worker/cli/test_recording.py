"""`run --record` and a project that goes away."""

import asyncio
from typing import Any, cast

import pytest

from tests.manual_clock import ManualClock
from tests.runs import a_run
from worker.cli.recording import LEASE_SECONDS, WAITING, Recording
from worker.database import Database
from worker.errors import NotReachable


class Away:
    """A project that nobody reaches."""

    async def call(self, function: str, **arguments: Any) -> Any:
        """What a function of the database answers."""
        raise NotReachable("nobody answers")


class Heard:
    """What a person is told."""

    def __init__(self) -> None:
        self.said: list[str] = []

    def say(self, text: str) -> None:
        """One sentence."""
        self.said.append(text)


@pytest.mark.parametrize("when", ["before the end", "at the end"])
async def test_who_waits_for_a_project_after_the_tests_is_told_so(when: str) -> None:
    """Whether it was away before they were over, or it comes out only when their end is told."""
    clock, heard = ManualClock(), Heard()
    recording = Recording(cast(Database, Away()), a_run(), heard, clock=clock)
    recording.start()
    if when == "before the end":
        # A sign of life.
        await clock.advance(LEASE_SECONDS / 2)
        assert WAITING not in heard.said
    closing = asyncio.create_task(recording.close(None, ()))
    await clock.advance(1)
    away, waiting = heard.said
    assert away.startswith("The project cannot be reached (nobody answers).")
    assert waiting == WAITING
    await clock.advance(2 * LEASE_SECONDS)
    await closing
