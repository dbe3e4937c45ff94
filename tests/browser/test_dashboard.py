"""The dashboard in a real browser, with a real stack, a real worker and a real API."""

import re
from pathlib import Path

import pytest
from playwright.async_api import Browser, expect

from tests.acceptance.site import Site, a_site
from tests.browser.browsing import (
    a_page,
    complete,
    dashboard_stack,
    let_in,
    open_run,
    owner_page,
    ran,
    sign_in,
    signed_in_page,
)
from tests.browser.people import new_address
from tests.members import PASSWORD, sign_up

pytestmark = pytest.mark.stack


async def test_a_newcomer_signs_up_and_makes_a_place_to_work(browser: Browser) -> None:
    """An account, an organization, a project and an environment, and each empty page says what comes next."""
    stack = dashboard_stack()
    page = await a_page(browser)
    await page.goto(stack.url)
    await page.get_by_role("button", name="Sign up").click()
    await page.get_by_label("Name").fill("Grace")
    await page.get_by_label("E-mail address").fill(new_address())
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up", exact=True).click()
    await expect(page.get_by_text("You belong to no organization yet")).to_be_visible()

    await page.get_by_role("button", name="New organization").first.click()
    await page.get_by_label("Name").fill("Compilers & Co")
    await expect(page.get_by_label("Slug")).to_have_value("compilers-co")
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await page.get_by_role("button", name="New project").click()
    await page.get_by_label("Name").fill("Shop")
    await page.get_by_role("button", name="Create").click()
    await page.get_by_role("link", name="Shop").click()
    await expect(page.get_by_text("Nothing has run here yet")).to_be_visible()

    await page.get_by_role("button", name="More").click()
    await page.get_by_role("menuitem", name="Environments").click()
    await page.get_by_role("button", name="New environment").click()
    await page.get_by_label("Name").fill("staging")
    await page.get_by_label("Base URL").fill("https://api.example.com")
    await page.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("heading", name="staging")).to_be_visible()


async def test_a_wrong_password_is_told(browser: Browser, site: Site) -> None:
    """In words, and nobody is signed in."""
    page = await a_page(browser)
    await page.goto(site.stack.url)
    await page.get_by_label("E-mail address").fill(site.member.session.email)
    await page.get_by_role("textbox", name="Password").fill("wrong")
    await page.get_by_role("button", name="Sign in").click()
    await expect(page.get_by_role("alert")).to_contain_text("E-mail address or password is wrong")


async def test_a_run_is_started_and_watched_to_its_end(browser: Browser, site: Site) -> None:
    """Signed in by the form and followed live: verdicts, the cause of what is blocked; then a failure is
    opened."""
    page = await a_page(browser)
    await sign_in(page, site.stack, site.member.session)
    await page.get_by_role("link", name="Shop").click()
    await page.get_by_role("button", name="Start a run").click()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.get_by_role("heading", name="all suites")).to_be_visible()
    await expect(page.get_by_text("queued", exact=True)).to_be_visible()
    await expect(page.get_by_role("status").get_by_text("Live", exact=True)).to_be_visible()
    graph = page.get_by_label("Graph of the tests")
    await expect(graph.get_by_label("broken/wrong, pending", exact=True)).to_be_visible()

    with site.worker():
        await expect(graph.get_by_label("broken/wrong, failed", exact=True)).to_be_visible()
        await expect(graph.get_by_label("members/me, passed", exact=True)).to_be_visible()
        blocked = graph.get_by_label("broken/after, blocked", exact=True)
        await expect(blocked).to_contain_text("by wrong")
        await expect(page.get_by_role("button", name="Rerun failed")).to_be_visible()

    await graph.get_by_label("broken/wrong, failed", exact=True).click()
    await expect(page.get_by_label("Expectations")).to_contain_text("expected status 200, got 500")
    await expect(page.get_by_label("Response", exact=True)).to_contain_text("500")


async def test_a_run_that_waits_can_be_cancelled(browser: Browser, site: Site) -> None:
    """By a button that is there as long as the run is not over."""
    run_id = await site.request("members")
    page = await owner_page(browser, site)
    await open_run(page, site, run_id)
    await page.get_by_role("button", name="Cancel").click()
    await expect(page.get_by_text("cancelled", exact=True)).to_be_visible()
    assert (await site.runs.run(run_id))["status"] == "cancelled"


