"""A project that is away for a while, and one that stays away."""

import asyncio

import pytest

from tests.manual_clock import ManualClock
from worker.cli.patience import PATIENCE_SECONDS, patiently
from worker.errors import NotReachable, Refused


class Project:
    """Does not answer before its time, and then says yes."""

    def __init__(self, clock: ManualClock, *, back_at: float) -> None:
        self._clock = clock
        self._back_at = back_at
        self.asked = 0

    async def ask(self) -> str:
        """Whether it is there."""
        self.asked += 1
        if self._clock.monotonic() < self._back_at:
            raise NotReachable("the project does not answer")
        return "yes"


async def asked(project: Project, clock: ManualClock, *, seconds: float = PATIENCE_SECONDS) -> str:
    """What comes of it; time passes while it is waited for."""
    asking = asyncio.create_task(patiently(project.ask, clock=clock, seconds=seconds))
    while not asking.done():
        await clock.advance(0.5)
    return await asking


async def test_half_a_minute_is_no_matter() -> None:
    """It is asked again, and not all the time."""
    clock = ManualClock()
    project = Project(clock, back_at=clock.monotonic() + 30)
    assert await asked(project, clock) == "yes"
    assert 3 < project.asked < 15


async def test_who_stays_away_is_given_up() -> None:
    """In the time that is given, and in the words of what went wrong."""
    clock = ManualClock()
    begun = clock.monotonic()
    project = Project(clock, back_at=float("inf"))
    with pytest.raises(NotReachable, match="does not answer"):
        await asked(project, clock, seconds=10)
    assert clock.monotonic() - begun <= 11


async def test_an_answer_is_an_answer() -> None:
    """Also one that refuses: it is not asked for again."""
    clock, times = ManualClock(), 0

    async def refuse() -> None:
        nonlocal times
        times += 1
        raise Refused("no", code="PT403")

    with pytest.raises(Refused):
        await patiently(refuse, clock=clock)
    assert times == 1
