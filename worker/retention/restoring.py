"""A run taken back from the archives: the run, its results, then their evidence."""

import tempfile
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from pathlib import Path

import pyarrow as pa

from worker.errors import ArchiveError
from worker.retention.files import facts_of, read_rows
from worker.retention.records import Archive, RetentionRecords
from worker.retention.storage import ArchiveStorage

#: Rows refer to those of the tables before.
_ORDER = ("test_runs", "test_results", "test_result_details")


async def restore_run(records: RetentionRecords, storage: ArchiveStorage, run_id: str) -> dict[str, int]:
    """Put back what the archives hold of a run; says how many rows of which table were not there.

    Raises ArchiveError when no archive holds it, or a file is not what was written; then nothing of that
    file is put back. What was put back before is put back once, however often this is called.
    """
    archives = [archive async for archive in records.archives(run_id=run_id) if archive["state"] == "done"]
    if not archives:
        hint = (
            "`baton archive list` shows what there is; a run that was never archived is still in the project"
        )
        raise ArchiveError(f"no archive holds the run {run_id}", hint=hint)
    put: dict[str, int] = {}
    for archive in sorted(archives, key=lambda each: _ORDER.index(each["source_table"])):
        table = archive["source_table"]
        put[table] = put.get(table, 0) + await _restore(records, storage, archive, run_id)
    return put


async def check_in_place(storage: ArchiveStorage, archive: Archive) -> None:
    """Raise ArchiveError unless the file is there, and is what was written."""
    async with _brought(storage, archive):
        pass


async def _restore(records: RetentionRecords, storage: ArchiveStorage, archive: Archive, run_id: str) -> int:
    async with _brought(storage, archive) as path:
        return sum([await records.restore(archive["id"], rows) for rows in read_rows(path, run_id=run_id)])


@asynccontextmanager
async def _brought(storage: ArchiveStorage, archive: Archive) -> AsyncIterator[Path]:
    with tempfile.TemporaryDirectory(prefix="baton-archive-") as folder:
        path = Path(folder) / "rows.parquet"
        await storage.get(archive["location"], path)
        _check(archive, path, storage)
        yield path


def _check(archive: Archive, path: Path, storage: ArchiveStorage) -> None:
    where = f"{storage.address}/{archive['location']}"
    hint = "was it changed by hand? take it back from a copy of the storage"
    try:
        facts = facts_of(path)
    except (pa.ArrowException, OSError) as error:
        raise ArchiveError(f"this is no archive: {error}", where=where, hint=hint) from None
    if (facts.checksum, facts.row_count) != (archive["checksum"], archive["row_count"]):
        difference = (
            "other content in as many rows"
            if facts.row_count == archive["row_count"]
            else f"{facts.row_count} rows, {archive['row_count']} were written"
        )
        raise ArchiveError(f"the file is not the one that was written ({difference})", where=where, hint=hint)
