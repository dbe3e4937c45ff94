"""What administrators set up in the dashboard: schedules, tokens, retention, endpoints and fixtures."""

import asyncio
from pathlib import Path

import psycopg
import pytest
from playwright.async_api import Browser, Page, expect

from tests.acceptance.site import Site, a_site
from tests.browser.administration import archive
from tests.browser.browsing import let_in, serious_findings, signed_in_page
from tests.members import sign_up

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


async def findings(page: Page) -> list[str]:
    """What axe finds, once nothing moves or fades any more."""
    await page.evaluate(
        """() => Promise.allSettled(
            document.getAnimations()
                .filter((one) => one.effect.getComputedTiming().endTime !== Infinity)
                .map((one) => one.finished),
        )"""
    )
    return await serious_findings(page)


async def owner_page(browser: Browser, site: Site, place: str) -> Page:
    """A page of the member's own project, as himself."""
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


async def test_every_page_of_a_project_is_two_steps_away(browser: Browser, site: Site) -> None:
    """By the button that says more, with the keyboard alone; it says where one is."""
    page = await owner_page(browser, site, "runs")
    for name in MORE:
        await page.get_by_role("button", name="More").focus()
        await page.keyboard.press("Enter")
        item = page.get_by_role("menuitem", name=name)
        await expect(page.get_by_role("menu")).to_have_css("opacity", "1")
        assert await findings(page) == []
        await item.focus()
        await page.keyboard.press("Enter")
        await expect(page.get_by_role("button", name=f"More, here: {name}")).to_be_visible()
        await expect(page.get_by_role("heading", level=1)).to_contain_text(name.removeprefix("Project "))


async def test_an_admin_makes_changes_pauses_and_removes_a_schedule(browser: Browser, site: Site) -> None:
    """What it means is told in words and as the next times, before it is saved; the row is what was said."""
    page = await owner_page(browser, site, "schedules")
    await expect(page.get_by_text("Nothing is scheduled")).to_be_visible()
    await page.get_by_role("button", name="New schedule").click()
    dialogue = page.get_by_role("dialog")
    await dialogue.get_by_role("textbox", name="Name").fill("nightly")
    await dialogue.get_by_role("textbox", name="When").fill("0 99 * * *")
    await expect(dialogue.get_by_text('"99" is no hour')).to_be_visible()
    await dialogue.get_by_role("button", name="Create").click()
    await expect(dialogue.get_by_role("alert")).to_contain_text('"99" is no hour')
    await dialogue.get_by_role("textbox", name="When").fill("30 2 * * mon-fri")
    await dialogue.get_by_role("combobox", name="Time zone").fill("Tokyo")
    await page.get_by_role("option", name="Asia/Tokyo").click()
    await expect(dialogue.get_by_text("At 02:30 on Monday to Friday")).to_be_visible()
    await expect(dialogue.get_by_text("02:30 GMT+9")).to_have_count(5)
    assert await findings(page) == []
    await dialogue.get_by_role("button", name="Create").click()
    schedule = page.get_by_role("region", name="nightly")
    await expect(schedule).to_contain_text("at 02:30 on Monday to Friday")
    assert _schedules(site) == [("nightly", "30 2 * * mon-fri", "Asia/Tokyo", [], True)]

    await schedule.get_by_role("button", name="Pause").click()
    await expect(schedule).to_contain_text("paused")
    await schedule.get_by_role("button", name="Change").click()
    await dialogue.get_by_role("combobox", name="Suites").click()
    await page.get_by_role("option", name="members").click()
    await page.keyboard.press("Escape")
    await dialogue.get_by_role("button", name="Save").click()
    await expect(schedule).to_contain_text("members")
    assert _schedules(site) == [("nightly", "30 2 * * mon-fri", "Asia/Tokyo", ["members"], False)]

    await schedule.get_by_role("button", name="Run now").click()
    await dialogue.get_by_text("members", exact=True).wait_for()
    await dialogue.get_by_role("button", name="Start").click()
    await expect(page.get_by_role("heading", name="members")).to_be_visible()
    await page.go_back()

    await schedule.get_by_role("button", name="Remove").click()
    await page.get_by_role("dialog").get_by_role("button", name="Remove").click()
    await expect(page.get_by_text("Nothing is scheduled")).to_be_visible()
    assert _schedules(site) == []


async def test_a_schedule_shows_its_last_runs_and_why_one_was_left_out(browser: Browser, site: Site) -> None:
    """Each leads to the run; what went wrong stands there in words."""
    _add_schedule(site, "hourly", "0 * * * *")
    site.sql("update schedules set next_run_at = now() where project_id = %s", site.member.project_id)
    site.sql("select private.request_due_schedules()")
    page = await owner_page(browser, site, "schedules")
    schedule = page.get_by_role("region", name="hourly")
    await expect(schedule.get_by_role("link", name="queued")).to_be_visible()
    site.sql("update schedules set next_run_at = now() where project_id = %s", site.member.project_id)
    site.sql("select private.request_due_schedules()")
    await page.reload()
    await expect(schedule.get_by_role("alert")).to_contain_text("were still under way")
    await schedule.get_by_role("link", name="queued").click()
    await expect(page.get_by_role("heading", name="all suites")).to_be_visible()


