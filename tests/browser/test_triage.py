"""What a team says of a failure, in a real browser: an editor writes it, a viewer reads it."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.acceptance.site import Site
from tests.browser.browsing import RECENTLY, let_in, open_failures, owner_page, ran, signed_in_page
from tests.members import sign_up

pytestmark = pytest.mark.stack

NOTE = "The disk of the test machine is full.\nTicket 12"


async def test_an_editor_notes_what_is_known_of_a_failure(browser: Browser, site: Site) -> None:
    """With a state; it is signed, it is audited, and it is found again under its state."""
    await ran(site, "broken")
    page = await owner_page(browser, site)
    await open_failures(page, site)
    await page.get_by_role("button", name="expected status 200, got 500").click()
    save = page.get_by_role("button", name="Save")
    await expect(save).to_be_disabled()
    await page.get_by_role("combobox", name="State").click()
    await page.get_by_role("option", name="acknowledged").click()
    await page.get_by_label("Note").fill(NOTE)
    await save.click()
    await expect(page.get_by_text("No failure is open")).to_be_visible()

    await page.get_by_text("acknowledged", exact=True).click()
    await expect(page).to_have_url(re.compile(r"failures\?state=acknowledged$"))
    group = page.get_by_role("button", name="expected status 200, got 500")
    await expect(group).to_contain_text("The disk of the test machine is full.")
    await group.click()
    await expect(page.get_by_label("Note")).to_have_value(NOTE)
    await expect(page.get_by_text("Said by").get_by_text(RECENTLY)).to_be_visible()
    assert site.sql(
        "select triage::text, triage_note, triaged_by::text from failure_analysis where project_id = %s",
        site.member.project_id,
    ) == [("acknowledged", NOTE, site.member.session.user_id)]
    assert site.sql(
        "select changed_by::text, after ->> 'triage_note' from audit_log "
        "where table_name = 'failure_analysis' and organization_id = %s",
        site.member.organization,
    ) == [(site.member.session.user_id, NOTE)]


async def test_a_viewer_reads_what_was_noted_and_changes_nothing(browser: Browser, site: Site) -> None:
    """There is nothing to fill in; who asks all the same changes no row."""
    await ran(site, "broken")
    site.sql(
        "update failure_analysis set triage_note = %s, triaged_by = %s, triaged_at = now() "
        "where project_id = %s",
        NOTE,
        site.member.session.user_id,
        site.member.project_id,
    )
    viewer = await sign_up(site.stack)
    let_in(site, viewer, "viewer")
    page = await signed_in_page(browser, site.stack, viewer)
    await open_failures(page, site)
    await page.get_by_role("button", name="expected status 200, got 500").click()
    await expect(page.get_by_text("It is open. An editor may change that.")).to_be_visible()
    await expect(page.get_by_text("Ticket 12").last).to_be_visible()
    await expect(page.get_by_label("Note")).to_have_count(0)
