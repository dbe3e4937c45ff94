"""What administrators set up in the dashboard: tokens, retention, endpoints and fixtures."""

from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Browser, Page, expect

from tests.acceptance.site import Site, a_site
from tests.browser.administration import archive
from tests.browser.browsing import (
    RECENTLY,
    know_endpoint,
    project_page,
    serious_findings,
    settled,
    signed_in_page,
    viewer_page,
)
from tests.gate import until

pytestmark = pytest.mark.stack

#: The pages behind the button.
MORE = ("Environments", "Endpoints", "Fixtures", "Schedules", "Project tokens", "Retention", "Members")

#: A suite with a fixture that its only test uses.
PEOPLE = """
suite: people
fixtures:
  users: { data: [{ id: ada }] }
tests:
  greet:
    POST: /echo
    json: { user: "{{ fixture.users[0].id }}" }
"""


async def test_every_page_of_a_project_is_two_steps_away(browser: Browser, site: Site) -> None:
    """By the button that says more, with the keyboard alone; it says where one is."""
    page = await project_page(browser, site, "runs")
    for name in MORE:
        await page.get_by_role("button", name="More").focus()
        await page.keyboard.press("Enter")
        item = page.get_by_role("menuitem", name=name)
        await expect(page.get_by_role("menu")).to_have_css("opacity", "1")
        assert await serious_findings(page) == []
        await item.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name=f"More, here: {name}")).to_be_visible()
        await expect(page.get_by_role("heading", level=1)).to_contain_text(name.removeprefix("Project "))
        # When it closes, the focus goes back to its button; not between two keys of the next turn.
        await expect(page.get_by_role("menu")).to_have_count(0)


async def test_an_admin_makes_a_token_that_is_shown_once_and_revokes_it(browser: Browser, site: Site) -> None:
    """It works as soon as it is made, is nowhere to be read afterwards, and ends when it is revoked."""
    page = await project_page(browser, site, "tokens")
    await expect(page.get_by_text("No tokens yet")).to_be_visible()
    await page.get_by_role("button", name="New token").click()
    dialogue = page.get_by_role("dialog")
    await dialogue.get_by_role("textbox", name="Name").fill("main pipeline")
    await dialogue.get_by_role("checkbox", name="suites:push").check()
    await dialogue.get_by_role("button", name="Create").click()
    await expect(dialogue.get_by_text("It is shown now, and never again")).to_be_visible()
    token = await dialogue.get_by_role("status").inner_text()
    assert len(token) == len("baton_") + 64
    await expect(dialogue.get_by_label("what GitHub needs", exact=True)).to_contain_text(site.stack.url)
    await dialogue.get_by_role("tab", name="GitLab").click()
    await expect(dialogue.get_by_label("what GitLab needs", exact=True)).to_contain_text("push: true")
    assert await serious_findings(page) == []
    asked = await site.baton("trigger", "-e", "local", "--suite", "members", "--no-wait", settings=_as(token))
    assert asked.returncode == 0, asked.stderr
    await dialogue.get_by_role("button", name="Done").click()

    await page.reload()
    row = page.get_by_role("region", name="main pipeline")
    await expect(row).to_contain_text("suites:push")
    await expect(row.get_by_text(RECENTLY).first).to_be_visible()
    assert token not in await page.content()
    await row.get_by_role("button", name="Revoke").click()
    await (
        page.get_by_role("dialog", name="Revoke main pipeline?").get_by_role("button", name="Revoke").click()
    )
    await expect(row).to_contain_text("no more: revoked")
    await expect(row.get_by_role("button", name="Revoke")).to_have_count(0)
    refused = await site.baton("trigger", "-e", "local", "--no-wait", settings=_as(token))
    assert refused.returncode == 3
    assert "revoked" in refused.stderr


async def test_a_viewer_sees_no_tokens(browser: Browser, site: Site) -> None:
    """Not even that there are some; the page says who sees them."""
    await site.member.database.call(
        "create_project_token", p_project_id=site.member.project_id, p_name="x", p_scopes=["runs:request"]
    )
    page = await viewer_page(browser, site, "tokens")
    await expect(page.get_by_text("Admins see the tokens of a project")).to_be_visible()
    await expect(page.get_by_role("button", name="New token")).to_be_disabled()


async def test_an_admin_says_how_long_things_are_kept(browser: Browser, site: Site) -> None:
    """Only what differs from the rule is in the row; fewer days are warned of; an empty field is the rule."""
    page = await project_page(browser, site, "retention")
    await expect(page.get_by_text("Nothing is too old")).to_be_visible()
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    await page.get_by_label("Days: Runs that completed").fill("30")
    await page.get_by_label("Days: The history of runs").fill("365")
    await expect(page.get_by_text("the next clean-up archives what is older")).to_be_visible()
    assert await serious_findings(page) == []
    await page.get_by_role("button", name="Save").click()
    await _until_kept(site, {"runs": 30})
    await page.reload()
    await expect(page.get_by_label("Days: Runs that completed")).to_have_value("30 days")
    await page.get_by_label("Days: Runs that completed").fill("")
    await page.get_by_role("button", name="Save").click()
    await _until_kept(site, {})


