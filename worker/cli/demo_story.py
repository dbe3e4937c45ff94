"""What `baton demo` says while it goes on."""

import shutil
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TextIO

from worker.clock import Clock, SystemClock
from worker.local.demo.flow import PROFILE, DemoStack
from worker.local.demo.people import EMAIL, password_file
from worker.local.demo.place import PROJECT
from worker.project.push import Pushed
from worker.project.trigger import RequestedRun
from worker.reports.style import Style
from worker.reports.words import duration

#: How many steps the demo has.
STEPS = 6


class Story:
    """Numbered steps, what came of them, and at the end where everything is."""

    def __init__(self, stream: TextIO, *, clock: Clock | None = None) -> None:
        self._stream = stream
        self._style = Style.for_stream(stream)
        self._clock = clock or SystemClock()
        self._began = self._clock.monotonic()
        self._step = 0

    def step(self, text: str) -> None:
        """The next step begins."""
        self._step += 1
        self._say(self._style.bold(f"{self._step}/{STEPS} {text}"))

    def detail(self, text: str) -> None:
        """Something within a step."""
        self._say(self._style.dim(f"    {text}"))

    def started(self, stack: DemoStack) -> None:
        """The stack is there."""
        if stack.info.was_running:
            self.detail("all of it is running already")
        for note in stack.info.notes:
            self.detail(note)

    def pushed(self, pushed: Pushed) -> None:
        """What is in the project now."""
        for suite in pushed.suites:
            news = "" if suite.changed else ", unchanged"
            self.detail(f"{suite.key}: version {suite.version}{news}")

    def requested(self, runs: Sequence[RequestedRun]) -> None:
        """Which runs there will be."""
        for run in runs:
            self.detail(f"{', '.join(run.suites)}: run {run.id}")

    def ended(self, stack: DemoStack) -> None:
        """Everything is over; where to look now, and how to stop."""
        took = duration(self._clock.monotonic() - self._began)
        self._say("")
        self._say(f"The demo took {took}. What happened is recorded, and everything is still running:")
        for name, text in self._places(stack):
            self._say(f"  {name:<9} {text}")

    def _places(self, stack: DemoStack) -> Iterator[tuple[str, str]]:
        if stack.info.has_dashboard:
            yield "dashboard", stack.info.url
        yield "Supabase", stack.info.url
        yield "shop", stack.shop_url
        yield "login", f"{EMAIL}, password in {password_file(stack.info.folder)}"
        program = _program()
        yield (
            "again",
            f"{program} trigger --profile {PROFILE} --project {PROJECT} --suite shop-checkout -e local",
        )
        yield "state", f"{program} status"
        yield "stop", f"{'make' if _in_checkout() else program} down (the data stays)"

    def _say(self, text: str) -> None:
        self._stream.write(f"{self._style.plain(text)}\n")
        self._stream.flush()


def _program() -> str:
    """How this program is called from here: by its name where the shell would find it."""
    called = Path(sys.argv[0])
    if shutil.which("baton") or called.name != "baton":
        return "baton"
    return str(called)


def _in_checkout() -> bool:
    """Whether `make` would find Baton's own Makefile here."""
    return all(Path(name).is_file() for name in ("Makefile", ".ci/setup"))
