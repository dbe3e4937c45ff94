"""Everybody can use every page: axe finds nothing serious, in both themes, also on a phone."""

from collections.abc import AsyncIterator

import pytest
from playwright.async_api import Browser, Page, expect

from tests.acceptance.site import Site
from tests.browser.browsing import (
    TOO_WIDE,
    a_page,
    complete,
    lasting,
    open_run,
    owner_page,
    ran,
    serious_findings,
    signed_in_page,
)
from tests.browser.lines import a_row
from tests.gate import a_gate, until

pytestmark = pytest.mark.stack

PHONE = {"width": 390, "height": 800}
DESK = {"width": 1280, "height": 860}


async def addresses(site: Site) -> dict[str, str]:
    """Every page there is, with something on it."""
    run_id = await site.request("broken", "members")
    with site.worker():
        await site.until(run_id, "failed")
    [(suite_id, test_id)] = site.sql(
        "select suite_id::text, id::text from test_cases where project_id = %s and key = 'wrong'",
        site.member.project_id,
    )
    project = f"/projects/{site.member.project_id}"
    return {
        "Projects": "/",
        "Runs": f"{project}/runs",
        "Suites": f"{project}/suites",
        "Suite": f"{project}/suites/{suite_id}",
        "Graph of a suite": f"{project}/suites/{suite_id}?view=graph",
        "Test": f"{project}/tests/{test_id}",
        "Trends": f"{project}/trends",
        "Failures": f"{project}/failures",
        "Environments": f"{project}/environments",
        "Endpoints": f"{project}/endpoints",
        "Fixtures": f"{project}/fixtures",
        "Schedules": f"{project}/schedules",
        "Project tokens": f"{project}/tokens",
        "Retention": f"{project}/retention",
        "Members": f"{project}/members",
        "Account": "/account",
        "Run": f"/runs/{run_id}",
        "Tests of a run": f"/runs/{run_id}?view=tests",
        "Timeline of a run": f"/runs/{run_id}?view=timeline",
        "Context of a run": f"/runs/{run_id}?view=context",
        "Result": f"/runs/{run_id}/tests/{test_id}",
        "No page": "/nowhere",
    }


@pytest.mark.parametrize(
    ("scheme", "viewport"),
    [("light", DESK), ("dark", DESK), ("light", PHONE)],
    ids=["light", "dark", "phone"],
)
async def test_axe_finds_nothing_serious_on_any_page(
    browser: Browser, site: Site, scheme: str, viewport: dict[str, int]
) -> None:
    """Contrast, names of controls, roles and headings; and nothing is wider than the screen."""
    outside = await a_page(browser, color_scheme=scheme, viewport=viewport)
    await outside.goto(site.stack.url)
    await outside.get_by_role("button", name="Sign in").wait_for()
    found = {"Sign in": await serious_findings(outside)}
    page = await signed_in_page(
        browser, site.stack, site.member.session, color_scheme=scheme, viewport=viewport
    )
    for name, address in (await addresses(site)).items():
        await page.goto(f"{site.stack.url}{address}")
        await complete(page)
        found[name] = await serious_findings(page) + await lasting(page, TOO_WIDE)
    assert {name: findings for name, findings in found.items() if findings} == {}


async def press(page: Page, name: str) -> None:
    """A button of this page."""
    await page.get_by_role("button", name=name, exact=True).first.click()


async def opened(page: Page, site: Site) -> AsyncIterator[str]:
    """Everything that opens over a page or in it, one after the other, by what it is."""
    project = f"{site.stack.url}/projects/{site.member.project_id}"
    await page.goto(f"{project}/runs")
    await press(page, "Start a run")
    await page.get_by_role("dialog").get_by_text("Priority").wait_for()
    yield "the dialogue that starts a run"
    await page.get_by_role("combobox", name="Suites").click()
    await page.get_by_role("option", name="members").wait_for()
    yield "a list of choices in a dialogue"
    await page.goto(f"{project}/runs")
    await press(page, "More")
    await page.get_by_role("menuitem", name="Retention").wait_for()
    yield "the menu of further pages"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await press(page, "Your account")
    await page.get_by_role("menuitem", name="Sign out").wait_for()
    yield "the menu of the account"
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("menu")).to_have_count(0)
    await page.get_by_role("button", name="switch project").click()
    await page.get_by_role("menuitem").first.wait_for()
    yield "the menu of projects"
    await page.goto(f"{project}/failures")
    await page.get_by_role("button", name="expected status 200, got 500").click()
    await page.get_by_label("Note").wait_for()
    yield "a group of failures"


@pytest.mark.parametrize("scheme", ["light", "dark"])
async def test_axe_finds_nothing_serious_in_what_opens(browser: Browser, site: Site, scheme: str) -> None:
    """Dialogues, menus, lists of choices, and what unfolds."""
    await ran(site, "broken")
    page = await owner_page(browser, site, color_scheme=scheme, reduced_motion="reduce")
    found = {name: await serious_findings(page) async for name in opened(page, site)}
    assert len(found) == 6
    assert {name: findings for name, findings in found.items() if findings} == {}


async def test_axe_finds_nothing_serious_while_a_run_is_under_way(browser: Browser, site: Site) -> None:
    """In each of its views, with one test passed, one running and one that waits."""
    page = await owner_page(browser, site)
    found = {}
    with a_gate() as gate:
        await site.push(row=a_row(gate))
        run_id = await site.request("row")
        with site.worker():
            gate.open("one")
            await until(lambda: "two" in gate.waiting)
            for view in ("graph", "tests", "timeline", "context"):
                await open_run(page, site, run_id, view)
                await page.get_by_text("running", exact=True).first.wait_for()
                await complete(page)
                found[view] = await serious_findings(page)
            gate.open("two", "three", "four", "five")
            await site.until(run_id, "completed")
    assert {view: findings for view, findings in found.items() if findings} == {}
