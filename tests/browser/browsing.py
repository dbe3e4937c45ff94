"""A real Chromium before a real stack that serves the built dashboard."""

import re
import shutil
from collections.abc import AsyncIterator
from contextlib import ExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime
from functools import lru_cache
from pathlib import Path
from typing import Any

import httpx
import pytest
from playwright.async_api import Browser, Error, Page, TimeoutError, async_playwright, expect

from tests.acceptance.site import Site
from tests.ending import AT_THE_END
from tests.members import PASSWORD, sign_up
from tests.patience import FOR_EVER_SECONDS
from tests.stack import start_stack
from worker.database import Session
from worker.local.dashboard import place_dashboard
from worker.local.scratch import throw_away_folder
from worker.local.stack import StackInfo, down

_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
_AXE = Path(__file__).parents[2] / "dashboard" / "node_modules" / "axe-core" / "axe.min.js"

#: How long a page may take for anything. It only bounds what hangs: a busy machine is not that.
PATIENCE_MS = FOR_EVER_SECONDS * 1000
expect.set_options(timeout=PATIENCE_MS)

#: Where the dashboard keeps who is signed in.
_SESSION_KEY = "baton-session"

#: How long ago something was that a test has just done, also where that took its time.
RECENTLY = re.compile(r"^(just now|\d+ min ago)$")

#: Finds whether a page is wider than the screen.
TOO_WIDE = "() => document.documentElement.scrollWidth > window.innerWidth ? ['wider than the screen'] : []"

#: What pages of the browser that is open threw.
_thrown: list[str] = []

#: Three frames in which nothing moves: what begins to move or to fade does so with the next frame or two.
_SETTLED = """async () => {
    const moving = () => document.getAnimations().filter((one) =>
        one.playState === "running" && one.effect.getComputedTiming().endTime !== Infinity);
    for (let still = 0; still < 3; still += 1) {
        await new Promise(requestAnimationFrame);
        const some = moving();
        if (some.length > 0) {
            await Promise.allSettled(some.map((one) => one.finished));
            still = -1;
        }
    }
}"""


def chromium() -> str:
    """The browser of this machine. Skips the test where there is none."""
    found = next((path for name in _NAMES if (path := shutil.which(name))), None)
    if found is None:
        pytest.skip("there is no Chromium here (on Debian: apt-get install chromium)")
    return found


@lru_cache(maxsize=1)
def dashboard_stack() -> StackInfo:
    """A stack with the dashboard at its address, shared by all tests in a browser."""
    with ExitStack() as cleaning:
        folder = cleaning.enter_context(throw_away_folder())
        cleaning.callback(down, folder.path, folder=folder)
        info = start_stack(folder, static_folder=place_dashboard(folder, report=print))
        AT_THE_END.push(cleaning.pop_all())
    return info


@asynccontextmanager
async def a_browser() -> AsyncIterator[Browser]:
    """A browser without a window."""
    program = chromium()
    async with async_playwright() as playwright:
        # In a container there are no user namespaces for its own sandbox; it only visits this machine.
        browser = await playwright.chromium.launch(
            executable_path=program, args=["--no-sandbox"], timeout=PATIENCE_MS
        )
        try:
            yield browser
        finally:
            await browser.close()


@asynccontextmanager
async def cleared(browser: Browser) -> AsyncIterator[None]:
    """One test in a browser: at its end its pages are closed, and what went wrong in them is said."""
    _thrown.clear()
    try:
        yield
        assert _thrown == []
    finally:
        for context in browser.contexts:
            await context.close()


async def a_page(browser: Browser, **options: Any) -> Page:
    """A page of a browser that nobody has used before. What goes wrong in it fails the test."""
    context = await browser.new_context(**options)
    context.set_default_timeout(PATIENCE_MS)
    page = await context.new_page()
    page.on("pageerror", lambda error: _thrown.append(str(error)))
    return page


async def signed_in_page(browser: Browser, stack: StackInfo, session: Session, **options: Any) -> Page:
    """A page at the list of projects, as this person, in a browser where he has signed in before."""
    kept = {"name": _SESSION_KEY, "value": await _new_session(stack, session.email)}
    state = {"origins": [{"origin": stack.url, "localStorage": [kept]}]}
    page = await a_page(browser, storage_state=state, **options)
    await page.goto(stack.url)
    await page.get_by_role("heading", name="Projects").wait_for()
    return page