async def test_a_run_begins_with_what_ran_last(browser: Browser, site: Site) -> None:
    """So that whoever only clicks gets what worked, and not all suites where some of them cannot run."""
    await ran(site, "members")
    page = await owner_page(browser, site)
    await page.get_by_role("link", name="Shop").click()
    await page.get_by_role("button", name="Start a run").click()
    await expect(page.get_by_role("dialog").get_by_text("members", exact=True)).to_be_visible()
    await page.get_by_role("button", name="Start", exact=True).click()
    await expect(page.get_by_role("heading", name="members", exact=True)).to_be_visible()


async def test_what_failed_runs_again(browser: Browser, site: Site) -> None:
    """As a new run, whose page opens."""
    run_id = await ran(site, "broken")
    page = await owner_page(browser, site)
    await open_run(page, site, run_id)
    await page.get_by_role("button", name="Rerun failed").click()
    await page.wait_for_url(lambda address: "/runs/" in address and run_id not in address)
    await expect(page.get_by_role("heading", name="broken: what did not pass")).to_be_visible()


async def test_a_value_leads_to_its_source(browser: Browser, site: Site) -> None:
    """From the context to the test that captured it, and to its answer; the token is nowhere to be read."""
    run_id = await ran(site, "members")
    page = await owner_page(browser, site)
    await open_run(page, site, run_id, "context")
    row = page.get_by_role("row").filter(has_text="tokens.access")
    await expect(row).to_contain_text("***")
    await row.get_by_role("link", name="members/login").click()
    await expect(page.get_by_label("Captures")).to_contain_text("$.access_token")
    await expect(page.get_by_label("Request", exact=True)).to_contain_text("/login")
    assert "TARGETtoken" not in await page.content()


async def test_a_viewer_looks_and_changes_nothing(browser: Browser, site: Site) -> None:
    """Buttons that need more say what they need; who asks all the same is refused by the database."""
    run_id = await ran(site, "broken")
    viewer = await sign_up(site.stack)
    let_in(site, viewer, "viewer")
    page = await signed_in_page(browser, site.stack, viewer)
    await page.get_by_role("link", name="Shop").click()
    await expect(page.get_by_role("button", name="Start a run")).to_be_disabled()
    await open_run(page, site, run_id)
    await expect(page.get_by_role("button", name="Rerun failed")).to_be_disabled()
    await complete(page)
    await page.get_by_role("button", name="Rerun failed").locator("..").hover()
    await expect(page.get_by_role("tooltip")).to_contain_text("editor")

    status = await page.evaluate(
        """async ([key, run]) => {
            const session = JSON.parse(localStorage.getItem("baton-session"));
            const answer = await fetch("/rest/v1/rpc/retry_run", {
                method: "POST",
                headers: {
                    apikey: key,
                    authorization: `Bearer ${session.access_token}`,
                    "content-type": "application/json",
                },
                body: JSON.stringify({p_run_id: run}),
            });
            return answer.status;
        }""",
        [site.stack.publishable_key, run_id],
    )
    assert status == 403


async def test_two_organizations_see_nothing_of_each_other(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """Neither in lists nor by the address of a run, in two browsers side by side."""
    run_id = await ran(site, "members")
    other_home = tmp_path / "other"
    other_home.mkdir()
    async with a_site(other_home, stack=site.stack) as other:
        mine, theirs = await owner_page(browser, site), await owner_page(browser, other)
        await expect(mine.get_by_role("link", name="Shop")).to_have_count(1)
        await expect(theirs.get_by_role("link", name="Shop")).to_have_count(1)
        await theirs.goto(f"{site.stack.url}/runs/{run_id}")
        await expect(theirs.get_by_role("alert")).to_contain_text("nothing here that you may see")
        await theirs.goto(f"{site.stack.url}/projects/{site.member.project_id}/runs")
        await expect(theirs.get_by_role("alert")).to_contain_text("no such project")
        await mine.goto(f"{site.stack.url}/runs/{run_id}")
        await expect(mine.get_by_role("heading", name="members")).to_be_visible()


async def test_without_a_live_connection_it_says_so_and_is_right_all_the_same(
    browser: Browser, site: Site
) -> None:
    """No WebSocket at all: the page reads instead, and comes to the same end."""
    page = await a_page(browser)
    await page.route_web_socket(re.compile("/realtime/"), lambda socket: socket.close())
    await sign_in(page, site.stack, site.member.session)
    run_id = await site.request("members")
    await open_run(page, site, run_id)
    await expect(page.get_by_text("Not live")).to_be_visible()
    with site.worker():
        await expect(page.get_by_label("me, passed", exact=True)).to_be_visible()
        await expect(page.get_by_text("passed", exact=True).first).to_be_visible()
