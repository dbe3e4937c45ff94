"""Contents of a run's files, kept by a worker."""

import pytest

from worker.errors import FileUnreadable, PlatformError
from worker.models.environment import Environment
from worker.models.run import Lease
from worker.queue.contents import KeptContents, MemoryContents, RunContents
from worker.service.files import RunFiles, snapshots_of

LEASE = Lease(run_id="r", number=1)


class Counting(RunContents):
    """Says how often it was asked."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def fetch(self, lease: Lease, digest: str) -> bytes:
        """Four bytes."""
        self.asked.append(digest)
        return digest.encode() * 4


async def test_what_was_fetched_is_kept_as_long_as_there_is_room() -> None:
    """What was used last stays the longest."""
    source = Counting()
    kept = KeptContents(source, most_bytes=8)
    for digest in ("a", "b", "a", "c", "a", "b"):
        assert await kept.fetch(LEASE, digest) == digest.encode() * 4
    assert source.asked == ["a", "b", "c", "b"]


async def test_a_content_that_is_not_there_is_said() -> None:
    """By the twin, too."""
    with pytest.raises(PlatformError, match="no suite of this run names such a file"):
        await MemoryContents().fetch(LEASE, "x")


def test_a_key_comes_out_of_the_environment() -> None:
    """Out of its secrets, or its variables; a path that nobody knows is refused with its name there."""
    environment = Environment(name="e", secrets={"certs_my_key": "canary"}, variables={"ca_pem": "public"})
    files = RunFiles({"rows.csv": b"a"}, environment)
    assert files.read("rows.csv") == b"a"
    assert files.read("certs/my.key") == b"canary"
    assert files.read("ca.pem") == b"public"
    with pytest.raises(FileUnreadable) as refused:
        files.read("certs/other.key")
    assert refused.value.hint is not None
    assert "certs_other_key" in refused.value.hint


def test_a_key_store_is_a_secret_in_base64() -> None:
    """It is no text; one that is nothing of the kind is refused, and not shown."""
    environment = Environment(name="e", secrets={"c_p12": "AAEC\n/w==", "d_p12": "can ary!"})
    files = RunFiles({}, environment)
    assert files.read("c.p12") == b"\x00\x01\x02\xff"
    with pytest.raises(FileUnreadable, match="no base64") as refused:
        files.read("d.p12")
    assert "ary" not in f"{refused.value} {refused.value.hint}"


def test_snapshots_are_those_files_that_lie_where_snapshots_lie() -> None:
    """Others are none."""
    snapshots = snapshots_of({"a/__snapshots__/s/t.json": b"{}", "a/rows.csv": b"x"})
    assert snapshots.texts == {"a/__snapshots__/s/t.json": "{}"}
