"""What is served of a built dashboard, and with which headers."""

from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from worker.local.front import make_front


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A build of two files."""
    (tmp_path / "assets").mkdir()
    (tmp_path / "assets" / "index-1a2b.js").write_text("js")
    (tmp_path / "index.html").write_text("the first page")
    return tmp_path


def browser(folder: Path) -> httpx.AsyncClient:
    """Somebody who looks at the build in this folder."""
    front = make_front(folder, publishable_key="sb_publishable_x")
    return httpx.AsyncClient(transport=httpx.ASGITransport(front), base_url="http://stack")


@pytest.fixture
async def client(folder: Path) -> AsyncIterator[httpx.AsyncClient]:
    """Somebody who looks at a build."""
    async with browser(folder) as client:
        yield client


@pytest.mark.parametrize("address", ["/", "/runs/1", "/projects/1/suites/2"])
async def test_addresses_of_pages_give_the_first_page(client: httpx.AsyncClient, address: str) -> None:
    """A page may be opened by its address; it is never kept, so that a new build is seen at once."""
    answer = await client.get(address)
    assert (answer.status_code, answer.text) == (200, "the first page")
    assert answer.headers["cache-control"] == "no-store"


async def test_assets_are_kept_for_ever(client: httpx.AsyncClient) -> None:
    """Their names change with what is in them."""
    answer = await client.get("/assets/index-1a2b.js")
    assert (answer.status_code, answer.text) == (200, "js")
    assert "immutable" in answer.headers["cache-control"]


async def test_an_asset_that_is_gone_is_no_page(client: httpx.AsyncClient) -> None:
    """A script must not be answered with a page: an old tab would not know what happened."""
    assert (await client.get("/assets/index-old.js")).status_code == 404


async def test_it_says_where_the_data_is(client: httpx.AsyncClient) -> None:
    """At the same origin, with the key that may be public; and that messages stay on this machine."""
    answer = await client.get("/config.json")
    assert answer.json() == {"url": "/", "key": "sb_publishable_x", "mail": "kept"}
    assert answer.headers["cache-control"] == "no-store"


async def test_browsers_are_told_to_be_careful(client: httpx.AsyncClient) -> None:
    """No script of anybody else, and in nobody's frame."""
    headers = (await client.get("/")).headers
    assert "default-src 'self'" in headers["content-security-policy"]
    assert "frame-ancestors 'none'" in headers["content-security-policy"]
    assert headers["x-content-type-options"] == "nosniff"


async def test_nothing_outside_of_the_folder_is_served(client: httpx.AsyncClient, folder: Path) -> None:
    """However the address is written."""
    (folder.parent / "secret").write_text("secret")
    for address in ("/../secret", "/%2e%2e/secret", "/assets/..%2f..%2fsecret"):
        assert "secret" not in (await client.get(address)).text


async def test_a_folder_without_a_build_is_not_found(tmp_path: Path) -> None:
    """A stack may be up before its dashboard is built, and serves it from then on."""
    async with browser(tmp_path) as client:
        assert (await client.get("/")).status_code == 404
        (tmp_path / "index.html").write_text("now")
        assert (await client.get("/")).text == "now"