async def test_a_viewer_sees_schedules_and_changes_none(browser: Browser, site: Site) -> None:
    """Buttons say which role they need; what changes or removes is not there."""
    _add_schedule(site, "hourly", "0 * * * *")
    page = await viewer_page(browser, site, "schedules")
    schedule = page.get_by_role("region", name="hourly")
    await expect(schedule).to_contain_text("at minute 0 of every hour")
    await expect(page.get_by_role("button", name="New schedule")).to_be_disabled()
    await expect(schedule.get_by_role("button", name="Pause")).to_be_disabled()
    await expect(schedule.get_by_role("button", name="Change")).to_have_count(0)
    await expect(schedule.get_by_role("button", name="Remove")).to_have_count(0)


async def test_an_admin_makes_a_token_that_is_shown_once_and_revokes_it(browser: Browser, site: Site) -> None:
    """It works as soon as it is made, is nowhere to be read afterwards, and ends when it is revoked."""
    page = await owner_page(browser, site, "tokens")
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
    assert await findings(page) == []
    asked = await site.baton("trigger", "-e", "local", "--suite", "members", "--no-wait", settings=_as(token))
    assert asked.returncode == 0, asked.stderr
    await dialogue.get_by_role("button", name="Done").click()

    await page.reload()
    row = page.get_by_role("region", name="main pipeline")
    await expect(row).to_contain_text("suites:push")
    await expect(row).to_contain_text("just now")
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
    page = await owner_page(browser, site, "retention")
    await expect(page.get_by_text("Nothing is too old")).to_be_visible()
    await expect(page.get_by_role("button", name="Save")).to_be_disabled()
    await page.get_by_label("Days: Runs that completed").fill("30")
    await page.get_by_label("Days: The history of runs").fill("365")
    await expect(page.get_by_text("the next clean-up archives what is older")).to_be_visible()
    assert await findings(page) == []
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
    _age(site, run_id, days=100)
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
    page = await owner_page(browser, site, "endpoints")
    await expect(page.get_by_text("No endpoints yet")).to_be_visible()
    await _make_endpoint(page, method="POST", path="/login", name="Sign in")
    await _make_endpoint(page, method="DELETE", path="/accounts/{id}", name="Close")
    await expect(page.get_by_text("of 2 endpoints: 50 %")).to_be_visible()
    await page.get_by_role("button", name="/login").click()
    await expect(page.get_by_role("link", name="members/login")).to_be_visible()
    assert await findings(page) == []
    await page.get_by_label("Only those that no test calls").check()
    await expect(page.get_by_role("button", name="/login")).to_have_count(0)
    await page.get_by_role("button", name="/accounts/{id}").first.click()
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
    site.sql(
        "insert into api_endpoints (organization_id, project_id, method, path) values (%s, %s, 'GET', '/me')",
        site.member.organization,
        site.member.project_id,
    )
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
    await uses.get_by_role("link", name="just now").click()
    await expect(page).to_have_url(f"{site.stack.url}/runs/{run_id}/tests/{_test_id(site, 'greet')}")


async def test_what_somebody_else_changed_meanwhile_is_told(browser: Browser, site: Site) -> None:
    """A schedule that is gone is not paused without a word."""
    _add_schedule(site, "hourly", "0 * * * *")
    page = await owner_page(browser, site, "schedules")
    schedule = page.get_by_role("region", name="hourly")
    await schedule.wait_for()
    site.sql("delete from schedules where project_id = %s", site.member.project_id)
    await schedule.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")


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


def _schedules(site: Site) -> list[tuple[object, ...]]:
    query = "select name, cron, timezone, suites, enabled from schedules where project_id = %s"
    return site.sql(query, site.member.project_id)


def _add_schedule(site: Site, name: str, cron: str) -> None:
    site.sql(
        "insert into schedules (organization_id, project_id, environment_id, name, cron) "
        "values (%s, %s, %s, %s, %s)",
        site.member.organization,
        site.member.project_id,
        site.environment_id,
        name,
        cron,
    )


async def _until_kept(site: Site, wanted: dict[str, int]) -> None:
    """Wait until the organization has these days of its own."""
    query = "select retention from organizations where id = %s"
    async with asyncio.timeout(20):
        while site.sql(query, site.member.organization) != [(wanted,)]:
            await asyncio.sleep(0.05)


def _age(site: Site, run_id: str, *, days: int) -> None:
    """Let a run and its results be so old."""
    with psycopg.connect(**site.stack.admin.parameters) as connection:
        connection.execute("set local session_replication_role = replica")
        for table, column, key in (
            ("test_runs", "created_at", "id"),
            ("test_results", "run_created_at", "run_id"),
            ("test_result_details", "run_created_at", "run_id"),
        ):
            connection.execute(
                f"update {table} set {column} = {column} - make_interval(days => %s) where {key} = %s",
                (days, run_id),
            )


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


async def test_a_name_that_is_taken_is_told_in_words(browser: Browser, site: Site) -> None:
    """What was filled in stays, and the row that was there."""
    _add_schedule(site, "hourly", "0 * * * *")
    page = await owner_page(browser, site, "schedules")
    await page.get_by_role("button", name="New schedule").click()
    dialogue = page.get_by_role("dialog")
    await dialogue.get_by_role("textbox", name="Name").fill("hourly")
    await dialogue.get_by_role("button", name="Create").click()
    await expect(dialogue.get_by_role("alert")).to_contain_text("There is one like this already")
    await expect(dialogue.get_by_role("textbox", name="Name")).to_have_value("hourly")
    assert len(_schedules(site)) == 1
