"""Somebody new in a browser: invited, signing up, and reading the mail that the stack keeps."""

import re
import secrets
from urllib.parse import urljoin

from playwright.async_api import Browser, Page, expect

from tests.acceptance.site import Site
from tests.browser.browsing import a_page, signed_in_page, visit
from tests.members import PASSWORD
from worker.database import Session
from worker.local.folders import StackFolder
from worker.local.stack import StackInfo


def new_address() -> str:
    """Of somebody who has no account yet."""
    return f"{secrets.token_hex(6)}@example.com"


async def newcomer(browser: Browser, link: str) -> Page:
    """Whoever was given this link opens it."""
    page = await a_page(browser)
    await page.goto(link)
    return page


async def rest(page: Page) -> None:
    """Leave the dashboard for a file beside it: there no program uses or renews what the browser keeps."""
    await page.goto(urljoin(page.url, "/config.json"))


async def let_expire(page: Page) -> None:
    """Load the page again after so much time that the session of this browser needs a new one."""
    address = page.url
    await rest(page)
    await page.evaluate(
        """() => {
            const session = JSON.parse(localStorage.getItem("baton-session"));
            session.expires_at = Math.floor(Date.now() / 1000) - 10;
            localStorage.setItem("baton-session", JSON.stringify(session));
        }"""
    )
    await page.goto(address)


async def spoil_session(page: Page) -> None:
    """The browser, which rests, believes in a token that the server did not sign."""
    await page.evaluate(
        """() => {
            const session = JSON.parse(localStorage.getItem("baton-session"));
            session.access_token = session.access_token.slice(0, -6) + "AAAAAA";
            localStorage.setItem("baton-session", JSON.stringify(session));
        }"""
    )


async def open_members(page: Page, site: Site) -> None:
    """The page of who works in the site's organization."""
    await visit(page, site, "members")


async def invite(page: Page, *, email: str = "", role: str = "viewer") -> str:
    """Fill in the dialogue, and give the link that it shows."""
    await page.get_by_role("button", name="Invite somebody").click()
    await page.get_by_role("textbox", name="E-mail address").fill(email)
    await page.get_by_role("dialog").get_by_role("combobox", name="Role").click()
    await page.get_by_role("option", name=role).click()
    await page.get_by_role("button", name="Make the link").click()
    link = await page.get_by_label("Link of the invitation").input_value()
    await page.get_by_role("button", name="Done").click()
    await page.get_by_role("dialog").wait_for(state="detached")
    return link


async def let_accept(browser: Browser, site: Site, link: str, person: Session) -> Page:
    """Somebody with an account opens the link of an invitation and says yes; gives his page of the runs."""
    page = await signed_in_page(browser, site.stack, person)
    await page.goto(link)
    await page.get_by_role("button", name="Accept").click()
    await page.wait_for_url("**/runs")
    return page


async def fill_sign_up(page: Page, *, name: str, email: str) -> None:
    """The form of who has no account, sent off."""
    await page.get_by_role("textbox", name="Name").fill(name)
    await page.get_by_role("textbox", name="E-mail address").fill(email)
    await page.get_by_role("textbox", name="Password").fill(PASSWORD)
    await page.get_by_role("button", name="Sign up", exact=True).click()


async def fill_sign_in(page: Page, *, email: str, password: str = PASSWORD) -> None:
    """The form of who has an account, sent off."""
    await page.get_by_role("textbox", name="E-mail address").fill(email)
    await page.get_by_role("textbox", name="Password").fill(password)
    await page.get_by_role("button", name="Sign in", exact=True).click()


async def forget_password(browser: Browser, stack: StackInfo, email: str) -> Page:
    """A page at which a message for this address was asked for."""
    page = await a_page(browser)
    await page.goto(stack.url)
    await page.get_by_role("button", name="Forgot your password?").click()
    await page.get_by_role("textbox", name="E-mail address").fill(email)
    await page.get_by_role("button", name="Continue").click()
    await expect(page.get_by_role("status")).to_contain_text("sends no mail")
    return page


def latest_mail(stack: StackInfo, email: str) -> str:
    """What the stack keeps of the last message to this address."""
    texts = [path.read_text(encoding="utf-8") for path in sorted(StackFolder(stack.folder).mail.iterdir())]
    return [text for text in texts if text.startswith(f"To: {email}\n")][-1]


def link_in(mail: str) -> str:
    """The address that a message leads to."""
    [link] = re.findall(r"http://\S+", mail)
    return str(link)


def code_in(mail: str) -> str:
    """The number that a message says."""
    [code] = re.findall(r"\b\d{6,10}\b", mail)
    return str(code)


def prove_address(site: Site, email: str) -> None:
    """As where the Auth server sends a message at the sign-up, and it was answered."""
    site.sql("update auth.users set confirmation_sent_at = now() where email = %s", email)


def role_of(site: Site, email: str) -> str | None:
    """As what somebody with this address belongs to the site's organization."""
    rows = site.sql(
        "select member.role::text from organization_members as member join auth.users on id = user_id"
        " where organization_id = %s and email = %s",
        site.member.organization,
        email,
    )
    return rows[0][0] if rows else None
