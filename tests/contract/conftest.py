"""What several lists of rules are held against."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.s3_server import s3_server
from worker.retention.storage import ArchiveStorage, open_storage


@pytest.fixture(params=["folder", "s3"])
def storage(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[ArchiveStorage]:
    """A place for archives of each kind, empty."""
    if request.param == "folder":
        yield open_storage(str(tmp_path / "archives"), {})
        return
    with s3_server() as s3:
        yield open_storage(s3.address, s3.settings)
