"""How smooth the page of a run stays while many tests pass before one's eyes.

    python -m bench.dashboard [--tests 2000] [--views graph,tests,timeline]

Starts a stack that serves the built dashboard, a worker, an API and a Chromium, and for each view lets
the page follow a run live from its first test to the last. Says how long frames took, what kept the
page from answering (tasks above 50 ms), how much memory the page holds before and after, how much it
was told and asked, and how long after the run's end its last verdict was seen. All of it shares one
machine, so the first line says how busy that was.
"""

import argparse
import asyncio
import os
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from time import time
from typing import Any

from playwright.async_api import CDPSession, Page, Request, WebSocket

from bench.database.measuring import percentile
from tests.acceptance.site import Site, a_site
from tests.browser.browsing import a_browser, dashboard_stack, open_run, signed_in_page

#: So long a run may take; then something is wrong, and no figure of it says anything.
PATIENCE_SECONDS = 180

#: Tests of a suite.
SUITE_TESTS = 250

VIEWS = ("graph", "tests", "timeline")

#: Notes each frame and each long task from the moment it is reset. `seen` is when the page first said the
#: run was over.
PROBE = """
window.probe = {
  reset() { Object.assign(this, {frames: [], tasks: [], seen: null, last: performance.now()}); },
};
window.probe.reset();
const frame = (now) => {
  window.probe.frames.push(now - window.probe.last);
  window.probe.last = now;
  const status = document.querySelector(".mantine-Badge-label")?.textContent;
  if (window.probe.seen === null && /^(passed|failed)$/.test(status ?? "")) window.probe.seen = Date.now();
  requestAnimationFrame(frame);
};
requestAnimationFrame(frame);
new PerformanceObserver((list) => {
  for (const entry of list.getEntries()) window.probe.tasks.push(entry.duration);
}).observe({type: "longtask"});
"""


@dataclass
class Traffic:
    """What the page was told over its socket, and what it asked for."""

    messages: int = 0
    told_bytes: int = 0
    requests: int = 0

    def watch(self, page: Page) -> None:
        """Count from now on."""
        page.on("websocket", self._socket)
        page.on("request", self._asked)

    def begin(self) -> None:
        """Forget what the page was told and asked while it opened."""
        self.messages = self.told_bytes = self.requests = 0

    def _socket(self, socket: WebSocket) -> None:
        socket.on("framereceived", self._told)

    def _told(self, frame: str | bytes) -> None:
        self.messages += 1
        self.told_bytes += len(frame)

    def _asked(self, request: Request) -> None:
        self.requests += "/rest/" in request.url


@dataclass(frozen=True, slots=True, kw_only=True)
class Figures:
    """What was measured of one run before one view."""

    view: str
    run_seconds: float
    frames: Sequence[float]
    tasks: Sequence[float]
    heap_before_mb: float
    heap_after_mb: float
    late_ms: float
    traffic: Traffic = field(repr=False)


def main() -> None:
    """Measure, and print a table."""
    options = _options()
    print(f"{os.cpu_count()} processors, load {os.getloadavg()[0]:.1f} before it began")
    asyncio.run(_measure(options.tests, options.views))


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--tests", type=int, default=2000, help="tests of a run (2000)")
    parser.add_argument(
        "--views", type=lambda text: text.split(","), default=list(VIEWS), help=f"some of {','.join(VIEWS)}"
    )
    return parser.parse_args()


async def _measure(tests: int, views: Sequence[str]) -> None:
    with tempfile.TemporaryDirectory(prefix="baton-bench-") as place:
        home = Path(place)
        async with a_site(home, stack=dashboard_stack()) as site, a_browser() as browser:
            await site.push(**dict(_suites(tests)))
            page = await signed_in_page(browser, site.stack, site.member.session, bypass_csp=True)
            await page.add_init_script(PROBE)
            control = await page.context.new_cdp_session(page)
            for view in views:
                _tell(await _watched(page, control, site, view), tests)


def _suites(tests: int) -> Iterator[tuple[str, str]]:
    """One login a suite, whose token all others of it use; each echoes and checks something."""
    for number in range(0, tests, SUITE_TESTS):
        size = min(SUITE_TESTS, tests - number)
        yield f"s{number}", "\n".join((
            f"suite: s{number}",
            "tests:",
            '  login: { POST: /login, json: { password: "{{ secrets.password }}" },'
            " capture: { tokens: { access: $.access_token } } }",
            *(
                f'  t{index}: {{ GET: /me, auth: {{ bearer: "{{{{ tokens.access }}}}" }},'
                " expect: { status: 200, json: { name: Ada } } }"
                for index in range(1, size)
            ),
        ))  # fmt: skip


async def _watched(page: Page, control: CDPSession, site: Site, view: str) -> Figures:
    traffic = Traffic()
    run_id = await site.request()
    traffic.watch(page)
    await open_run(page, site, run_id, view)
    before = await _heap_mb(control)
    await page.evaluate("window.probe.reset()")
    traffic.begin()
    with site.worker():
        row = await _over(site, run_id)
        await page.wait_for_function("window.probe.seen !== null", timeout=20_000)
    probe: dict[str, Any] = await page.evaluate(
        "({frames: probe.frames, tasks: probe.tasks, seen: probe.seen})"
    )
    return Figures(
        view=view,
        run_seconds=row["duration_ms"] / 1000,
        frames=probe["frames"],
        tasks=probe["tasks"],
        heap_before_mb=before,
        heap_after_mb=await _heap_mb(control),
        late_ms=probe["seen"] - datetime.fromisoformat(row["finished_at"]).timestamp() * 1000,
        traffic=traffic,
    )


async def _over(site: Site, run_id: str) -> dict[str, Any]:
    until = time() + PATIENCE_SECONDS
    while time() < until:
        row = await site.runs.run(run_id)
        if row["status"] in ("completed", "failed"):
            return row
        await asyncio.sleep(0.25)
    raise SystemExit(f"the run was not over after {PATIENCE_SECONDS} s: nothing can be said")


async def _heap_mb(control: CDPSession) -> float:
    """What the page holds once its garbage is gone."""
    await control.send("HeapProfiler.collectGarbage")
    usage: dict[str, float] = await control.send("Runtime.getHeapUsage")
    return usage["usedSize"] / 1e6


def _tell(figures: Figures, tests: int) -> None:
    frames, tasks = figures.frames, figures.tasks
    told = figures.traffic
    print(f"\n{figures.view}: {tests:,} tests in {figures.run_seconds:.1f} s (load {os.getloadavg()[0]:.1f})")
    print(f"  frames            {percentile(frames, 50):8.0f} ms p50, {percentile(frames, 95):.0f} p95,"
          f" {max(frames):.0f} at most")  # fmt: skip
    print(f"  tasks over 50 ms  {len(tasks):8}    {sum(tasks):.0f} ms together,"
          f" {max(tasks, default=0):.0f} at most")  # fmt: skip
    print(f"  memory            {figures.heap_before_mb:8.1f} MB before, {figures.heap_after_mb:.1f} after")
    print(f"  told              {told.messages:8} messages, {told.told_bytes / 1e3:.0f} KB;"
          f" {told.requests} requests to the tables")  # fmt: skip
    print(f"  its end was seen  {figures.late_ms:8.0f} ms after it")


if __name__ == "__main__":
    main()
