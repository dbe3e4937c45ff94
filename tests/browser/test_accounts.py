"""Passwords, names and sessions, and that everybody can use the pages where people come in."""

import asyncio
import re
from typing import Literal
from urllib.parse import parse_qs, urlsplit

import pytest
from playwright.async_api import Browser, Page, Route, ViewportSize, expect

from tests.acceptance.site import Site
from tests.browser.browsing import TOO_WIDE, a_page, lasting, owner_page, serious_findings
from tests.browser.people import (
    code_in,
    fill_sign_in,
    forget_password,
    invite,
    latest_mail,
    let_expire,
    link_in,
    new_address,
    newcomer,
    open_members,
    rest,
    spoil_session,
)
from tests.members import PASSWORD

pytestmark = pytest.mark.stack

OTHER_PASSWORD = "another-horse-battery-staple-2"
DESK: ViewportSize = {"width": 1280, "height": 860}
PHONE: ViewportSize = {"width": 390, "height": 800}
SIGHTS: tuple[tuple[Literal["light", "dark"], ViewportSize], ...] = (("light", DESK), ("dark", PHONE))


async def test_a_lost_password_is_reset_by_the_link_of_a_message(browser: Browser, site: Site) -> None:
    """Before anything else a new one is chosen; the old one is worth nothing, and the link is good once."""
    email = site.member.session.email
    page = await forget_password(browser, site.stack, email)
    link = link_in(latest_mail(site.stack, email))
    await page.goto(link)
    await expect(page.get_by_text(email)).to_be_visible()
    await expect(page).not_to_have_url(re.compile("access_token"))
    await page.reload()
    await page.get_by_role("textbox", name="Password").fill("short")
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_role("heading", name="Choose a new password")).to_be_visible()
    await page.get_by_role("textbox", name="Password").fill(OTHER_PASSWORD)
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_role("heading", name="Projects")).to_be_visible()

    again = await a_page(browser)
    await again.goto(link)
    await expect(again.get_by_role("alert")).to_contain_text("opens nothing")
    await fill_sign_in(again, email=email)
    await expect(again.get_by_text("E-mail address or password is wrong")).to_be_visible()
    await fill_sign_in(again, email=email, password=OTHER_PASSWORD)
    await expect(again.get_by_role("heading", name="Projects")).to_be_visible()


async def test_a_link_of_ones_own_template_opens_in_any_browser(browser: Browser, site: Site) -> None:
    """As hosted projects can be told to write it: with the secret of the message, and no session."""
    email = site.member.session.email
    await forget_password(browser, site.stack, email)
    [secret] = parse_qs(urlsplit(link_in(latest_mail(site.stack, email))).query)["token"]
    page = await a_page(browser)
    await page.goto(f"{site.stack.url}/?token_hash={secret}&type=recovery")
    await page.get_by_role("textbox", name="Password").fill(OTHER_PASSWORD)
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_role("heading", name="Projects")).to_be_visible()
    await expect(page).to_have_url(f"{site.stack.url}/")


async def test_while_a_link_is_followed_nothing_can_be_typed_that_would_be_lost(
    browser: Browser, site: Site
) -> None:
    """No form is shown that goes away by itself; a link that opens nothing leads to the sign-in."""
    page = await a_page(browser)
    followed = asyncio.Event()

    async def hold(route: Route) -> None:
        await followed.wait()
        await route.continue_()

    await page.route("**/auth/v1/verify*", hold)
    await page.goto(f"{site.stack.url}/?token_hash=of-no-message&type=recovery")
    await expect(page.get_by_role("status")).to_contain_text("is being opened")
    await expect(page.get_by_role("textbox")).to_have_count(0)
    followed.set()
    await expect(page.get_by_role("alert")).to_contain_text("opens nothing")
    await expect(page.get_by_role("textbox", name="Password")).to_be_visible()


