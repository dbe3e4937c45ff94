"""What every test in a browser begins with."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
from playwright.async_api import Browser

from tests.acceptance.site import BROKEN, MEMBERS, Site, a_site
from tests.browser.browsing import a_browser, dashboard_stack


@pytest.fixture
async def browser() -> AsyncIterator[Browser]:
    """A Chromium."""
    async with a_browser() as browser:
        yield browser


@pytest.fixture
async def site(browser: Browser, tmp_path: Path) -> AsyncIterator[Site]:
    """A member with two suites in his project, on the stack that has the dashboard."""
    async with a_site(tmp_path, stack=dashboard_stack()) as site:
        await site.push(members=MEMBERS, broken=BROKEN)
        yield site
