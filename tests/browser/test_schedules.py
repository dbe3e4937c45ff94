"""What requests runs by the clock, in the dashboard: made, changed, paused, removed, looked at."""

import pytest
from playwright.async_api import Browser, expect

from tests.acceptance.site import Site
from tests.browser.browsing import project_page, serious_findings, viewer_page

pytestmark = pytest.mark.stack


async def test_an_admin_makes_changes_pauses_and_removes_a_schedule(browser: Browser, site: Site) -> None:
    """What it means is told in words and as the next times, before it is saved; the row is what was said."""
    page = await project_page(browser, site, "schedules")
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
    assert await serious_findings(page) == []
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
    page = await project_page(browser, site, "schedules")
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


async def test_what_somebody_else_changed_meanwhile_is_told(browser: Browser, site: Site) -> None:
    """A schedule that is gone is not paused without a word."""
    _add_schedule(site, "hourly", "0 * * * *")
    page = await project_page(browser, site, "schedules")
    schedule = page.get_by_role("region", name="hourly")
    await schedule.wait_for()
    site.sql("delete from schedules where project_id = %s", site.member.project_id)
    await schedule.get_by_role("button", name="Pause").click()
    await expect(page.get_by_role("alert")).to_contain_text("Nothing was changed")


async def test_a_name_that_is_taken_is_told_in_words(browser: Browser, site: Site) -> None:
    """What was filled in stays, and the row that was there."""
    _add_schedule(site, "hourly", "0 * * * *")
    page = await project_page(browser, site, "schedules")
    await page.get_by_role("button", name="New schedule").click()
    dialogue = page.get_by_role("dialog")
    await dialogue.get_by_role("textbox", name="Name").fill("hourly")
    await dialogue.get_by_role("button", name="Create").click()
    await expect(dialogue.get_by_role("alert")).to_contain_text("There is one like this already")
    await expect(dialogue.get_by_role("textbox", name="Name")).to_have_value("hourly")
    assert len(_schedules(site)) == 1


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
