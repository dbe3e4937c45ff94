"""Files that an API answered, on the page of a result."""

from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import pytest_asyncio
from playwright.async_api import Browser, expect

from tests.acceptance.site import Site, a_site
from tests.browser.browsing import dashboard_stack, serious_findings, signed_in_page
from tests.targets import PICTURE

pytestmark = pytest.mark.stack

SUITE = """
suite: files
tests:
  files:
    steps:
      - name: picture
        GET: /picture
      - name: log
        GET: /save/day.log?holds=all%20quiet
      - name: leak
        GET: "/save/leak.bin?holds={{ secrets.password }}"
"""


@pytest_asyncio.fixture(loop_scope="module")
async def site(browser: Browser, tmp_path: Path) -> AsyncIterator[Site]:
    """A member with a suite whose test is answered files, on the stack that has the dashboard."""
    async with a_site(tmp_path, stack=dashboard_stack()) as site:
        await site.push(files=SUITE)
        yield site


async def test_a_picture_is_shown_and_files_are_saved(browser: Browser, site: Site, tmp_path: Path) -> None:
    """What was not kept says why; what is no longer kept says so, and nothing breaks."""
    run_id = await site.request("files")
    with site.worker():
        await site.until(run_id, "completed")
    [(test_id,)] = site.sql("select test_case_id from test_results where run_id = %s", run_id)
    page = await signed_in_page(browser, site.stack, site.member.session)
    await page.goto(f"{site.stack.url}/runs/{run_id}/tests/{test_id}")

    picture = page.get_by_role("img", name="What was answered: picture")
    await expect(picture).to_be_visible()
    await expect(picture).to_have_js_property("naturalWidth", 48)
    await expect(picture).to_have_js_property("naturalHeight", 32)
    async with page.expect_download() as saving:
        await page.get_by_role("link", name="Save picture").click()
    saved = await saving.value
    await saved.save_as(tmp_path / "saved")
    assert ((tmp_path / "saved").read_bytes(), saved.suggested_filename[:7]) == (PICTURE, "picture")

    log = page.get_by_role("article", name="day.log")
    await log.get_by_role("button", name="Fetch it").click()
    async with page.expect_download() as saving:
        await log.get_by_role("link", name="Save day.log").click()
    await (await saving.value).save_as(tmp_path / "day.log")
    assert (tmp_path / "day.log").read_bytes() == b"\0all quiet"
    await expect(page.get_by_role("article", name="leak.bin")).to_contain_text("Not kept: it holds a secret.")
    assert await serious_findings(page) == []

    site.sql("delete from private.artifacts where run_id = %s", run_id)
    await page.reload()
    await expect(page.get_by_role("article", name="picture")).to_contain_text("no longer kept")