async def test_a_lost_password_is_reset_by_the_code_of_a_message(browser: Browser, site: Site) -> None:
    """In another browser than the one that the message is read in; a wrong one is told."""
    email = site.member.session.email
    page = await forget_password(browser, site.stack, email)
    code = code_in(latest_mail(site.stack, email))
    wrong = str((int(code) + 1) % 10 ** len(code)).zfill(len(code))
    await page.get_by_role("textbox", name="Code").fill(wrong)
    await page.get_by_role("button", name="Choose a new password").click()
    await expect(page.get_by_role("alert")).to_contain_text("This code is not valid")
    await page.get_by_role("textbox", name="Code").fill(code)
    await page.get_by_role("button", name="Choose a new password").click()
    await page.get_by_role("textbox", name="Password").fill(OTHER_PASSWORD)
    await page.get_by_role("button", name="Save the password").click()
    await expect(page.get_by_role("heading", name="Projects")).to_be_visible()


async def test_a_link_that_was_asked_for_in_another_browser_says_so(browser: Browser, site: Site) -> None:
    """As hosted projects write it: its code is good only together with what that browser keeps."""
    page = await a_page(browser)
    await page.goto(f"{site.stack.url}/?code=5f3c2a10-3c7e-4a6e-9a53-1c9f5d7d2b11")
    await expect(page.get_by_role("alert")).to_contain_text("It was asked for in another browser.")
    await expect(page).to_have_url(f"{site.stack.url}/")
    await fill_sign_in(page, email=site.member.session.email)
    await expect(page.get_by_role("heading", name="Projects")).to_be_visible()


async def test_whoever_comes_by_a_link_that_is_not_his_may_leave_it(browser: Browser, site: Site) -> None:
    """Nothing was changed, and he is signed out."""
    email = site.member.session.email
    page = await forget_password(browser, site.stack, email)
    await page.goto(link_in(latest_mail(site.stack, email)))
    await page.get_by_role("button", name="Leave it as it is").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(page.get_by_text("Your session has ended")).to_have_count(0)
    await fill_sign_in(page, email=email)
    await expect(page.get_by_role("heading", name="Projects")).to_be_visible()


async def test_who_is_signed_in_changes_name_and_password(browser: Browser, site: Site) -> None:
    """The password only with the present one; another browser is signed out when its session is renewed."""
    session = site.member.session
    page, other = await owner_page(browser, site), await owner_page(browser, site)
    await page.get_by_role("button", name="Your account").click()
    await page.get_by_role("menuitem", name="Account").click()
    await page.get_by_role("textbox", name="Name").fill("Ada Lovelace")
    await page.get_by_role("button", name="Save").click()
    await expect(page.get_by_text("Saved.")).to_be_visible()
    assert site.sql("select name from users where id = %s", session.user_id) == [("Ada Lovelace",)]

    change = page.get_by_role("button", name="Change the password")
    await page.get_by_role("textbox", name="Present password").fill("wrong-and-long-enough")
    await page.get_by_role("textbox", name="New password").fill(OTHER_PASSWORD)
    await change.click()
    await expect(page.get_by_role("alert")).to_contain_text("The present password is wrong")
    await page.get_by_role("textbox", name="Present password").fill(PASSWORD)
    await change.click()
    await expect(page.get_by_text("Changed.")).to_be_visible()
    await let_expire(page)
    await expect(page.get_by_role("heading", name="Password")).to_be_visible()
    await let_expire(other)
    await expect(other.get_by_text("Your session has ended")).to_be_visible()
    await fill_sign_in(other, email=session.email, password=OTHER_PASSWORD)
    await expect(other.get_by_role("heading", name="Projects")).to_be_visible()


async def test_a_session_that_ended_leads_back_to_where_one_was(browser: Browser, site: Site) -> None:
    """One is told so, signs in, and is at the same page."""
    page = await owner_page(browser, site)
    address = f"{site.stack.url}/projects/{site.member.project_id}/failures"
    await page.goto(address)
    await page.get_by_role("heading", name="Failures").wait_for()
    site.sql("delete from auth.sessions where user_id = %s", site.member.session.user_id)
    site.sql("delete from auth.refresh_tokens where user_id = %s", site.member.session.user_id)
    await let_expire(page)
    await expect(page.get_by_text("Your session has ended")).to_be_visible()
    await fill_sign_in(page, email=site.member.session.email)
    await expect(page.get_by_role("heading", name="Failures")).to_be_visible()
    await expect(page).to_have_url(address)


