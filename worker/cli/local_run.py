"""A run on this machine, without a server: carried out, told to listeners, and stopped in good order."""

from collections.abc import Sequence
from contextlib import aclosing, suppress
from typing import Protocol

from worker.cli.audience import Audience
from worker.cli.interruption import interruptible, writing
from worker.cli.prepared import PreparedRun
from worker.cli.reporting import close_all
from worker.clock import SystemClock
from worker.engine import Parts, StopSignal, run_plan
from worker.http import make_sender
from worker.models.events import Listener, RunFinished
from worker.models.graph import Plan
from worker.models.outcome import RunOutcome


class Speaker(Protocol):
    """Somebody who can tell a person something while the run goes on."""

    def say(self, text: str) -> None:
        """Show one sentence."""
        ...


async def run_locally(
    run: PreparedRun, listeners: Sequence[Listener], *, speaker: Speaker, stop: StopSignal | None = None
) -> RunOutcome | None:
    """Run it, tell the listeners, and close them whatever happens; None when it was cut off.

    Whoever gives a `stop` may ask for the end himself, besides Ctrl-C.
    """
    clock = SystemClock()
    sender = make_sender()
    stop = stop or StopSignal()
    parts = Parts(
        context=run.context,
        sender=sender,
        environment=run.environment,
        clock=clock,
        jobs=run.jobs,
        stop=stop,
        bail=run.bail,
        suites={suite.key: suite.limits for suite in run.suites},
        timeout_seconds=run.timeout_seconds,
        shuffle=run.shuffle,
        files=run.files,
        tools=run.tools,
    )
    try:
        with interruptible(stop, say=speaker.say):
            try:
                return await _follow(run.plan, parts, Audience(listeners, stop))
            finally:
                _keep_fixtures(run)
                await sender.close()
    finally:
        with writing():
            await close_all(listeners)


def _keep_fixtures(run: PreparedRun) -> None:
    """Write down what fixtures of later runs are made of. Where that cannot be, the tests run again."""
    for suite in run.suites:
        if suite.fixtures.names():
            from worker.fixtures.keeping import keep

            with suppress(OSError):
                keep(suite, run.context)


async def _follow(plan: Plan, parts: Parts, audience: Audience) -> RunOutcome | None:
    outcome = None
    async with aclosing(run_plan(plan, parts)) as events:
        async for event in events:
            await audience.on(event)
            if isinstance(event, RunFinished):
                outcome = event.outcome
                break
    audience.check()
    return outcome
