"""What a page does when the network is slow or away, and when others change what it shows."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import pytest
from playwright.async_api import Browser, Page, Request, Route, expect

from tests.acceptance.site import Site
from tests.browser.browsing import (
    know_endpoint,
    open_failures,
    open_run,
    owner_page,
    project_page,
    ran,
    settled,
    visit,
)
from tests.patience import FOR_EVER_SECONDS

pytestmark = pytest.mark.stack


class Held:
    """Requests that wait until they are let go."""

    def __init__(self) -> None:
        self.asked = asyncio.Event()
        self.released = asyncio.Event()

    async def is_asked(self) -> bool:
        """Whether one waits."""
        return self.asked.is_set()

    async def until_asked(self) -> None:
        """Wait for the first of them."""
        async with asyncio.timeout(FOR_EVER_SECONDS):
            await self.asked.wait()

    async def answer(self, route: Route) -> None:
        """Wait, then go on as if nothing had been."""
        self.asked.set()
        await self.released.wait()
        await route.continue_()


@asynccontextmanager
async def held(page: Page, address: str) -> AsyncIterator[Held]:
    """Requests to such an address wait; they are let go at the end, or before."""
    waiting = Held()
    await page.route(address, waiting.answer)
    try:
        yield waiting
    finally:
        waiting.released.set()


async def look_again(page: Page, until: Callable[[], Awaitable[bool]]) -> None:
    """Come back to a window one has left for so long that it reads everything anew; once more whenever this
    has not happened a second later, because a page that is still reading does not begin again."""
    async with asyncio.timeout(FOR_EVER_SECONDS):
        while True:
            await page.clock.fast_forward(120_000)
            await page.evaluate("document.dispatchEvent(new Event('visibilitychange', {bubbles: true}))")
            for _ in range(20):
                if await until():
                    return
                await asyncio.sleep(0.05)


async def drawn(page: Page) -> None:
    """Wait until what has just arrived is seen."""
    await page.evaluate("new Promise((done) => requestAnimationFrame(() => setTimeout(done, 50)))")


class Failures:
    """Counts the requests to such an address that did not arrive."""

    def __init__(self, page: Page, part: str) -> None:
        self._part = part
        self._count = 0
        self._news = asyncio.Condition()
        page.on("requestfailed", self._note)

    async def _note(self, request: Request) -> None:
        if self._part in request.url:
            async with self._news:
                self._count += 1
                self._news.notify_all()

    async def is_any(self) -> bool:
        """Whether there was one."""
        return self._count > 0

    async def until(self, count: int) -> None:
        """Wait until there were so many."""
        async with asyncio.timeout(FOR_EVER_SECONDS), self._news:
            await self._news.wait_for(lambda: self._count >= count)


async def abort(route: Route) -> None:
    """As a network does that is away."""
    await route.abort("internetdisconnected")


async def refuse(route: Route) -> None:
    """As a server does that is in trouble."""
    await route.fulfill(status=500, json={"message": "the database is on fire", "code": "XX000"})


async def test_a_page_whose_program_cannot_be_loaded_says_so_and_can_be_had_again(
    browser: Browser, site: Site
) -> None:
    """It is away for a moment, or another version was put there since: never is the window left white."""
    page = await project_page(browser, site, "runs")
    await page.route("**/assets/Trends-*.js", abort)
    await page.get_by_role("link", name="Trends").click()
    told = page.get_by_role("alert").filter(has_text="could not be loaded")
    await expect(told).to_be_visible()
    await expect(page.get_by_role("link", name="Suites")).to_be_visible()
    await page.unroute("**/assets/Trends-*.js", abort)
    await told.get_by_role("button", name="Load the page again").click()
    await expect(page.get_by_role("heading", name="Trends", exact=True)).to_be_visible()


async def test_a_page_that_takes_long_to_load_is_shown_to_come(browser: Browser, site: Site) -> None:
    """Whoever presses a link sees at once that it was pressed."""
    page = await project_page(browser, site, "runs")
    async with held(page, "**/assets/Trends-*.js") as waiting:
        await page.get_by_role("link", name="Trends").click()
        await waiting.until_asked()
        await expect(page.get_by_role("heading", name="Runs")).to_have_count(0)
        await expect(page.get_by_role("group", name="loading")).to_be_visible()
        waiting.released.set()
        await expect(page.get_by_role("heading", name="Trends", exact=True)).to_be_visible()


async def test_what_can_be_pressed_stays_where_it_is_when_more_is_read(browser: Browser, site: Site) -> None:
    """Who calls an endpoint comes later than its buttons: a click that is under way hits what it was for."""
    know_endpoint(site, "/me")
    page = await project_page(browser, site, "endpoints")
    async with held(page, "**/rest/v1/test_request_configs*") as waiting:
        await page.get_by_role("button", name="/me").click()
        await waiting.until_asked()
        await settled(page)
        change = page.get_by_role("button", name="Change GET /me")
        before = await change.bounding_box()
        waiting.released.set()
        await expect(page.get_by_role("link", name="members/me")).to_be_visible()
        await settled(page)
        assert before is not None
        assert await change.bounding_box() == before


async def test_a_run_stays_in_sight_when_its_page_reads_again(browser: Browser, site: Site) -> None:
    """Who comes back to the window finds what he left, while it reads and also when it cannot."""
    run_id = await ran(site, "broken")
    page = await owner_page(browser, site)
    await page.clock.install()
    await open_run(page, site, run_id)
    failed = page.get_by_label("wrong, failed", exact=True)
    await failed.wait_for()
    async with held(page, "**/rest/v1/test_runs*") as waiting:
        async with page.expect_response("**/rest/v1/test_cases*"):
            await look_again(page, until=waiting.is_asked)
        await drawn(page)
        await expect(failed).to_be_visible()
    failures = Failures(page, "/rest/v1/test_runs")
    await page.route("**/rest/v1/**", abort)
    await look_again(page, until=failures.is_any)
    # So often it is asked before it gives up.
    await failures.until(3)
    await drawn(page)
    await expect(failed).to_be_visible()
    await expect(page.get_by_role("heading", name="broken")).to_be_visible()


async def test_a_graph_whose_plan_cannot_be_read_says_so(browser: Browser, site: Site) -> None:
    """It is drawn as the project has it today: nobody takes it for what ran."""
    run_id = await ran(site, "broken")
    page = await owner_page(browser, site)
    await page.route("**/rest/v1/rpc/get_run_plan*", refuse)
    await open_run(page, site, run_id)
    await expect(page.get_by_label("wrong, failed", exact=True)).to_be_visible()
    await expect(page.get_by_role("alert")).to_contain_text("The database is on fire")


async def test_who_has_gone_elsewhere_meanwhile_stays_there(browser: Browser, site: Site) -> None:
    """A run that was slow to come does not pull anybody to its page."""
    run_id = await ran(site, "broken")
    page = await owner_page(browser, site)
    await open_run(page, site, run_id)
    async with held(page, "**/rest/v1/rpc/retry_run") as waiting:
        await page.get_by_role("button", name="Rerun failed").click()
        await waiting.until_asked()
        await page.get_by_role("link", name="Runs").click()
        await expect(page.get_by_role("heading", name="Runs")).to_be_visible()
        async with page.expect_response("**/rest/v1/rpc/retry_run"):
            waiting.released.set()
    await expect(page.get_by_text("what did not pass")).to_be_visible()
    await expect(page.get_by_role("heading", name="Runs")).to_be_visible()


async def test_a_dialogue_that_was_closed_does_not_come_back(browser: Browser, site: Site) -> None:
    """Also not as the page of the run that was started in it."""
    page = await project_page(browser, site, "runs")
    await page.get_by_role("button", name="Start a run").click()
    async with held(page, "**/rest/v1/rpc/request_runs") as waiting:
        await page.get_by_role("button", name="Start", exact=True).click()
        await waiting.until_asked()
        await page.keyboard.press("Escape")
        await expect(page.get_by_role("dialog")).to_have_count(0)
        async with page.expect_response("**/rest/v1/rpc/request_runs"):
            waiting.released.set()
    await expect(page.get_by_text("all suites")).to_be_visible()
    await expect(page.get_by_role("heading", name="Runs")).to_be_visible()


async def test_a_dialogue_says_why_it_cannot_be_filled_in(browser: Browser, site: Site) -> None:
    """A button that does nothing, and says nothing, would be all there is."""
    page = await project_page(browser, site, "suites")
    await page.route("**/rest/v1/environments*", refuse)
    await page.get_by_role("button", name="Run all").click()
    dialogue = page.get_by_role("dialog")
    await expect(dialogue.get_by_role("alert")).to_contain_text("The database is on fire")
    await page.unroute("**/rest/v1/environments*", refuse)
    await dialogue.get_by_role("button", name="Try again").click()
    await expect(dialogue.get_by_role("combobox", name="Environment")).to_have_value("local")


async def test_a_note_that_is_being_written_stays_when_a_colleague_says_something(
    browser: Browser, site: Site
) -> None:
    """It tells that the colleague did, and shows his words to who writes nothing."""
    await ran(site, "broken")
    pages = [await owner_page(browser, site) for _ in range(3)]
    writer, colleague, reader = pages
    for page in pages:
        await open_failures(page, site)
        await page.locator("[data-accordion-control]").first.click()
    note = writer.get_by_label("Note")
    await note.fill("It is the new machine.")
    await colleague.get_by_label("Note").fill("It is the old machine.")
    await colleague.get_by_role("button", name="Save").click()
    await expect(colleague.get_by_text("Said by")).to_be_visible()

    for page in (writer, reader):
        await page.clock.install()

    async def is_told() -> bool:
        return await reader.get_by_label("Note").input_value() == "It is the old machine."

    await look_again(reader, until=is_told)
    await expect(reader.get_by_role("button", name="Save")).to_be_disabled()
    await look_again(writer, until=writer.get_by_text("changed by somebody else meanwhile").is_visible)
    await expect(note).to_have_value("It is the new machine.")
    await writer.get_by_role("button", name="Take it").click()
    await expect(note).to_have_value("It is the old machine.")


async def test_filtered_runs_stay_until_the_others_are_there(browser: Browser, site: Site) -> None:
    """A list that goes blank with each filter is one in which nobody finds anything."""
    await ran(site, "members")
    await ran(site, "broken")
    page = await project_page(browser, site, "runs")
    row = page.get_by_role("link", name="members")
    await expect(row).to_be_visible()
    async with held(page, "**/rest/v1/test_runs*") as waiting:
        await page.get_by_role("combobox", name="Suite").click()
        await page.get_by_role("option", name="broken").click()
        await waiting.until_asked()
        await expect(row).to_be_visible()
        waiting.released.set()
        await expect(row).to_have_count(0)
    await visit(page, site, "runs")
