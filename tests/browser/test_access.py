"""Everybody can use every page: axe finds nothing serious, in both themes, also on a phone."""

import pytest
from playwright.async_api import Browser

from tests.acceptance.site import Site
from tests.browser.browsing import a_page, serious_findings, signed_in_page

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
        "Members": f"{project}/members",
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
        await page.get_by_role("heading", level=1).wait_for()
        await page.wait_for_load_state("networkidle")
        found[name] = await serious_findings(page)
        if await page.evaluate("document.documentElement.scrollWidth > window.innerWidth"):
            found[name].append("wider than the screen")
    assert {name: findings for name, findings in found.items() if findings} == {}
