"""The evidence of a run in a real browser: its own graph, steps, polls, undos and renewals."""

import json

import pytest
from playwright.async_api import Browser, Page, expect

from tests.acceptance.site import Site
from tests.browser.browsing import open_run, owner_page, ran, stop_time

pytestmark = pytest.mark.stack

#: A test of two named steps of which the second polls, and one that undoes what it made.
STEPS = """
suite: steps
tests:
  report:
    steps:
      - { name: ask for it, POST: /answer, json: { json: { id: 7 } } }
      - name: wait until it is there
        GET: /flaky/report/2
        repeat: { until: "{{ json.request == 3 }}", every: 10ms, within: 2m }
        expect: { status: 200 }
  customer:
    POST: /answer
    json: { json: { id: 8 } }
    capture: { id: $.id }
    cleanup: { DELETE: "/status/204?customer={{ captured_data.customer.id }}" }
"""

#: The token ends when another test comes with it.
DESK = """
suite: desk
tests:
  login: { POST: /desk, capture: { tokens: { access: $.access_token } } }
  late: { GET: /desk, auth: { bearer: "{{ tokens.access }}" } }
"""

CHAIN = """
suite: chain
tests:
  first: { POST: /answer, json: { json: { id: 7 } }, capture: { id: $.id } }
  second: { GET: "/echo/{{ captured_data.first.id }}" }
"""


async def open_result(page: Page, site: Site, run_id: str, test: str) -> None:
    """The page of what came of a test (key) in a run."""
    [(test_id,)] = site.sql(
        "select test.id::text from test_results join test_cases as test on test.id = test_case_id "
        "where run_id = %s and key = %s",
        run_id,
        test,
    )
    await page.goto(f"{site.stack.url}/runs/{run_id}/tests/{test_id}")


async def test_steps_have_their_names_and_polls_are_folded(browser: Browser, site: Site) -> None:
    """The request that ended the wait is open; those before it are a click away."""
    await site.push(steps=STEPS)
    run_id = await ran(site, "steps")
    page = await owner_page(browser, site)
    await open_result(page, site, run_id, "report")
    await expect(page.get_by_role("heading", name="Step 1: ask for it")).to_be_visible()
    await expect(page.get_by_role("heading", name="Step 2: wait until it is there")).to_be_visible()
    answers = page.get_by_label("Response", exact=True)
    await expect(answers).to_have_count(4)
    await expect(answers.filter(has_text="503", visible=True)).to_have_count(0)
    await page.get_by_text("2 earlier requests").click()
    await expect(answers.filter(has_text="503", visible=True)).to_have_count(2)


async def test_an_undo_is_shown_with_what_it_sent(browser: Browser, site: Site) -> None:
    """Beneath the evidence of the test that made what was undone."""
    await site.push(steps=STEPS)
    run_id = await ran(site, "steps")
    page = await owner_page(browser, site)
    await open_result(page, site, run_id, "customer")
    await page.get_by_role("button", name="Cleaned up").click()
    undo = page.get_by_role("region", name="Cleaned up")
    await expect(undo.get_by_label("Request", exact=True)).to_contain_text("/status/204?customer=8")
    await expect(undo.get_by_label("Response", exact=True)).to_contain_text("204")


async def test_a_renewal_is_shown_where_the_token_came_from_and_where_it_was_wanted(
    browser: Browser, site: Site
) -> None:
    """At the login, that it ran again and for whom; at the other test, the request that was refused."""
    desk = site.target.desk
    desk.announces = False
    desk.life_seconds = 3600
    desk.on_check = lambda: desk.revoke() if desk.refusals == 0 else None
    await site.push(desk=DESK)
    run_id = await ran(site, "desk")
    assert (await site.runs.run(run_id))["status"] == "completed"
    page = await owner_page(browser, site)
    await open_result(page, site, run_id, "login")
    await page.get_by_role("button", name="Renewed access for desk/late").click()
    again = page.get_by_role("region", name="Renewed access")
    await expect(again.get_by_label("Response", exact=True)).to_contain_text("200")
    assert "desk-token-number" not in await page.content()


async def test_a_run_that_is_over_keeps_the_graph_it_had(browser: Browser, site: Site) -> None:
    """Whatever the suite says today; the result says why the test waited."""
    await site.push(chain=CHAIN)
    run_id = await ran(site, "chain")
    await site.push(chain=CHAIN.replace("{{ captured_data.first.id }}", "7"))
    left = "select from test_dependencies join test_cases as test on test.id = dependent_test_id"
    assert site.sql(f"{left} where test.project_id = %s and key = 'second'", site.member.project_id) == []

    page = await owner_page(browser, site)
    await open_run(page, site, run_id)
    arrow = page.get_by_label("second waits for first", exact=True)
    await expect(arrow).to_have_count(1)
    await expect(arrow.locator("title")).to_contain_text("captured_data.first.id")
    await page.get_by_label("second, passed", exact=True).click()
    await page.get_by_role("tab", name="Added to the context").click()
    await expect(page.get_by_text("captured_data.first.id")).to_be_visible()


async def test_a_run_that_kept_no_plan_says_that_its_graph_is_that_of_today(
    browser: Browser, site: Site
) -> None:
    """As runs of older workers do; no graph is taken for one that it is not."""
    run_id = await ran(site, "members")
    site.sql("delete from private.run_plans where run_id = %s", run_id)
    page = await owner_page(browser, site)
    await open_run(page, site, run_id)
    await expect(page.get_by_text("as the project has it today")).to_be_visible()
    await expect(page.get_by_label("me waits for login", exact=True)).to_have_count(1)


async def test_a_run_says_which_job_asked_for_it_and_can_be_passed_on(browser: Browser, site: Site) -> None:
    """A link where the job says one that a browser may open, else its name; and the address of the run."""
    run_id = await site.request("members")
    source = {"ci": "github", "job": "build / api", "token": {"name": "main pipeline"}}
    page = await owner_page(browser, site, permissions=["clipboard-read", "clipboard-write"])
    await page.clock.install()
    for url, links in (("https://ci.example/runs/1", 1), ("javascript:alert(1)", 0)):
        written = json.dumps(source | {"url": url})
        site.sql("update test_runs set trigger = 'ci', source = %s where id = %s", written, run_id)
        await open_run(page, site, run_id)
        await expect(page.get_by_text("ci by the token main pipeline")).to_be_visible()
        await expect(page.get_by_text("build / api")).to_be_visible()
        await expect(page.get_by_role("link", name="build / api")).to_have_count(links)
    # It says so for a second.
    await stop_time(page)
    await page.get_by_role("button", name="Copy the link to this run").click()
    await expect(page.get_by_role("button", name="Copied")).to_be_visible()
    assert await page.evaluate("navigator.clipboard.readText()") == f"{site.stack.url}/runs/{run_id}"
