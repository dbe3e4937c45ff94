"""Following a run, live where possible, correct in any case."""

import asyncio
import logging
import os
from collections.abc import Awaitable, Callable, Iterable, Mapping
from typing import Any

from worker.clock import Clock, SystemClock, wait_for
from worker.database import Database
from worker.database.member import open_member
from worker.errors import NotReachable
from worker.realtime.listening import Listening
from worker.realtime.progress import Progress
from worker.realtime.tables import RunTables, SupabaseTables
from worker.realtime.updates import ProgressUpdate, RunStats
from worker.records.base import is_shaped
from worker.records.events import RunMessage
from worker.settings import read_settings

_log = logging.getLogger("baton.realtime")

#: Without a live channel the tables are read this often.
POLL_SECONDS = 1.0

#: After so many readings it is said that there is no live channel.
POLLS_BEFORE_A_WORD = 5

#: With one, when nothing was heard for this long: the last message may have been lost.
QUIET_SECONDS = 10.0

#: Told each piece of news, in order; the next one waits until it is done.
OnUpdate = Callable[[ProgressUpdate], Awaitable[None] | None]

#: Told each event as it was broadcast (`test_started` and so on), once more or not at all if that
#: is how it arrives: for display only.
OnEvent = Callable[[Mapping[str, Any]], None]

Unsubscribe = Callable[[], Awaitable[None]]


class RunSubscription:
    """One subscriber of one run. Every result reaches him once, whatever happens to messages."""

    def __init__(
        self,
        run_id: str,
        on_update: OnUpdate,
        *,
        tables: RunTables,
        clock: Clock,
        on_event: OnEvent | None = None,
    ) -> None:
        self._run_id = run_id
        self._on_update = on_update
        self._on_event = on_event
        self._tables = tables
        self._clock = clock
        self._progress = Progress(run_id)
        self._inbox: list[Mapping[str, Any]] = []
        self._news = asyncio.Event()
        self._missed = False
        self._live = False
        self._polls = 0
        self._over = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    @property
    def stats(self) -> RunStats | None:
        """The run's state as it was told last."""
        return self._progress.stats

    async def start(self) -> None:
        """Tell what has happened so far, and begin to follow. Raises Refused if there is no such run."""
        await self._catch_up()
        self._task = asyncio.create_task(self._follow(), name=f"following run {self._run_id}")

    async def stop(self) -> None:
        """Follow no longer. Raises what `on_update` raised, if it did."""
        if self._task is None:
            return
        task, self._task = self._task, None
        task.cancel()
        [ending] = await asyncio.gather(task, return_exceptions=True)
        if isinstance(ending, Exception):
            raise ending

    async def until_over(self) -> RunStats:
        """Wait until the run is over and all of it was told."""
        over = asyncio.ensure_future(self._over.wait())
        tasks = {over} if self._task is None else {over, self._task}
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
        over.cancel()
        if self._task is not None and self._task.done():
            self._task.result()
        assert self.stats is not None
        return self.stats

    def hear(self, event: str, payload: Mapping[str, Any]) -> None:
        """A message on the run's topic. One that cannot be understood counts as missed."""
        if is_shaped(RunMessage, payload):
            self._inbox.append(payload)
        else:
            self._missed = True
        self._news.set()

    def live(self, is_live: bool) -> None:
        """The topic was joined, or lost. What was sent in between was missed."""
        self._live = is_live
        self._missed = True
        self._news.set()

    async def _follow(self) -> None:
        while not self._over.is_set():
            patience = QUIET_SECONDS if self._live else POLL_SECONDS
            heard = await wait_for(self._news, seconds=patience, clock=self._clock)
            self._news.clear()
            if not heard and not self._live:
                self._say_polling()
            await self._take(read=self._missed or not heard)

    async def _take(self, *, read: bool) -> None:
        """Tell what came in. A table that cannot be read now is read in a moment."""
        messages, self._inbox = self._inbox, []
        try:
            if read:
                self._missed = False
                await self._catch_up()
            for message in messages:
                await self._take_message(message)
        except NotReachable as error:
            _log.debug("realtime.tables_away run=%s reason=%s", self._run_id, error.what)
            self._missed = True

    async def _take_message(self, message: Mapping[str, Any]) -> None:
        if self._progress.is_old(message):
            return
        self._show(message)
        if self._progress.leaves_a_gap(message):
            await self._catch_up()
        else:
            await self._tell(self._progress.from_message(message))

    def _show(self, message: Mapping[str, Any]) -> None:
        if self._on_event is not None:
            for event in message.get("events") or ():
                self._on_event(event)

    async def _catch_up(self) -> None:
        snapshot = await self._tables.read(
            self._run_id, known=self._progress.told, context_version=self._progress.context_version
        )
        await self._tell(self._progress.from_tables(snapshot.run, snapshot.results, snapshot.context))
        # Only rows say that it is over: they hold everything that belongs to it.
        if self.stats is not None and self.stats.is_over:
            self._over.set()

    async def _tell(self, updates: Iterable[ProgressUpdate]) -> None:
        for update in updates:
            done = self._on_update(update)
            if done is not None:
                await done

    def _say_polling(self) -> None:
        """Once, and only when the live channel takes longer than joining usually does."""
        self._polls += 1
        if self._polls == POLLS_BEFORE_A_WORD:
            _log.warning("no live channel for run %s; reading its tables instead", self._run_id)


async def subscribe_to_test_progress(
    run_id: str,
    on_update: OnUpdate,
    *,
    database: Database | None = None,
    clock: Clock | None = None,
    on_event: OnEvent | None = None,
) -> Unsubscribe:
    """Follow a run; gives a function that unsubscribes.

    First comes what has happened so far, then what happens: each finished test once, the run's state
    and counters, and what the run knows (see ProgressUpdate). `on_update` may be a function or a
    coroutine function. Late or lossy connections make no difference to what is told, only to when.

    Without `database`, the signed-in member of the chosen profile asks. Raises NotSignedIn,
    NotReachable, or Refused when there is no such run for him.
    """
    clock = clock or SystemClock()
    own = database is None
    database = database or await open_member(read_settings(os.environ), clock=clock)
    subscription, listening = follow_run(run_id, on_update, database=database, clock=clock, on_event=on_event)
    try:
        await subscription.start()
    except BaseException:
        await _close(database, own)
        raise
    listening.start()

    async def unsubscribe() -> None:
        await listening.stop()
        try:
            await subscription.stop()
        finally:
            await _close(database, own)

    return unsubscribe


def follow_run(
    run_id: str,
    on_update: OnUpdate,
    *,
    database: Database,
    clock: Clock,
    on_event: OnEvent | None = None,
) -> tuple[RunSubscription, Listening]:
    """A subscription and the listener that feeds it, neither of them started."""
    subscription = RunSubscription(
        run_id, on_update, tables=SupabaseTables(database), clock=clock, on_event=on_event
    )
    listening = Listening(
        database, f"run:{run_id}", on_message=subscription.hear, on_live=subscription.live, clock=clock
    )
    return subscription, listening


async def _close(database: Database, own: bool) -> None:
    if own:
        await database.close()
