"""Archive files: written page by page and read batch by batch, so that memory does not grow with them."""

import asyncio
import hashlib
from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import pyarrow.parquet as pq

from worker.retention.tables import SCHEMAS, Row, to_batch, to_rows

_READ_ROWS = 500
_HASH_BYTES = 1 << 20


@dataclass(frozen=True, slots=True, kw_only=True)
class FileFacts:
    """What is noted of a file, and compared when it is read back."""

    row_count: int
    size_bytes: int
    #: SHA-256 of the whole file, in hex.
    checksum: str


async def write_rows(path: Path, table: str, pages: AsyncIterator[Sequence[Row]]) -> FileFacts:
    """Write a file of rows of this table; each page becomes a row group."""
    schema = SCHEMAS[table]
    # As UTF-8 zstd gets evidence to a tenth; statistics find a run without reading the rest.
    with pq.ParquetWriter(path, schema, compression="zstd") as writer:
        async for page in pages:
            batch = await asyncio.to_thread(to_batch, page, schema)
            await asyncio.to_thread(writer.write_batch, batch)
    return await asyncio.to_thread(facts_of, path)


def facts_of(path: Path) -> FileFacts:
    """What a file is; its rows are counted by reading them, not by what its end says."""
    file = pq.ParquetFile(path)
    rows = sum(len(batch) for batch in file.iter_batches(columns=["id"]))
    return FileFacts(row_count=rows, size_bytes=path.stat().st_size, checksum=_checksum(path))


def read_rows(path: Path, *, run_id: str) -> Iterator[list[Row]]:
    """The rows of one run, some at a time: no more than were written at a time."""
    file = pq.ParquetFile(path)
    key = "id" if "versions" in file.schema_arrow.names else "run_id"
    for group in range(file.num_row_groups):
        for batch in file.iter_batches(batch_size=_READ_ROWS, row_groups=[group]):
            rows = [row for row in to_rows(batch) if row[key] == run_id]
            if rows:
                yield rows


def _checksum(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while block := file.read(_HASH_BYTES):
            digest.update(block)
    return digest.hexdigest()
