"""A folder and a storage that speaks S3 keep archives by the same rules."""

import asyncio
import resource
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tests.s3_server import KEYS, SECRET_KEY, a_storage, s3_server
from worker.errors import ArchiveError, SettingsError
from worker.retention.storage import ArchiveStorage, open_storage

SCHEMA = pa.schema([("a", pa.int64())])


def _file(folder: Path, *values: int) -> Path:
    path = folder / "file.parquet"
    pq.write_table(pa.table({"a": list(values)}, schema=SCHEMA), path)
    return path


async def test_what_was_put_comes_back(storage: ArchiveStorage, tmp_path: Path) -> None:
    """The same bytes; a second file of the same path replaces the first."""
    await storage.put("o/p/1.parquet", _file(tmp_path, 1))
    second = _file(tmp_path, 2, 3)
    await storage.put("o/p/1.parquet", second)
    await storage.get("o/p/1.parquet", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == second.read_bytes()


async def test_a_file_of_many_parts_comes_back(storage: ArchiveStorage, tmp_path: Path) -> None:
    """Larger than what travels at once."""
    path = tmp_path / "large"
    path.write_bytes(bytes(range(256)) * 80_000)
    await storage.put("large", path)
    await storage.get("large", tmp_path / "back")
    assert (tmp_path / "back").read_bytes() == path.read_bytes()


async def test_files_are_one_table(storage: ArchiveStorage, tmp_path: Path) -> None:
    """Those that are named; none is a table without rows."""
    await storage.put("o/1.parquet", _file(tmp_path, 1, 2))
    await storage.put("o/2.parquet", _file(tmp_path, 3))
    await storage.put("o/3.parquet", _file(tmp_path, 99))
    table = storage.table(["o/1.parquet", "o/2.parquet"], SCHEMA)
    assert sorted(table.scanner(columns=["a"]).to_reader().read_all()["a"].to_pylist()) == [1, 2, 3]
    assert storage.unreadable(table) is None
    assert storage.table([], SCHEMA).count_rows() == 0


async def test_a_file_that_is_not_there_is_told_by_its_name(storage: ArchiveStorage, tmp_path: Path) -> None:
    """With what may have happened."""
    with pytest.raises(ArchiveError) as caught:
        await storage.get("o/none.parquet", tmp_path / "back")
    assert str(caught.value.where).endswith("o/none.parquet")
    assert caught.value.hint == "was it removed by hand?"


async def test_a_storage_that_refuses_is_told_without_its_keys(tmp_path: Path) -> None:
    """Its own words may repeat the request."""
    with s3_server() as s3:
        storage = open_storage("s3://another/baton", s3.settings)
        with pytest.raises(ArchiveError) as caught:
            await storage.put("o/1.parquet", _file(tmp_path, 1))
    said = f"{caught.value} {caught.value.where} {caught.value.hint}"
    assert "s3://another/baton/o/1.parquet" in said
    assert caught.value.hint == "is there such a bucket?"
    assert SECRET_KEY not in said


async def test_a_place_is_tried_and_left_as_it_was(storage: ArchiveStorage, tmp_path: Path) -> None:
    """Any number of times, at once, too."""
    await asyncio.gather(*(storage.check() for _ in range(5)))
    assert list(tmp_path.rglob(".baton-check-*")) == []


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ("PUT", 403, "an archive cannot be written: The operation lacked the necessary privileges"),
        ("PUT", 404, "an archive cannot be written"),
        ("GET", 403, "an archive cannot be read: The operation lacked the necessary privileges"),
        ("GET", 200, "what is read is not what was written"),
    ],
)
async def test_a_storage_that_keeps_nothing_is_told(wrong: str, status: int, words: str) -> None:
    """A key that may only write, a cache in between: found before anything is old. Without the key."""
    with a_storage({wrong: status}) as settings:
        storage = open_storage("s3://archives/baton", settings, hurried=True)
        with pytest.raises(ArchiveError, match=words) as caught:
            await storage.check()
    said = f"{caught.value} {caught.value.where} {caught.value.hint}"
    assert "s3://archives/baton" in said
    assert caught.value.hint
    assert SECRET_KEY not in said


async def test_a_storage_from_which_nobody_may_delete_keeps_archives() -> None:
    """They are never deleted either."""
    with a_storage({"DELETE": 403}) as settings:
        await open_storage("s3://archives/baton", settings, hurried=True).check()


async def test_a_storage_that_is_not_there_is_told_soon() -> None:
    """Who only looks does not wait for minutes."""
    storage = open_storage("s3://archives", {"AWS_ENDPOINT_URL": "http://127.0.0.1:9", **KEYS}, hurried=True)
    with pytest.raises(ArchiveError, match="after 1 retries"):
        await storage.check()


async def test_a_disk_without_room_is_told_as_such(tmp_path: Path) -> None:
    """A folder has no keys that could be wrong."""
    (tmp_path / "large").write_bytes(b"x" * 100_000)
    storage = open_storage(str(tmp_path / "archives"), {})
    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (10_000, hard))
    try:
        with pytest.raises(ArchiveError, match="an archive cannot be written") as caught:
            await storage.put("o/1.parquet", tmp_path / "large")
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))
    assert str(caught.value.hint).startswith("make room there")


@pytest.mark.parametrize("address", ["s3://", "ftp://host/folder", "https://project.supabase.co/storage"])
def test_a_place_that_is_none_is_refused(address: str) -> None:
    """Before anything is written."""
    with pytest.raises(SettingsError):
        open_storage(address, {})


@pytest.mark.parametrize("endpoint", ["nonsense", "s3.test", "http://", "ftp://s3.test", "http://s3.test:x"])
def test_an_address_that_is_none_is_refused(endpoint: str) -> None:
    """By us: the client breaks at it."""
    with pytest.raises(SettingsError, match="no address") as caught:
        open_storage("s3://archives", {"AWS_ENDPOINT_URL": endpoint, **KEYS})
    assert caught.value.where == "AWS_ENDPOINT_URL"


def test_a_folder_that_cannot_be_made_is_refused(tmp_path: Path) -> None:
    """With the system's reason."""
    (tmp_path / "file").write_text("")
    with pytest.raises(SettingsError, match="the folder cannot be made"):
        open_storage(str(tmp_path / "file" / "folder"), {})


def test_a_folder_that_is_made_is_its_owners(tmp_path: Path) -> None:
    """One that is there keeps the rights that somebody gave it."""
    open_storage(str(tmp_path / "made"), {})
    assert (tmp_path / "made").stat().st_mode & 0o777 == 0o700
    (tmp_path / "there").mkdir(mode=0o750)
    open_storage(str(tmp_path / "there"), {})
    assert (tmp_path / "there").stat().st_mode & 0o777 == 0o750
