"""What every test in a browser begins with.

The tests of a file share one Chromium, which takes a second to start; each has contexts of its own, which
nobody has used before.
"""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser

from tests.acceptance.site import BROKEN, MEMBERS, Site, a_site
from tests.browser.browsing import a_browser, cleared, dashboard_stack


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """What belongs to a browser lives in one loop, which is that of the file."""
    for item in items:
        if item.path.parent == Path(__file__).parent:
            item.add_marker(pytest.mark.asyncio(loop_scope="module"), append=False)


@pytest_asyncio.fixture(scope="module", loop_scope="module")
async def chromium() -> AsyncIterator[Browser]:
    """The browser of a file's tests."""
    async with a_browser() as browser:
        yield browser


@pytest_asyncio.fixture(loop_scope="module")
async def browser(chromium: Browser) -> AsyncIterator[Browser]:
    """The browser for one test; what goes wrong in its pages is said at the end."""
    async with cleared(chromium):
        yield chromium


@pytest_asyncio.fixture(loop_scope="module")
async def site(browser: Browser, tmp_path: Path) -> AsyncIterator[Site]:
    """A member with two suites in his project, on the stack that has the dashboard."""
    async with a_site(tmp_path, stack=dashboard_stack()) as site:
        await site.push(members=MEMBERS, broken=BROKEN)
        yield site
