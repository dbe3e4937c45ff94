"""How a graph is drawn: names can be read, one sees where to look, and the page keeps its wheel."""

from typing import Literal

import pytest
from playwright.async_api import Browser, Page, ViewportSize, expect

from tests.acceptance.site import Site
from tests.browser.browsing import complete, open_run, owner_page, ran, serious_findings
from tests.browser.lines import a_row
from tests.gate import a_gate

pytestmark = pytest.mark.stack

SCHEMES: tuple[Literal["light", "dark"], ...] = ("light", "dark")
DESK: ViewportSize = {"width": 1280, "height": 800}

#: Forty steps one after the other; far from the beginning one is wrong.
LONG = "suite: long\ntests:\n" + "".join(
    f"  step-{number}:\n    GET: /status/{500 if number == 25 else 200}\n    expect: {{ status: 200 }}\n"
    + (f"    needs: [step-{number - 1}]\n" if number else "")
    for number in range(40)
)
#: As small as a name may be drawn, in points of the screen.
SMALLEST_NAME = 10

_NAME_HEIGHTS = """() => [...document.querySelectorAll('.react-flow__node [class*=label]')].map((name) =>
    parseFloat(getComputedStyle(name).fontSize) * name.getBoundingClientRect().width / name.offsetWidth)"""

#: How many things move as long as they are seen.
_ENDLESS = """() => document.getAnimations()
    .filter((one) => one.effect.getComputedTiming().endTime === Infinity).length"""


async def a_long_graph(browser: Browser, site: Site) -> Page:
    """The graph of a run that is larger than any window."""
    await site.push(long=LONG)
    page = await owner_page(browser, site, viewport=DESK)
    await open_run(page, site, await ran(site, "long"))
    await page.get_by_label("step-25, failed", exact=True).wait_for()
    return page


async def test_names_can_be_read_and_what_failed_is_in_sight(browser: Browser, site: Site) -> None:
    """A graph that is larger than its frame is not made too small to read: it begins where it went wrong."""
    page = await a_long_graph(browser, site)
    await page.get_by_label("Graph of the tests").scroll_into_view_if_needed()
    await expect(page.get_by_label("step-25, failed", exact=True)).to_be_in_viewport(ratio=1)
    heights = await page.evaluate(_NAME_HEIGHTS)
    assert heights
    assert min(heights) >= SMALLEST_NAME
    await expect(page.get_by_label("step-0, passed", exact=True)).not_to_be_in_viewport()
    await page.get_by_role("button", name="Show all of it").click()
    await expect(page.get_by_label("step-0, passed", exact=True)).to_be_in_viewport()
    await expect(page.get_by_label("step-39, blocked", exact=True)).to_be_in_viewport()


async def test_the_wheel_moves_the_page_and_the_graph_fills_the_screen_when_asked(
    browser: Browser, site: Site
) -> None:
    """Whoever scrolls past a graph is not caught in it."""
    page = await a_long_graph(browser, site)
    graph = page.get_by_label("Graph of the tests")
    viewport = graph.locator(".react-flow__viewport")
    await graph.hover()
    await expect(page.get_by_label("step-25, failed", exact=True)).to_be_in_viewport(ratio=1)
    before = await viewport.get_attribute("style")
    scrolled = await page.evaluate("window.scrollY")
    await page.mouse.wheel(0, 300)
    await page.wait_for_function(f"window.scrollY > {scrolled}")
    assert await viewport.get_attribute("style") == before

    await page.get_by_role("button", name="Fill the screen").click()
    await page.wait_for_function("document.fullscreenElement?.ariaLabel === 'Graph of the tests'")
    await expect(page.get_by_label("step-25, failed", exact=True)).to_be_in_viewport(ratio=1)
    await page.get_by_role("button", name="Back to the page").click()
    await page.wait_for_function("document.fullscreenElement === null")


async def test_nothing_moves_for_whoever_wants_it_still(browser: Browser, site: Site) -> None:
    """Also while tests are under way, which pictures that turn and arrows that flow say to others."""
    page = await owner_page(browser, site, viewport=DESK, reduced_motion="reduce")
    with a_gate() as gate:
        await site.push(row=a_row(gate))
        run_id = await site.request("row")
        await open_run(page, site, run_id)
        with site.worker():
            gate.open("one")
            await page.get_by_label("two, running", exact=True).wait_for()
            await complete(page)
            moving = await page.evaluate(_ENDLESS)
            assert moving == 0
            for test in ("two", "three", "four", "five"):
                gate.open(test)
            await site.until(run_id, "completed")


async def test_what_was_skipped_stands_back_and_can_be_read(browser: Browser, site: Site) -> None:
    """In light and in dark, by the contrast that an accessibility check asks for."""
    await site.push(rest="suite: rest\ntests: { later: { GET: /json, skip: until spring } }\n")
    run_id = await ran(site, "rest")
    for scheme in SCHEMES:
        page = await owner_page(browser, site, viewport=DESK, color_scheme=scheme)
        await open_run(page, site, run_id)
        await page.get_by_label("later, skipped", exact=True).wait_for()
        assert await serious_findings(page) == [], scheme
