"""One sitting of `baton watch`: run, wait, find out what has changed, run that."""

import asyncio
import signal
import sys
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from enum import Enum, auto
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode
from worker.cli.watching.changes import Facts, changed_tests, facts_of, files_of, with_dependents
from worker.cli.watching.files import FileWatch
from worker.cli.watching.keys import pressed
from worker.engine import StopSignal
from worker.errors import BatonError, SuiteError
from worker.models.events import Event, TestFinished
from worker.models.outcome import RunStatus, Verdict
from worker.models.suite import TestName
from worker.reports.style import Style
from worker.reports.words import count

if TYPE_CHECKING:
    from worker.cli.prepared import PreparedRun
    from worker.cli.run_request import RunRequest

_HOME = "\x1b[2J\x1b[H"
_BAD = (Verdict.FAILED, Verdict.BROKEN)

#: What to run: tests with the reason for each, or None for all.
Wanted = Mapping[TestName, str] | None


class Wish(Enum):
    """What happens next."""

    CHANGED = auto()  # a file was written
    AGAIN = auto()  # the same tests once more
    ALL = auto()  # every test
    FAILED = auto()  # those that are red at the moment
    LEAVE = auto()  # no more
    INTERRUPTED = auto()  # no more, and by Ctrl-C


_KEYS = {
    "a": Wish.ALL,
    "f": Wish.FAILED,
    "q": Wish.LEAVE,
    "r": Wish.AGAIN,
    "\n": Wish.AGAIN,
    "\r": Wish.AGAIN,
    " ": Wish.AGAIN,
}
_LEAVING = (Wish.LEAVE, Wish.INTERRUPTED)


class _Verdicts:
    """A listener that knows what became of each test."""

    def __init__(self) -> None:
        self.by_test: dict[TestName, Verdict] = {}

    async def on(self, event: Event) -> None:
        """Take note of a verdict."""
        if isinstance(event, TestFinished):
            self.by_test[event.outcome.test] = event.outcome.verdict

    async def close(self) -> None:
        """Nothing is in hand."""