async def _new_session(stack: StackInfo, email: str) -> str:
    """Another session of this person, as the project gives it to whoever signs in."""
    async with httpx.AsyncClient(base_url=stack.url, trust_env=False, timeout=FOR_EVER_SECONDS) as client:
        answer = await client.post(
            "/auth/v1/token?grant_type=password",
            headers={"apikey": stack.publishable_key},
            json={"email": email, "password": PASSWORD},
        )
    assert answer.is_success, answer.text
    return answer.text


async def sign_in(page: Page, stack: StackInfo, session: Session) -> None:
    """Sign in by the form, and come to the list of projects."""
    await page.goto(stack.url)
    await page.get_by_label("E-mail address").fill(session.email)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign in").click()
    await page.get_by_role("heading", name="Projects").wait_for()


async def owner_page(browser: Browser, site: Site, **options: Any) -> Page:
    """A page of the site's member, who owns its organization."""
    return await signed_in_page(browser, site.stack, site.member.session, **options)


def let_in(site: Site, session: Session, role: str) -> None:
    """Make somebody a member of the organization, without an invitation."""
    site.sql(
        "insert into organization_members (organization_id, user_id, role) values (%s, %s, %s)",
        site.member.organization,
        session.user_id,
        role,
    )


def know_endpoint(site: Site, path: str) -> None:
    """Let the project have an endpoint that is read with GET."""
    site.sql(
        "insert into api_endpoints (organization_id, project_id, method, path) values (%s, %s, 'GET', %s)",
        site.member.organization,
        site.member.project_id,
        path,
    )


async def project_page(browser: Browser, site: Site, place: str) -> Page:
    """A page of the site's project, as its owner."""
    page = await signed_in_page(browser, site.stack, site.member.session)
    await visit(page, site, place)
    return page


async def viewer_page(browser: Browser, site: Site, place: str) -> Page:
    """The same page, as somebody who may only look."""
    viewer = await sign_up(site.stack)
    let_in(site, viewer, "viewer")
    page = await signed_in_page(browser, site.stack, viewer)
    await visit(page, site, place)
    return page


async def visit(page: Page, site: Site, place: str) -> None:
    """A page of the project."""
    await page.goto(f"{site.stack.url}/projects/{site.member.project_id}/{place}")
    await page.get_by_role("heading", level=1).wait_for()


async def ran(site: Site, *suites: str) -> str:
    """A run of these suites that is over; gives its id."""
    run_id = await site.request(*suites)
    with site.worker():
        await site.until(run_id, "completed", "failed")
    return run_id


async def open_run(page: Page, site: Site, run_id: str, view: str = "graph") -> None:
    """The page of a run."""
    await page.goto(f"{site.stack.url}/runs/{run_id}?view={view}")
    await page.get_by_role("button", name="Switch project").wait_for()


async def complete(page: Page) -> None:
    """Wait until nothing of a page is still to come."""
    await page.get_by_role("heading", level=1).wait_for()
    await page.wait_for_load_state("networkidle")
    await expect(page.get_by_label("loading")).to_have_count(0)


async def open_failures(page: Page, site: Site) -> None:
    """The page of the project's failures."""
    await page.goto(f"{site.stack.url}/projects/{site.member.project_id}/failures")
    await page.get_by_role("heading", name="Failures").wait_for()


async def settled(page: Page) -> None:
    """Wait until nothing moves or fades any more."""
    await page.evaluate(_SETTLED)


async def serious_findings(page: Page) -> list[str]:
    """What axe finds on this page that keeps people out, once it is settled."""
    await settled(page)
    await page.evaluate(_AXE.read_text(encoding="utf-8"))
    answer = await page.evaluate("axe.run(document, {resultTypes: ['violations']})")
    return [
        f"{finding['id']}: {node['html'][:200]}"
        for finding in answer["violations"]
        if finding["impact"] in ("serious", "critical")
        for node in finding["nodes"]
    ]


async def lasting(page: Page, search: str) -> list[str]:
    """What this program finds on the page, and still finds when all has its place."""
    with suppress(TimeoutError):
        await page.wait_for_function(f"({search})().length === 0")
    found: list[str] = await page.evaluate(search)
    return found


async def stop_time(page: Page) -> None:
    """From now on nothing happens on this page, or ends, because time passes; `page.clock.resume()` lets it.

    The page's clock must have been installed before the page was opened.
    """
    while True:
        now = await page.evaluate("Date.now()")
        # It only stops at a moment that is still to come; whoever was slow takes a later one.
        with suppress(Error):
            return await page.clock.pause_at(datetime.fromtimestamp(now / 1000 + 1, UTC))