async def test_a_session_that_the_server_does_not_know_is_renewed_or_ends(
    browser: Browser, site: Site
) -> None:
    """However long it has to go by the clock of the browser: where it can be renewed, nobody notices."""
    page = await owner_page(browser, site)
    address = f"{site.stack.url}/projects/{site.member.project_id}/failures"
    for ends in (False, True):
        await rest(page)
        if ends:
            site.sql("delete from auth.sessions where user_id = %s", site.member.session.user_id)
            site.sql("delete from auth.refresh_tokens where user_id = %s", site.member.session.user_id)
        await spoil_session(page)
        await page.goto(address)
        seen = "session has ended" if ends else "Nothing has failed yet"
        await expect(page.get_by_text(seen)).to_be_visible()


async def test_who_signs_out_leaves_nothing_open(browser: Browser, site: Site) -> None:
    """The next one does not begin where he was, and another window of the same browser is signed out, too."""
    page = await owner_page(browser, site)
    await page.goto(f"{site.stack.url}/projects/{site.member.project_id}/members")
    await page.get_by_role("heading", level=1).wait_for()
    second = await page.context.new_page()
    await second.goto(f"{site.stack.url}/projects/{site.member.project_id}/suites")
    await second.get_by_role("heading", name="Suites").wait_for()
    await page.get_by_role("button", name="Your account").click()
    await page.get_by_role("menuitem", name="Sign out").click()
    await expect(page.get_by_role("heading", name="Sign in")).to_be_visible()
    await expect(page).to_have_url(f"{site.stack.url}/")
    await expect(page.get_by_text("Your session has ended")).to_have_count(0)
    await expect(second.get_by_text("Your session has ended")).to_be_visible()


async def test_axe_finds_nothing_serious_where_people_come_in(browser: Browser, site: Site) -> None:
    """On the pages before the sign-in, the dialogues, and the account; in light, in dark and on a phone."""
    found: dict[str, list[str]] = {}

    async def look(name: str, page: Page) -> None:
        await page.emulate_media(reduced_motion="reduce")
        for scheme, size in SIGHTS:
            await page.emulate_media(color_scheme=scheme)
            await page.set_viewport_size(size)
            await expect(page.locator("html")).to_have_attribute("data-mantine-color-scheme", scheme)
            await page.wait_for_function(f"window.innerWidth === {size['width']}")
            found[f"{name} {scheme}"] = await serious_findings(page) + await lasting(page, TOO_WIDE)
        await page.set_viewport_size(DESK)

    email = site.member.session.email
    page = await forget_password(browser, site.stack, email)
    await look("code", page)
    await page.goto(link_in(latest_mail(site.stack, email)))
    await page.get_by_role("button", name="Save the password").wait_for()
    await look("new password", page)
    mine = await owner_page(browser, site)
    await open_members(mine, site)
    link = await invite(mine, email=new_address())
    await look("members", mine)
    await mine.get_by_role("button", name="Invite somebody").click()
    await mine.get_by_role("button", name="Make the link").wait_for()
    await look("invite", mine)
    await mine.get_by_role("button", name="Make the link").click()
    await expect(mine.get_by_label("Link of the invitation")).to_be_focused()
    await look("link", mine)
    await mine.goto(f"{site.stack.url}/account")
    await mine.get_by_role("heading", name="Password").wait_for()
    await look("account", mine)
    theirs = await newcomer(browser, link)
    await theirs.get_by_label("Invitation").wait_for()
    await look("sign up", theirs)
    await mine.goto(link)
    await mine.get_by_role("button", name="Accept").wait_for()
    await look("invitation", mine)
    assert {name: findings for name, findings in found.items() if findings} == {}


async def test_somebody_is_invited_by_keyboard_alone(browser: Browser, site: Site) -> None:
    """From the button to the link, and out again."""
    page = await owner_page(browser, site)
    await open_members(page, site)
    await page.get_by_role("button", name="Invite somebody").focus()
    await page.keyboard.press("Enter")
    await expect(page.get_by_role("textbox", name="E-mail address")).to_be_focused()
    await page.keyboard.type(new_address())
    await page.keyboard.press("Enter")
    await expect(page.get_by_label("Link of the invitation")).to_be_focused()
    await page.keyboard.press("Escape")
    await expect(page.get_by_role("dialog")).to_have_count(0)
    await expect(page.get_by_role("button", name="Invite somebody")).to_be_focused()
