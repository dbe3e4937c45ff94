"""How people come into an organization, and out of it; in the browsers of both sides."""

import re

import pytest
from playwright.async_api import Browser, expect

from tests.acceptance.site import Site
from tests.browser.browsing import owner_page, signed_in_page
from tests.browser.people import (
    fill_sign_up,
    invite,
    let_accept,
    new_address,
    newcomer,
    open_members,
    prove_address,
    role_of,
)
from tests.gate import until
from tests.members import sign_up

pytestmark = pytest.mark.stack


# Invitations


async def test_an_invitation_leads_a_newcomer_into_the_project(browser: Browser, site: Site) -> None:
    """Made in one browser, opened in another: what it is about, an account, yes; and the runs are there."""
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    email = new_address()
    link = await invite(mine, email=email, role="editor")
    await expect(mine.get_by_role("row").filter(has_text=email)).to_contain_text("open")

    theirs = await newcomer(browser, link)
    await expect(theirs.get_by_label("Invitation")).to_contain_text("as an editor")
    await expect(theirs.get_by_label("Invitation")).to_contain_text(f"{email[0]}…@example.com")
    await fill_sign_up(theirs, name="Grace", email=email)
    await theirs.get_by_role("button", name="Accept").wait_for()
    assert role_of(site, email) is None, "an account alone is no yes"
    await theirs.get_by_role("button", name="Accept").click()
    await theirs.wait_for_url(f"**/projects/{site.member.project_id}/runs")
    await expect(theirs.get_by_role("button", name="Start a run").first).to_be_enabled()
    assert role_of(site, email) == "editor"

    await mine.reload()
    await expect(mine.get_by_role("combobox", name="Role of Grace")).to_have_value(re.compile("editor"))
    await expect(mine.get_by_text("Nobody is invited at the moment")).to_be_visible()


async def test_who_declines_stays_outside(browser: Browser, site: Site) -> None:
    """And those who asked see it."""
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    link = await invite(mine)
    person = await sign_up(site.stack)
    theirs = await signed_in_page(browser, site.stack, person)
    await theirs.goto(link)
    await theirs.get_by_role("button", name="Decline").click()
    await expect(theirs.get_by_text("You belong to no organization yet")).to_be_visible()
    assert role_of(site, person.email) is None
    await theirs.goto("about:blank")
    await theirs.goto(link)
    await expect(theirs.get_by_role("alert")).to_contain_text("This invitation was declined")
    await mine.reload()
    await mine.get_by_role("button", name="Show 1 that is over").click()
    await expect(mine.get_by_role("row").filter(has_text="whoever has the link")).to_contain_text("declined")


async def test_another_persons_link_opens_nothing(browser: Browser, site: Site) -> None:
    """It says for whom it is as far as he needs to know, and stays open for that one."""
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    link = await invite(mine, email=new_address())
    person = await sign_up(site.stack)
    theirs = await signed_in_page(browser, site.stack, person)
    await theirs.goto(link)
    await theirs.get_by_role("button", name="Accept").click()
    await expect(theirs.get_by_role("alert")).to_contain_text("This invitation is for")
    assert role_of(site, person.email) is None


async def test_a_link_that_was_taken_back_opens_nothing(browser: Browser, site: Site) -> None:
    """Nor does one that was used, or cut off when it was copied; each is told in words."""
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    link = await invite(mine)
    await mine.get_by_role("button", name="Take back the invitation of whoever has the link").click()
    await mine.get_by_role("dialog").get_by_role("button", name="Take back", exact=True).click()
    await expect(mine.get_by_text("Nobody is invited at the moment")).to_be_visible()

    theirs = await newcomer(browser, link)
    await expect(theirs.get_by_role("alert")).to_contain_text("This invitation was taken back")
    person = await signed_in_page(browser, site.stack, await sign_up(site.stack))
    await person.goto(link[:-4])
    await expect(person.get_by_text("This link is not complete")).to_be_visible()
    await person.goto("about:blank")
    await person.goto(f"{link[:-4]}0000")
    await expect(person.get_by_role("alert")).to_contain_text("There is no such invitation")


