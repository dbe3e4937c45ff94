"""On a phone nothing is out of sight: no page, and nothing on one, scrolls sideways."""

import psycopg
import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.acceptance.site import Site
from tests.browser.administration import archive
from tests.browser.browsing import lasting, open_failures, open_run, owner_page, ran, visit

pytestmark = pytest.mark.stack

PHONE: ViewportSize = {"width": 390, "height": 844}

#: All that is wider than its place, and could be moved to show it. A graph is moved, it has no edges.
_SIDEWAYS = """() => [...document.querySelectorAll('html, body, main *')]
    .filter((one) => one.scrollWidth > one.clientWidth + 1)
    .filter((one) => one.matches('html, body')
        || ['auto', 'scroll'].includes(getComputedStyle(one).overflowX))
    .filter((one) => !one.closest('pre'))
    .map((one) => one.outerHTML.slice(0, 160))"""


async def sideways(page: Page) -> list[str]:
    """What would have to be moved sideways to be seen."""
    return await lasting(page, _SIDEWAYS)


async def test_lists_and_tables_fit_on_a_phone(browser: Browser, site: Site) -> None:
    """Rows of tables stand by themselves, each value beside its name."""
    with psycopg.connect(**site.stack.admin.parameters) as connection:
        archive(connection, site.member.organization)
    page = await owner_page(browser, site, viewport=PHONE, timezone_id="America/New_York")
    run_id = await ran(site, "members", "broken")
    for place, sight in {
        "environments": "secrets.password",
        "members": "owner",
        "retention": "its rows live here alone",
        "trends": "Slowest tests of the last week",
        "suites": "members",
    }.items():
        await visit(page, site, place)
        await expect(page.get_by_text(sight).first).to_be_visible()
        assert await sideways(page) == [], place
        if place == "retention":
            # A month is one by the database's clock, wherever somebody looks at it.
            await expect(page.get_by_text("Jun 1, 2026 to Jul 1, 2026").first).to_be_visible()
    await page.get_by_role("link", name="members").first.click()
    await expect(page.get_by_label("Choose echo")).to_be_visible()
    assert await sideways(page) == []
    for view, label in {"context": "What the run knows", "timeline": "Timeline of the tests"}.items():
        await open_run(page, site, run_id, view)
        await expect(page.get_by_label(label)).to_be_visible()
        assert await sideways(page) == [], view
    await open_failures(page, site)
    await page.locator("[data-accordion-control]").first.click()
    await expect(page.get_by_role("table", name="Tests that fail like this")).to_be_visible()
    assert await sideways(page) == []


async def test_a_row_on_a_phone_is_still_one_of_a_table(browser: Browser, site: Site) -> None:
    """Whoever listens to the page hears columns and rows, and ticks all of them at once."""
    page = await owner_page(browser, site, viewport=PHONE)
    await visit(page, site, "environments")
    table = page.get_by_role("table", name="Variables of local")
    row = table.get_by_role("row").filter(has_text="secrets.password")
    await expect(row.get_by_role("cell")).to_have_count(3)
    await expect(row.get_by_role("button", name="Remove password")).to_be_visible()
    await visit(page, site, "suites")
    await page.get_by_role("link", name="members").first.click()
    await page.get_by_label("Choose all").check()
    await expect(page.get_by_role("button", name="Run 3 tests")).to_be_visible()
