"""Who listens to a run, and what becomes of it when one cannot any more."""

import pytest

from tests.builders import a_plan
from tests.engines import Play, a_step
from worker.cli.audience import Audience
from worker.engine import StopReason, StopSignal
from worker.models.events import Event, TestReady

READY = TestReady(test="s/a")


class Hearing:
    """A listener that keeps what it hears, and fails at the given event."""

    def __init__(self, *, until: int = 100) -> None:
        self.heard: list[Event] = []
        self._until = until

    async def on(self, event: Event) -> None:
        """Take note, or fail."""
        self.heard.append(event)
        if len(self.heard) >= self._until:
            raise BrokenPipeError(self._until)

    async def close(self) -> None:
        """Nothing is in hand."""


async def test_one_that_fails_hears_nothing_more_and_the_others_hear_all() -> None:
    """Reports are written although the terminal has gone."""
    stop, gone, file = StopSignal(), Hearing(until=2), Hearing()
    audience = Audience([gone, file], stop)
    for _ in range(4):
        await audience.on(READY)
    assert (len(gone.heard), len(file.heard)) == (2, 4)
    assert stop.reason is StopReason.CANCELLED


async def test_the_first_mistake_is_the_one_that_is_told() -> None:
    """What came of it tells nobody anything new."""
    audience = Audience([Hearing(until=2), Hearing(until=1)], StopSignal())
    await audience.on(READY)
    await audience.on(READY)
    with pytest.raises(BrokenPipeError, match="1"):
        audience.check()


async def test_a_run_that_everybody_hears_is_left_alone() -> None:
    """Nobody stops it."""
    stop, hearing = StopSignal(), Hearing()
    audience = Audience([hearing], stop)
    play = await Play(a_plan(a_step("a"))).run()
    for event in play.events:
        await audience.on(event)
    audience.check()
    assert (stop.reason, hearing.heard) == (None, play.events)
