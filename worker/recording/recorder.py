"""The listener that writes a run down: in batches, in order, each exactly once."""

import asyncio
from collections import deque
from collections.abc import Callable
from enum import StrEnum

import structlog

from worker.clock import Clock, wait_for
from worker.errors import LeaseLost, NotReachable, PlatformError
from worker.models.events import Event
from worker.models.run import ClaimedRun
from worker.recording.base import Answer, RunRecords, Step
from worker.recording.batch import Entry, batch_of, entry_of
from worker.recording.load import Limits, Load

#: Waits between the tries to send one batch while the database does not answer; the last one repeats.
RETRY_DELAYS_SECONDS = (0.2, 0.5, 1.0, 2.0, 5.0)


class StopCause(StrEnum):
    """Why a recorder wants its run to stop."""

    CANCELLED = "cancelled"  # somebody asked for it
    LEASE_LOST = "lease lost"  # another worker holds the run now, or may
    NOT_RECORDED = "not recorded"  # the database refuses what we send


class Recorder:
    """Sends what happens in one run to its record, and keeps its lease alive.

    `on_stop` is called once, when the run must not go on: after that `cause` says why, and unless it
    is CANCELLED nothing is recorded any more. A lost answer is followed by the same batch again.
    """

    def __init__(
        self,
        records: RunRecords,
        run: ClaimedRun,
        *,
        clock: Clock,
        lease_seconds: int,
        on_stop: Callable[[StopCause], None],
        limits: Limits | None = None,
    ) -> None:
        self._records = records
        self._lease = run.lease
        self._step = Step(batch_number=run.next_batch_number, context_version=run.context.version)
        self._clock = clock
        self._lease_seconds = lease_seconds
        self._on_stop = on_stop
        self._limits = limits or Limits()
        self._entries: deque[Entry] = deque()
        self._waiting_bytes = 0
        self._news = asyncio.Event()
        self._room = asyncio.Event()
        self._room.set()
        self._closing = asyncio.Event()
        self._hurried = False
        self._sent: deque[float] = deque(maxlen=3)
        self._alive_until = clock.monotonic() + lease_seconds
        self._task: asyncio.Task[None] | None = None
        self._log = structlog.get_logger("baton.recording").bind(run=run.id)
        self.cause: StopCause | None = None
        self.error: PlatformError | None = None

    @property
    def holds_the_run(self) -> bool:
        """False once this run is somebody else's, or cannot be recorded."""
        return self.cause in (None, StopCause.CANCELLED)

    def start(self) -> None:
        """Begin to send, and to keep the lease alive."""
        self._task = asyncio.create_task(self._work(), name=f"recorder of run {self._lease.run_id}")

    async def on(self, event: Event) -> None:
        """Take note of an event. Waits while too much is waiting to be sent."""
        entry = entry_of(event)
        if entry is None:
            return
        await self._room.wait()
        if self.holds_the_run:
            self._keep(entry)

    async def close(self) -> None:
        """Send all that waits, and stop. Raises nothing: `holds_the_run` says whether it is written."""
        self._closing.set()
        self._news.set()
        if self._task is not None:
            await self._task

    def hurry(self) -> None:
        """Do not wait for a database that is away: what it has not taken will be run again."""
        self._hurried = True

    def _keep(self, entry: Entry) -> None:
        self._entries.append(entry)
        self._waiting_bytes += entry.size
        self._news.set()
        self._make_room()

    async def _work(self) -> None:
        try:
            while self.holds_the_run:
                await self._until_due()
                if self._closing.is_set() and not self._entries:
                    return
                await self._send(self._take())
        except Exception as error:
            # A mistake of ours must not leave the run waiting for a recorder that is gone.
            self._log.exception("recording.died")
            # Only its class: its words may hold the batch, and that holds secrets.
            said = f"a mistake in Baton's recorder: {type(error).__name__}; please report it"
            self._give_up(StopCause.NOT_RECORDED, PlatformError(said))

    async def _until_due(self) -> None:
        """Return when a batch should go: at once after quiet, else in time; or when a beat is due."""
        if not self._entries:
            await wait_for(self._news, seconds=self._lease_seconds / 3, clock=self._clock)
        while self._entries and (seconds := self._earliest() - self._clock.monotonic()) > 0:
            if self._closing.is_set():
                await self._clock.sleep(seconds)
            else:
                await wait_for(self._closing, seconds=seconds, clock=self._clock)

    def _earliest(self) -> float:
        now = self._clock.monotonic()
        if not self._sent:
            return now
        if self._closing.is_set() and sum(sent > now - 1.0 for sent in self._sent) < 3:
            # Two batches, this one and the run's end are four: the last batch need not wait.
            return now
        return self._sent[-1] + self._limits.interval_seconds

    def _take(self) -> list[Entry]:
        taken: list[Entry] = []
        load = Load()
        while self._entries:
            heavier = load.plus(self._entries[0])
            # One that is larger than a whole batch goes alone.
            if taken and heavier.exceeds(self._limits):
                break
            taken.append(self._entries.popleft())
            load = heavier
        self._waiting_bytes -= load.size
        if not self._entries and not self._closing.is_set():
            self._news.clear()
        self._make_room()
        return taken

    def _make_room(self) -> None:
        full = (
            self._waiting_bytes >= self._limits.waiting_bytes
            or len(self._entries) >= self._limits.waiting_entries
        )
        if full and self.holds_the_run:
            self._room.clear()
        else:
            self._room.set()

    async def _send(self, entries: list[Entry]) -> None:
        """Send one batch until it has an answer. The batch stays the same, so once is enough."""
        batch = batch_of(entries, lease_seconds=self._lease_seconds)
        tries = 0
        while True:
            began = self._clock.monotonic()
            try:
                answer = await self._records.record(self._lease, self._step, batch)
            except LeaseLost as error:
                return self._give_up(StopCause.LEASE_LOST, error)
            except NotReachable as error:
                if self._hurried or self._clock.monotonic() > self._alive_until:
                    # Somebody else may have it by now. What is lost here will be run again.
                    return self._give_up(StopCause.LEASE_LOST, error)
                self._log.warning("recording.repeats", batch=self._step.batch_number, reason=error.what)
                await self._clock.sleep(RETRY_DELAYS_SECONDS[min(tries, len(RETRY_DELAYS_SECONDS) - 1)])
                tries += 1
            except PlatformError as error:
                return self._give_up(StopCause.NOT_RECORDED, error)
            else:
                return self._written(answer, began)

    def _written(self, answer: Answer, began: float) -> None:
        self._step = Step(
            batch_number=answer.batch_number + 1,
            context_version=answer.context_version,
        )
        self._sent.append(began)
        self._alive_until = began + self._lease_seconds
        if not answer.go_on and self.cause is None:
            self._stop(StopCause.CANCELLED)

    def _give_up(self, cause: StopCause, error: PlatformError) -> None:
        self.error = error
        self._entries.clear()
        self._waiting_bytes = 0
        self._log.warning("recording.given_up", cause=cause.value, reason=error.what)
        self._stop(cause)
        self._make_room()

    def _stop(self, cause: StopCause) -> None:
        self.cause = cause
        self._on_stop(cause)