async def test_who_proved_the_address_finds_the_invitation_without_its_link(
    browser: Browser, site: Site
) -> None:
    """Above the projects; an address that nobody proved finds nothing."""
    person = await sign_up(site.stack)
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    await invite(mine, email=person.email)
    theirs = await signed_in_page(browser, site.stack, person)
    await expect(theirs.get_by_text("You belong to no organization yet")).to_be_visible()
    await expect(theirs.get_by_label("Invitations")).to_have_count(0)

    prove_address(site, person.email)
    await theirs.reload()
    await theirs.get_by_label("Invitations").get_by_role("button", name="Accept").click()
    await theirs.wait_for_url("**/runs")
    assert role_of(site, person.email) == "viewer"


async def test_whoever_confirms_the_address_by_mail_comes_back_to_the_invitation(
    browser: Browser, site: Site
) -> None:
    """The link of that message does not know the secret; the browser in which it was opened does."""
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    link = await invite(mine)
    theirs = await newcomer(browser, link)
    await theirs.get_by_label("Invitation").wait_for()
    await theirs.goto("about:blank")
    await theirs.goto(f"{site.stack.url}/invitation")
    await expect(theirs.get_by_label("Invitation")).to_contain_text("as a viewer")
    await theirs.goto(site.stack.url)
    await theirs.get_by_role("button", name="Sign up").click()
    email = new_address()
    await fill_sign_up(theirs, name="Grace", email=email)
    await theirs.get_by_role("link", name="Look at it").click()
    await theirs.get_by_role("button", name="Accept").click()
    await theirs.wait_for_url("**/runs")
    assert role_of(site, email) == "viewer"
    await theirs.goto(site.stack.url)
    await expect(theirs.get_by_role("link", name="Shop")).to_be_visible()
    await expect(theirs.get_by_role("link", name="Look at it")).to_have_count(0)


# Members


async def test_an_editor_sees_who_works_here_and_may_leave(browser: Browser, site: Site) -> None:
    """He invites nobody; the owner sees that he is gone."""
    person = await sign_up(site.stack)
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    link = await invite(mine, role="editor")
    theirs = await let_accept(browser, site, link, person)

    await open_members(theirs, site)
    await expect(theirs.get_by_role("button", name="Invite somebody")).to_be_disabled()
    await expect(theirs.get_by_role("heading", name="Invitations")).to_have_count(0)
    await theirs.get_by_role("button", name=re.compile("^Leave")).click()
    await theirs.get_by_role("dialog").get_by_role("button", name="Leave", exact=True).click()
    await expect(theirs.get_by_role("alert")).to_contain_text("no such project")
    assert role_of(site, person.email) is None


async def test_the_last_owner_is_told_why_he_cannot_leave(browser: Browser, site: Site) -> None:
    """From the members, and from his account."""
    page = await owner_page(browser, site)
    for address in (f"/organizations/{site.member.organization}/members", "/account"):
        await page.goto(f"{site.stack.url}{address}")
        await page.get_by_role("button", name=re.compile("^Leave")).click()
        dialogue = page.get_by_role("dialog")
        await dialogue.get_by_role("button", name="Leave", exact=True).click()
        await expect(dialogue.get_by_role("alert")).to_contain_text("keeps at least one owner")
    assert role_of(site, site.member.session.email) == "owner"


async def test_an_owner_changes_roles_and_removes(browser: Browser, site: Site) -> None:
    """Of others; his own role is not his to change."""
    person = await sign_up(site.stack)
    name = person.email.partition("@")[0]
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    link = await invite(mine)
    await let_accept(browser, site, link, person)

    await mine.reload()
    await expect(mine.get_by_role("combobox", name=re.compile("^Role of"))).to_have_count(1)
    await mine.get_by_role("combobox", name=f"Role of {name}").click()
    await mine.get_by_role("option", name=re.compile("^editor")).click()
    await expect(mine.get_by_role("combobox", name=f"Role of {name}")).to_have_value(re.compile("^editor"))
    await until(lambda: role_of(site, person.email) == "editor")
    await mine.get_by_role("button", name=f"Remove {name}").click()
    await mine.get_by_role("dialog").get_by_role("button", name="Remove", exact=True).click()
    await expect(mine.get_by_role("button", name=f"Remove {name}")).to_have_count(0)
    assert role_of(site, person.email) is None
