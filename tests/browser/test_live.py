"""What is told live, in a real browser; and that a page is right when some of it was lost."""

import re

import pytest
from playwright.async_api import Browser, Locator, Page, expect

from tests.acceptance.site import Site
from tests.browser.browsing import a_page, open_run, owner_page, project_page, ran, sign_in, stop_time
from tests.browser.lines import Line, Reads, a_row
from tests.gate import a_gate, until
from tests.targets import running_target
from tests.wire import Reply, Seen, json_reply

pytestmark = pytest.mark.stack

MOODY = """
suite: moody
tests:
  mood: {{ GET: "{url}/mood", expect: {{ status: 200 }} }}
"""

_PASSED = "select passed from test_runs where id = %s"
#: In what is told of a run between the end of its second test and that of the third.
_TWO_PASSED = re.compile(r'"passed":\s*2\b')

#: Presses a button, and Escape as soon as there is a dialogue; gives whether it had not taken the focus yet.
_LEFT_AT_ONCE = """(button) => new Promise((done) => {
    const watch = new MutationObserver(() => {
        if (document.querySelector("[role=dialog]") === null) return;
        watch.disconnect();
        const isEarly = document.activeElement === button;
        document.activeElement.dispatchEvent(new KeyboardEvent("keydown", {key: "Escape", bubbles: true}));
        done(isEarly);
    });
    watch.observe(document.body, {childList: true, subtree: true});
    button.focus();
    button.click();
})"""


class Moody:
    """An API that is wrong the first time it is asked."""

    def __init__(self) -> None:
        self.asked = 0

    async def answer(self, _: Seen) -> Reply:
        """What `GET /mood` gets."""
        self.asked += 1
        return json_reply({}, status=500 if self.asked == 1 else 200)


async def shows(page: Page, test: str, state: str) -> None:
    """Wait until the graph shows the test like this."""
    await expect(page.get_by_label(f"{test}, {state}", exact=True)).to_be_visible()


async def test_a_page_is_right_again_after_messages_were_lost_and_after_the_line_was_cut(
    browser: Browser, site: Site
) -> None:
    """A missing number makes it read at once. Without a line it says so, and reads; then it joins again."""
    line = Line()
    page = await a_page(browser)
    reads = Reads(page)
    await page.clock.install()
    await line.lead(page)
    await sign_in(page, site.stack, site.member.session)
    badge = page.get_by_role("status")
    with a_gate() as gate:
        await site.push(row=a_row(gate))
        run_id = await site.request("row")
        await open_run(page, site, run_id)
        with site.worker():
            await shows(page, "one", "running")
            gate.open("one")
            await shows(page, "one", "passed")
            await expect(badge.get_by_text("Live", exact=True)).to_be_visible()

            # It does not come to read by itself, because it had heard nothing for long.
            await stop_time(page)
            await reads.done()
            line.loses = _TWO_PASSED
            gate.open("two")
            await until(lambda: line.lost)
            await until(lambda: site.sql(_PASSED, run_id) == [(2,)])
            await expect(page.get_by_label("two, passed", exact=True)).to_have_count(0)
            gate.open("three")
            await shows(page, "three", "passed")
            await shows(page, "two", "passed")
            await page.clock.resume()

            await line.cut()
            await expect(badge.get_by_text("Not live")).to_be_visible()
            gate.open("four")
            await shows(page, "four", "passed")
            await expect(badge.get_by_text("Not live")).to_be_visible()

            line.is_cut = False
            await expect(badge.get_by_text("Live", exact=True)).to_be_visible()
            gate.open("five")
            await shows(page, "five", "passed")
            await expect(page.get_by_role("button", name="Run again")).to_be_visible()


async def tab_to(page: Page, control: Locator) -> None:
    """Press Tab until this control has the focus, and is seen to have it."""
    await expect(control).to_be_enabled()
    for _ in range(60):
        await page.keyboard.press("Tab")
        if await control.evaluate("(one) => one === document.activeElement"):
            await expect(control).not_to_have_css("outline-style", "none")
            return
    pytest.fail(f"no Tab leads to {control}")


async def test_a_run_is_started_and_cancelled_with_the_keyboard_alone(browser: Browser, site: Site) -> None:
    """From the list of projects to the end; the focus is seen all the way, and a dialogue keeps it."""
    page = await owner_page(browser, site)
    await tab_to(page, page.get_by_role("link", name="Shop"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="Runs")).to_be_visible()
    await tab_to(page, page.get_by_role("button", name="Start a run"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("dialog")).to_be_visible()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Start a run")).to_be_focused()

    await page.keyboard.press("Enter")
    await tab_to(page, page.get_by_role("dialog").get_by_role("button", name="Start", exact=True))
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("heading", name="all suites")).to_be_visible()
    await tab_to(page, page.get_by_role("button", name="Cancel"))
    await page.keyboard.press("Enter")
    await expect(page.get_by_text("cancelled", exact=True)).to_be_visible()


async def test_a_dialogue_that_is_left_at_once_gives_the_focus_back(browser: Browser, site: Site) -> None:
    """Also where it has not taken it yet, which it does a moment after it is there."""
    page = await project_page(browser, site, "runs")
    start = page.get_by_role("button", name="Start a run")
    await expect(start).to_be_enabled()
    assert await start.evaluate(_LEFT_AT_ONCE), "the focus was still at the button"
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(start).to_be_focused()


async def test_what_a_run_brings_to_light_is_told_in_the_project_and_stays_with_the_run(
    browser: Browser, site: Site
) -> None:
    """To whoever looks at any page of it, until he puts it away; at the run also to who comes later."""
    page = await owner_page(browser, site)
    with running_target(routes={"mood": Moody().answer}) as api:
        await site.push(moody=MOODY.format(url=api.base_url))
        await ran(site, "moody")
        await page.goto(f"{site.stack.url}/projects/{site.member.project_id}/suites")
        await expect(page.get_by_role("status").get_by_text("Live", exact=True)).to_be_visible()
        run_id = await ran(site, "moody")
    told = page.get_by_role("alert").filter(has_text="Found out by a run")
    words = "moody/mood fails now and then: 1 of 2 runs in 7 days did not pass"
    await expect(told).to_contain_text(words)
    await expect(told.get_by_role("link")).to_have_attribute("href", f"/runs/{run_id}")
    await told.get_by_role("button", name="Dismiss").click()
    await expect(told).to_have_count(0)

    await open_run(page, site, run_id)
    stays = page.get_by_role("alert").filter(has_text="Found out by this run")
    await expect(stays).to_contain_text(words)
    await stays.get_by_role("link", name="moody/mood").click()
    await expect(page.get_by_role("heading", name="mood", exact=True)).to_be_visible()
