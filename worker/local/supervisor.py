"""The process that keeps one stack running: starts its parts in order, restarts them, stops them in order.

Run as `python -m worker.local.supervisor DESCRIPTOR`, with a `StackSpec` on standard input. On the
descriptor it says, a line of JSON each, what it is doing, and at last that it is ready or why not.
"""

import asyncio
import contextlib
import logging
import os
import signal
import sys
from dataclasses import replace

from worker.errors import BatonError, LocalStackError
from worker.local.addresses import choose_addresses
from worker.local.folders import StackFolder
from worker.local.leftovers import clear_leftovers
from worker.local.locks import hold
from worker.local.logs import see_log
from worker.local.parts import StackParts
from worker.local.processes import ProcessIdentity, identify, is_running
from worker.local.reporting import Reporter
from worker.local.spec import StackSpec
from worker.local.state import Phase, Ports, StackState, write_ports, write_state

log = logging.getLogger(__name__)

#: How often a stack that shall end with another process looks for it.
_WATCH_SECONDS = 1.0


class Supervisor:
    """Starts one stack, keeps it up, and stops it."""

    def __init__(self, spec: StackSpec, *, reporter: Reporter) -> None:
        self._spec = spec
        self._folder: StackFolder = spec.folder
        self._reporter = reporter
        listening, ports, self._held_ports = choose_addresses(spec)
        self._state = _first_state(spec, ports)
        self._parts = StackParts(
            spec, ports=ports, listening=listening, report=reporter.step, changed=self._part_changed
        )
        self._stop = asyncio.Event()

    async def run(self) -> None:
        """Bring the stack up, stay until somebody sends a signal, and take it down."""
        self._listen_for_signals()
        starting = asyncio.create_task(self._start())
        stopping = asyncio.create_task(self._stop.wait())
        watching = asyncio.create_task(self._end_with_another())
        try:
            await asyncio.wait({starting, stopping}, return_when=asyncio.FIRST_COMPLETED)
            if not starting.done():
                starting.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await starting
            await self._stop.wait()
        finally:
            watching.cancel()
            await self._take_down()

    def _listen_for_signals(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT, signal.SIGHUP):
            loop.add_signal_handler(number, self._stop.set)

    async def _end_with_another(self) -> None:
        process = self._spec.ends_with
        while process is not None:
            if not is_running(process):
                self._stop.set()
                return
            await asyncio.sleep(_WATCH_SECONDS)

    async def _start(self) -> None:
        self._set_phase(Phase.STARTING)
        await self._parts.start()
        write_ports(self._folder, self._state.ports)
        self._set_phase(Phase.READY)
        self._reporter.ready()

    async def _take_down(self) -> None:
        self._set_phase(Phase.STOPPING)
        await self._parts.stop()
        self._folder.state.unlink(missing_ok=True)

    def _set_phase(self, phase: Phase) -> None:
        self._state = replace(self._state, phase=phase)
        write_state(self._folder, self._state)

    def _part_changed(self, name: str, process: ProcessIdentity | None) -> None:
        self._state = self._state.with_child(name, process)
        write_state(self._folder, self._state)


def _first_state(spec: StackSpec, ports: Ports) -> StackState:
    myself = identify(os.getpid())
    assert myself is not None
    return StackState(
        phase=Phase.STARTING,
        supervisor=myself,
        ports=ports,
        project=str(spec.project),
        extras=spec.extras,
        static_folder=str(spec.static_folder) if spec.static_folder else None,
    )


async def _supervise(spec: StackSpec, reporter: Reporter) -> None:
    await Supervisor(spec, reporter=reporter).run()


def main() -> int:
    """Run one stack to its end. The exit code is 0 if it was stopped, 1 if it could not start."""
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s %(message)s")
    reporter = Reporter(int(sys.argv[1]))
    spec = StackSpec.from_json(sys.stdin.read())
    lock = hold(spec.folder.supervisor_lock)
    try:
        if lock is None:
            raise LocalStackError("This stack is run by another process", where=str(spec.folder.path))
        clear_leftovers(spec.folder)
        if not reporter.is_heard():
            # Who wanted the stack has left, perhaps before there was anybody here to be stopped.
            return 0
        asyncio.run(_supervise(spec, reporter))
    except BatonError as error:
        reporter.failed(error)
        return 1
    except Exception:
        log.exception("the supervisor failed")
        hint = see_log(spec.folder.log("supervisor"))
        reporter.failed(LocalStackError("The local Supabase failed to start", hint=hint))
        return 1
    return 0


if __name__ == "__main__":
    sys.exit(main())
