"""Archives are asked by the same rules in a folder and in a storage that speaks S3."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from worker.errors import ArchiveError, UsageError
from worker.retention.querying import ask
from worker.retention.storage import ArchiveStorage, open_storage
from worker.retention.tables import SCHEMAS

_TABLE = "test_results"
_FILES = 6
_ROWS = 50


async def _archives(storage: ArchiveStorage, folder: Path) -> list[dict[str, Any]]:
    """Some files of results, each of as many rows."""
    schema = SCHEMAS[_TABLE]
    path = folder / "rows.parquet"
    pq.write_table(pa.table({name: pa.nulls(_ROWS, schema.field(name).type) for name in schema.names}), path)
    archives = [
        {"source_table": _TABLE, "location": f"o/{number}.parquet", "state": "done"}
        for number in range(_FILES)
    ]
    for archive in archives:
        await storage.put(archive["location"], path)
    return archives


def _count(storage: ArchiveStorage, archives: list[dict[str, Any]]) -> int:
    [(count,)] = ask(storage, archives, f"select count(*) from {_TABLE}").rows
    return int(count)


async def test_rows_of_all_files_are_counted(storage: ArchiveStorage, tmp_path: Path) -> None:
    """Those of an archive that is not closed are still in the database, and are left out."""
    archives = await _archives(storage, tmp_path)
    assert _count(storage, archives) == _FILES * _ROWS
    archives[0]["state"] = "written"
    assert _count(storage, archives) == (_FILES - 1) * _ROWS
    assert _count(storage, []) == 0


async def test_a_question_may_be_content_with_a_few_rows(storage: ArchiveStorage, tmp_path: Path) -> None:
    """What is still being read meanwhile keeps nobody waiting, however often it is asked."""
    archives = await _archives(storage, tmp_path)
    for _ in range(5):
        assert len(list(ask(storage, archives, f"select verdict from {_TABLE} limit 3").rows)) == 3


async def test_a_file_that_cannot_be_read_is_told_as_such(storage: ArchiveStorage, tmp_path: Path) -> None:
    """It is no mistake of the question; whatever else is being read meanwhile, the answer comes."""
    archives = await _archives(storage, tmp_path)
    (tmp_path / "rows.parquet").write_bytes(b"no parquet" * 1000)
    await storage.put("o/3.parquet", tmp_path / "rows.parquet")
    for _ in range(5):
        with pytest.raises(ArchiveError, match=r"cannot be read: .*o/3\.parquet") as caught:
            _count(storage, archives)
    assert "baton archive verify" in (caught.value.hint or "")


async def test_a_file_that_is_not_there_is_told_as_such(storage: ArchiveStorage, tmp_path: Path) -> None:
    """By its name, without the traceback of a library."""
    archives = await _archives(storage, tmp_path)
    archives.append({"source_table": _TABLE, "location": "o/none.parquet", "state": "done"})
    for _ in range(5):
        with pytest.raises(ArchiveError, match=r"cannot be read: .*o/none\.parquet") as caught:
            _count(storage, archives)
    assert "Traceback" not in str(caught.value)


@pytest.mark.parametrize("query", ["", "  ", "select 1; select 2", "selct 1", "select nonsense"])
def test_what_is_no_question_is_refused(query: str, tmp_path: Path) -> None:
    """None, two, or one that cannot be: a mistake of who asks."""
    with pytest.raises(UsageError) as error:
        ask(open_storage(str(tmp_path), {}), [], query)
    assert error.value.where == "the query"


def test_a_mistake_that_comes_with_the_rows_is_the_questions(tmp_path: Path) -> None:
    """Some are found out only then."""
    with pytest.raises(UsageError, match="Conversion"):
        list(
            ask(open_storage(str(tmp_path), {}), [], "select cast(x as int) from (values ('a')) as v(x)").rows
        )
