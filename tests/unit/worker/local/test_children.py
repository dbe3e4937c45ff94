"""Parts that are kept running."""

import asyncio
import signal
import sys
from pathlib import Path

import pytest

from tests.manual_clock import ManualClock
from worker.errors import LocalStackError
from worker.local.children import Child, run_in_background
from worker.local.commands import Command, clean_environment
from worker.local.processes import ProcessIdentity, is_running

#: Ends when told to, and when its standard input ends.
WAIT = "import sys; print('here', flush=True); sys.stdin.read()"
DEAF = "import signal; signal.signal(signal.SIGTERM, signal.SIG_IGN); " + WAIT


class Part:
    """A child of this test, and what was said about it."""

    def __init__(self, program: str, tmp_path: Path) -> None:
        self.clock = ManualClock()
        self.log = tmp_path / "part.log"
        self.seen: list[ProcessIdentity | None] = []
        self.changed = asyncio.Event()
        command = Command(
            name="part", arguments=(sys.executable, "-c", program), environment=clean_environment()
        )
        self.child = Child(command, log_file=self.log, changed=self._note, clock=self.clock)

    async def ready(self) -> bool:
        """It has said that it is here."""
        while "here" not in self.log.read_text():
            await asyncio.sleep(0.01)
        return True

    async def next_change(self) -> ProcessIdentity | None:
        """What becomes of it next."""
        self.changed.clear()
        await asyncio.wait_for(self.changed.wait(), 60)
        return self.seen[-1]

    def _note(self, name: str, process: ProcessIdentity | None) -> None:
        self.seen.append(process)
        self.changed.set()


async def test_a_part_is_up_when_it_is_ready_and_gone_when_it_was_stopped(tmp_path: Path) -> None:
    """Whoever keeps the books hears of both."""
    part = Part(WAIT, tmp_path)
    await part.child.start(part.ready)
    (process,) = part.seen
    assert process is not None
    assert is_running(process)
    await part.child.stop(patience=60)
    assert not is_running(process)
    assert part.seen == [process, None]


async def test_a_part_that_ends_before_it_is_ready_is_an_error(tmp_path: Path) -> None:
    """With its code, and with how its log ends."""
    part = Part("import sys; print('no luck'); sys.exit(3)", tmp_path)
    with pytest.raises(LocalStackError) as failure:
        await part.child.start(part.ready)
    assert "part, ended with code 3" in failure.value.what
    assert failure.value.where == str(part.log)
    assert "no luck" in str(failure.value.hint)


async def test_a_part_that_does_not_stop_is_made_to(tmp_path: Path) -> None:
    """After its time."""
    part = Part(DEAF, tmp_path)
    await part.child.start(part.ready)
    await part.child.stop(patience=0.1)
    assert part.seen[0] is not None
    assert not is_running(part.seen[0])


async def test_a_part_that_dies_is_started_again_after_a_pause(tmp_path: Path) -> None:
    """Half a second at first; the time is the clock's, so nobody waits here."""
    part = Part(WAIT, tmp_path)
    await part.child.start(part.ready)
    (first,) = part.seen
    await kill(part)
    await part.clock.advance(0.4)
    assert part.seen == [first]
    await part.clock.advance(0.1)
    second = await part.next_change() if len(part.seen) == 1 else part.seen[-1]
    assert second is not None
    assert second != first
    await part.child.stop(patience=60)


async def kill(part: Part) -> None:
    """End the part's process from outside, and wait until its keeper has seen it."""
    process = part.child.process
    assert process is not None
    process.send_signal(signal.SIGKILL)
    await process.wait()


async def test_a_program_that_takes_too_long_is_ended() -> None:
    """And is gone when the error arrives."""
    command = Command(name="slow", arguments=(sys.executable, "-c", WAIT), environment=clean_environment())
    slow = Command(
        name="slow",
        arguments=(sys.executable, "-c", "import time; time.sleep(600)"),
        environment=command.environment,
    )
    with pytest.raises(TimeoutError):
        await run_in_background(slow, time_limit=0.1)
    assert (await run_in_background(command, time_limit=60)).output == "here\n"
