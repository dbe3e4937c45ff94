"""The supervisor's children: started so that they die with it, and started again when they end."""

import asyncio
import contextlib
import logging
import signal
from asyncio.subprocess import DEVNULL, PIPE, Process
from collections.abc import Awaitable, Callable
from dataclasses import dataclass
from pathlib import Path

from worker.clock import Clock, SystemClock
from worker.errors import LocalStackError
from worker.local.commands import Command
from worker.local.logs import open_log, see_log
from worker.local.processes import ProcessIdentity, identify

log = logging.getLogger(__name__)

#: Pauses before a part is started again: doubled each time, from half a second to half a minute.
_FIRST_PAUSE_SECONDS = 0.5
_LONGEST_PAUSE_SECONDS = 30.0
#: Postgres may have a gigabyte or so of its log to replay after a crash: a minute on a slow disk.
START_LIMIT_SECONDS = 60.0
#: A part that ran this long is taken to be well again.
_WELL_AFTER_SECONDS = 60.0

Changed = Callable[[str, ProcessIdentity | None], None]


class Child:
    """One part of the stack, kept running until it is stopped."""

    def __init__(
        self, command: Command, *, log_file: Path, changed: Changed, clock: Clock | None = None
    ) -> None:
        self.command = command
        self._log_file = log_file
        self._changed = changed
        self._clock = clock or SystemClock()
        #: The process of the moment; another one after it died.
        self.process: Process | None = None
        self._keeper: asyncio.Task[None] | None = None

    async def start(self, ready: Callable[[], Awaitable[bool]]) -> None:
        """Start it and wait until it is ready. An error says how its log ends."""
        await self._spawn()
        if not await self._ready_before_it_ends(ready):
            code = self.process.returncode if self.process else None
            await self._end(patience=5)
            ending = "did not become ready" if code is None else f"ended with code {code}"
            raise LocalStackError(
                f"A part of the local Supabase, {self.command.name}, {ending}",
                where=str(self._log_file),
                hint=see_log(self._log_file),
            )
        self._keeper = asyncio.create_task(self._keep())

    async def stop(self, *, patience: float) -> None:
        """Ask it to stop, wait this many seconds, then insist."""
        if self._keeper is not None:
            self._keeper.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._keeper
        await self._end(patience=patience)

    async def _spawn(self) -> None:
        self.process = await spawn(self.command, log_file=self._log_file)
        self._changed(self.command.name, identify(self.process.pid))

    async def _ready_before_it_ends(self, ready: Callable[[], Awaitable[bool]]) -> bool:
        assert self.process is not None
        answer = asyncio.ensure_future(ready())
        ended = asyncio.ensure_future(self.process.wait())
        try:
            await asyncio.wait(
                {answer, ended}, timeout=START_LIMIT_SECONDS, return_when=asyncio.FIRST_COMPLETED
            )
            return answer.done() and answer.result()
        finally:
            answer.cancel()
            ended.cancel()

    async def _keep(self) -> None:
        pause = _FIRST_PAUSE_SECONDS
        while True:
            began = self._clock.monotonic()
            if self.process is not None:
                code = await self.process.wait()
                log.warning("%s ended with code %s; starting it again", self.command.name, code)
            if self._clock.monotonic() - began > _WELL_AFTER_SECONDS:
                pause = _FIRST_PAUSE_SECONDS
            await self._clock.sleep(pause)
            pause = min(pause * 2, _LONGEST_PAUSE_SECONDS)
            await self._spawn_or_try_later()

    async def _spawn_or_try_later(self) -> None:
        try:
            await self._spawn()
        except OSError as error:  # no memory, no descriptors: that may pass
            log.warning("%s cannot be started: %s", self.command.name, error)

    async def _end(self, *, patience: float) -> None:
        if self.process is None or self.process.returncode is not None:
            return
        self._signal(self.command.stop_signal)
        try:
            await asyncio.wait_for(self.process.wait(), patience)
        except TimeoutError:
            self._signal(signal.SIGKILL)
            await self.process.wait()
        self._changed(self.command.name, None)

    def _signal(self, number: signal.Signals) -> None:
        if self.process is not None:
            with contextlib.suppress(ProcessLookupError):
                self.process.send_signal(number)


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a program ended, and what it said."""

    code: int
    output: str


async def spawn(command: Command, *, log_file: Path) -> Process:
    """Start it with its output in a file. Its standard input ends when this process does."""
    with open_log(log_file) as output:
        return await asyncio.create_subprocess_exec(
            *command.launch_arguments(),
            env=dict(command.environment),
            cwd=command.folder,
            stdin=PIPE,
            stdout=output,
            stderr=output,
        )


async def run_in_background(command: Command, *, time_limit: float) -> Ended:
    """Run it to its end without holding up anything else. TimeoutError if it takes too long."""
    process = await asyncio.create_subprocess_exec(
        *command.launch_arguments(),
        env=dict(command.environment),
        cwd=command.folder,
        stdin=DEVNULL,
        stdout=PIPE,
        stderr=asyncio.subprocess.STDOUT,
    )
    try:
        output, _ = await asyncio.wait_for(process.communicate(), time_limit)
    except TimeoutError:
        process.kill()
        await process.wait()
        raise
    return Ended(code=process.returncode or 0, output=output.decode("utf-8", errors="replace"))