async def test_a_viewer_sees_what_is_kept_what_is_due_and_where_it_went(browser: Browser, site: Site) -> None:
    """The days as text, runs that are too old, and the files with their state; nothing to change."""
    run_id = await site.request("members")
    with site.worker():
        await site.until(run_id, "completed")
    site.age(run_id, days=100)
    with psycopg.connect(**site.stack.admin.parameters) as connection:
        archive(connection, site.member.organization)
    page = await viewer_page(browser, site, "retention")
    await expect(page.get_by_role("region", name="How long things are kept")).to_contain_text("180 days")
    await expect(page.get_by_role("spinbutton")).to_have_count(0)
    due = page.get_by_role("region", name="What is due")
    await expect(due).to_contain_text("Results that passed")
    await expect(due).to_contain_text("1 run")
    archives = page.get_by_role("region", name="Archives", exact=True)
    await expect(archives).to_contain_text("48,210 rows")
    await expect(archives).to_contain_text("its rows live here alone")
    await expect(page.get_by_text("The last clean-up of this server")).to_be_visible()


async def test_an_editor_makes_an_endpoint_and_sees_which_tests_call_it(browser: Browser, site: Site) -> None:
    """Found by themselves; what no test calls is told apart; the row is what was said."""
    page = await project_page(browser, site, "endpoints")
    await expect(page.get_by_text("No endpoints yet")).to_be_visible()
    await _make_endpoint(page, method="POST", path="/login", name="Sign in")
    await _make_endpoint(page, method="DELETE", path="/accounts/{id}", name="Close")
    await expect(page.get_by_text("of 2 endpoints: 50 %")).to_be_visible()
    await page.get_by_role("button", name="/login").click()
    await expect(page.get_by_role("link", name="members/login")).to_be_visible()
    assert await serious_findings(page) == []
    await page.get_by_label("Only those that no test calls").check()
    await expect(page.get_by_role("button", name="/login")).to_have_count(0)
    await page.get_by_role("button", name="/accounts/{id}").first.click()
    await settled(page)
    await page.get_by_role("button", name="Change DELETE").click()
    await page.get_by_role("dialog").get_by_label("Retries").fill("0")
    await page.get_by_role("dialog").get_by_role("button", name="Save").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)
    endpoints = "select path, retries from api_endpoints where project_id = %s and deleted_at is null"
    assert sorted(site.sql(endpoints, site.member.project_id)) == [("/accounts/{id}", 0), ("/login", 3)]
    await page.get_by_role("button", name="Remove DELETE").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("of 1 endpoint: 100 %")).to_be_visible()
    assert site.sql(endpoints, site.member.project_id) == [("/login", 3)]


async def test_a_viewer_looks_at_endpoints(browser: Browser, site: Site) -> None:
    """Who calls them, and no button that changes one."""
    know_endpoint(site, "/me")
    page = await viewer_page(browser, site, "endpoints")
    await expect(page.get_by_role("button", name="New endpoint")).to_be_disabled()
    await page.get_by_role("button", name="/me").click()
    await expect(page.get_by_role("link", name="members/me")).to_be_visible()
    await expect(page.get_by_role("button", name="Change")).to_have_count(0)


async def test_a_fixture_shows_what_it_holds_and_who_used_it(browser: Browser, site: Site) -> None:
    """Of its suite, with the run in which a real worker gave it to a test."""
    await site.push(people=PEOPLE)
    page = await viewer_page(browser, site, "fixtures")
    await page.get_by_role("button", name="fixture.users").click()
    await expect(page.get_by_text("What a run uses")).to_be_visible()
    run_id = await site.request("people")
    with site.worker():
        await site.until(run_id, "completed")
    await page.reload()
    await page.get_by_role("button", name="fixture.users").click()
    await expect(page.get_by_label("what it holds", exact=True)).to_contain_text("ada")
    uses = page.get_by_role("region", name="Who used it")
    await expect(uses.get_by_role("link", name="people/greet")).to_be_visible()
    await uses.get_by_role("link", name=RECENTLY).click()
    await expect(page).to_have_url(f"{site.stack.url}/runs/{run_id}/tests/{_test_id(site, 'greet')}")


async def test_pages_of_another_organization_show_nothing(
    browser: Browser, site: Site, tmp_path: Path
) -> None:
    """By their address, which is all that a stranger can have."""
    other_home = tmp_path / "other"
    other_home.mkdir()
    async with a_site(other_home, stack=site.stack) as other:
        page = await signed_in_page(browser, site.stack, other.member.session)
        for place in ("schedules", "tokens", "retention", "endpoints", "fixtures"):
            await page.goto(f"{site.stack.url}/projects/{site.member.project_id}/{place}")
            await expect(page.get_by_role("alert")).to_contain_text("no such project")


def _as(token: str) -> dict[str, str]:
    return {"BATON_TOKEN": token, "BATON_SECRET_KEY": ""}


async def _until_kept(site: Site, wanted: dict[str, int]) -> None:
    """Wait until the organization has these days of its own."""
    query = "select retention from organizations where id = %s"
    await until(lambda: site.sql(query, site.member.organization) == [(wanted,)])


async def _make_endpoint(page: Page, *, method: str, path: str, name: str) -> None:
    await page.get_by_role("button", name="New endpoint").click()
    dialogue = page.get_by_role("dialog")
    await dialogue.get_by_role("combobox", name="Method").click()
    await page.get_by_role("option", name=method).click()
    await dialogue.get_by_role("textbox", name="Path").fill(path)
    await dialogue.get_by_role("textbox", name="Name").fill(name)
    await dialogue.get_by_role("button", name="Create").click()
    await expect(page.get_by_role("dialog")).to_have_count(0)


def _test_id(site: Site, key: str) -> str:
    [(test_id,)] = site.sql(
        "select id::text from test_cases where project_id = %s and key = %s", site.member.project_id, key
    )
    return str(test_id)
