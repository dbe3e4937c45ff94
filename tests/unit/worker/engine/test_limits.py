"""Limits of an environment, as a run meets them."""

from collections.abc import AsyncIterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager

import pytest

from tests.builders import a_plan
from tests.engines import Play, a_step
from tests.manual_clock import ManualClock
from worker.engine.limits import Limit, LimitTable
from worker.errors import SharingError


class BrokenLimits:
    """Limits in a place that is away."""

    def turn(self) -> AbstractAsyncContextManager[None]:
        """Never."""
        return self._turn()

    @asynccontextmanager
    async def _turn(self) -> AsyncIterator[None]:
        raise SharingError("the limits are away")
        yield


async def test_limits_that_cannot_be_kept_end_the_run() -> None:
    """No request is sent as if they could, and no test gets a verdict that it has not earned."""
    sent: list[str] = []

    def answer() -> int:
        sent.append("something")
        return 200

    play = Play(a_plan(a_step("a"), a_step("b")), {"a": answer, "b": answer})
    with pytest.raises(SharingError):
        await play.run(limits=BrokenLimits())
    assert sent == []
    assert play.finished == []


async def test_two_runs_of_one_process_share_what_the_environment_bears() -> None:
    """Each may send two requests at one time, and so may both together."""
    clock = ManualClock()
    table, limit = LimitTable(clock), Limit(at_once=2)
    plays = [
        Play(a_plan(*(a_step(f"t{at}") for at in range(3))), lasts={f"t{at}": 1 for at in range(3)})
        for _ in range(2)
    ]
    for play in plays:
        play.clock = clock
        play.start(limits=table.of_a_run("shop", limit), jobs=3)
    for second in (1, 2):
        await clock.advance(1)
        assert sum(len(play.finished) for play in plays) == 2 * second
    for play in plays:
        await play.finish()
    assert clock.seconds == 3
