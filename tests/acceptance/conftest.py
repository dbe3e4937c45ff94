"""What most of these tests begin with. Who needs more defines a fixture of the same name."""

from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import pytest

from tests.acceptance.site import Site, a_site
from tests.targets import Target, running_target


@pytest.fixture
def target() -> Iterator[Target]:
    """An API."""
    with running_target() as target:
        yield target


@pytest.fixture
async def site(tmp_path: Path) -> AsyncIterator[Site]:
    """A stack, an API, and a signed-in member who owns an organization with a project."""
    async with a_site(tmp_path) as site:
        yield site


@pytest.fixture
def working(site: Site) -> Iterator[None]:
    """A worker beside the test."""
    with site.worker():
        yield