class Sitting:
    """Runs tests as their files are written, until a person has enough."""

    def __init__(self, request: "RunRequest") -> None:
        self._request = request
        self._style = Style.for_stream(sys.stdout)
        self._wishes: asyncio.Queue[Wish] = asyncio.Queue()
        self._facts = Facts()
        self._verdicts: dict[TestName, Verdict] = {}
        self._stop: StopSignal | None = None
        self._has_keys = False
        self._last: Wanted = None

    async def run(self) -> int:
        """The whole sitting; the exit code."""
        watch = FileWatch(lambda: self._wish(Wish.CHANGED))
        try:
            with pressed(self._press) as self._has_keys:
                self._listen()
                wish = await self._go_round(watch)
        finally:
            await watch.close()
        return ExitCode.INTERRUPTED if wish is Wish.INTERRUPTED else ExitCode.OK

    async def _go_round(self, watch: FileWatch) -> Wish:
        wish = Wish.ALL
        while wish not in _LEAVING:
            wish = await self._round(wish, watch) or await self._next()
        return wish

    async def _round(self, wish: Wish, watch: FileWatch) -> Wish | None:
        """One run, or what is wrong with the files; how it goes on, if that is decided already."""
        self._aim(watch, ())
        try:
            wanted = self._wanted(wish, watch)
            if wanted is not None and not wanted:
                self._say_waiting("Nothing to run")
                return None
            return await self._run(wanted)
        except SuiteError as error:
            from worker.parsing import format_problems

            self._clear()
            click.echo(format_problems(error.problems, colour=self._style.colour), nl=False)
        except BatonError as error:
            self._clear()
            click.echo("\n".join(filter(None, [f"Error: {error.what}", error.where, error.hint])))
        self._say_waiting()
        return None

    def _wanted(self, wish: Wish, watch: FileWatch) -> Wanted:
        """The tests to run now. Raises SuiteError as long as files have mistakes."""
        from worker.cli.prepared import prepare

        prepared = prepare(self._request)
        others = {path for suite in prepared.suites for path in files_of(suite)}
        self._aim(watch, others)
        before, self._facts = self._facts, facts_of(prepared.suites, [*others, *self._given_files()])
        if wish is Wish.ALL or not before.suites or self._given_changed(before):
            return None
        if wish is Wish.CHANGED:
            return with_dependents(changed_tests(before, self._facts, prepared.suites), prepared.plan)
        if wish is Wish.FAILED:
            red = [name for name, verdict in self._verdicts.items() if verdict in _BAD]
            return {name: "it did not pass" for name in red if name in prepared.plan.tests}
        return self._last

    async def _run(self, wanted: Wanted) -> Wish | None:
        from worker.cli.local_run import run_locally
        from worker.cli.prepared import prepare
        from worker.reports import ConsoleReport

        self._last = wanted
        request = self._request
        if wanted is not None:
            request = replace(request, selection=replace(request.selection, picked=wanted))
        prepared = prepare(request)
        self._clear()
        console = ConsoleReport(sys.stdout, plan=prepared.plan, sources=prepared.sources)
        verdicts = _Verdicts()
        self._stop = StopSignal()
        try:
            outcome = await run_locally(prepared, [console, verdicts], speaker=console, stop=self._stop)
        finally:
            self._stop = None
        self._note(prepared, verdicts.by_test)
        if outcome is None:
            return Wish.INTERRUPTED
        if outcome.status is RunStatus.CANCELLED:
            # Stopped by a file or a key, which says how it goes on, or else by Ctrl-C.
            return Wish.INTERRUPTED if self._wishes.empty() else None
        self._say_waiting()
        return None

    def _note(self, prepared: "PreparedRun", verdicts: Mapping[TestName, Verdict]) -> None:
        self._verdicts.update(verdicts)
        known = {test.name for suite in prepared.suites for test in suite.tests.values()}
        self._verdicts = {name: verdict for name, verdict in self._verdicts.items() if name in known}

    # ── what a person or a file wants

    async def _next(self) -> Wish:
        """The next wish; of several changes at once, one."""
        wish = await self._wishes.get()
        waiting = [wish]
        while not self._wishes.empty():
            waiting.append(self._wishes.get_nowait())
        leaving = [each for each in waiting if each in _LEAVING]
        return leaving[0] if leaving else waiting[-1]

    def _listen(self) -> None:
        loop = asyncio.get_running_loop()
        for number in (signal.SIGINT, signal.SIGTERM):
            loop.add_signal_handler(number, self._wish, Wish.INTERRUPTED)

    def _press(self, key: str) -> None:
        if key.lower() in _KEYS:
            self._wish(_KEYS[key.lower()])

    def _wish(self, wish: Wish) -> None:
        """What runs now is of the past: let it end in good order."""
        if wish is Wish.CHANGED and not self._has_changed():
            return
        self._wishes.put_nowait(wish)
        if self._stop is not None:
            self._stop.cancel()

    def _has_changed(self) -> bool:
        """Whether any file says something else than when it was read: runs write files, too."""
        from worker.parsing import read_suites

        suites = read_suites(self._request.paths).suites
        return facts_of(suites, self._facts.files) != self._facts

    # ── which files

    def _aim(self, watch: FileWatch, others: Iterable[Path]) -> None:
        paths = self._request.paths
        folders = [path for path in paths if path.is_dir()]
        files = [path for path in paths if not path.is_dir()]
        watch.aim(folders=folders, files=[*files, *others, *self._facts.files, *self._given_files()])

    def _given_files(self) -> list[Path]:
        given = (self._request.env_file, self._request.secrets_file)
        return [path.resolve() for path in given if path is not None]

    def _given_changed(self, before: Facts) -> bool:
        return any(before.files.get(path) != self._facts.files.get(path) for path in self._given_files())

    # ── the screen

    def _clear(self) -> None:
        click.echo(_HOME if self._style.live else "", nl=not self._style.live)

    def _say_waiting(self, first: str = "") -> None:
        red = [name for name, verdict in self._verdicts.items() if verdict in _BAD]
        state = (
            f"{count(len(red), 'test')} red: {_listed(red)}"
            if red
            else "Nothing is red"
            if self._verdicts
            else ""
        )
        keys = "r again, f what is red, a all, q leave" if self._has_keys else "Ctrl-C leaves"
        told = " · ".join(filter(None, [first, state, f"waiting for changes ({keys})"]))
        click.echo(f"\n{self._style.dim(self._style.plain(told))}")


def _listed(names: Sequence[str]) -> str:
    from worker.reports.words import listed

    return listed(names)
