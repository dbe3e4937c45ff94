"""The clean-up: what is too old goes into files, the files are read back, then it is deleted.

It may be interrupted anywhere. What it had begun is finished first the next time: nothing is deleted whose
file was not read back, and nothing is written into two files.
"""

import asyncio
import tempfile
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pyarrow as pa

from worker.clock import Clock, SystemClock
from worker.errors import ArchiveError, LeaseLost
from worker.retention.chunks import Chunk, Kind, chunk_of, chunk_of_archive
from worker.retention.files import FileFacts, facts_of, write_rows
from worker.retention.records import Archive, RetentionRecords
from worker.retention.storage import ArchiveStorage, reason_of

#: How long the turn is kept without a word.
LEASE_SECONDS = 300
#: How often one is said, between the steps: often enough that several may be late.
WORD_SECONDS = 30


@dataclass(slots=True, kw_only=True)
class CleanUpOutcome:
    """What a clean-up has done."""

    #: Rows in files that were deleted, by table; evidence goes with its results.
    archived: dict[str, int] = field(default_factory=dict)
    files: int = 0
    size_bytes: int = 0
    #: What was taken back from archives, and is gone again.
    restored_runs: int = 0
    #: Files that tests have been answered, by kind; they need no archive.
    files_deleted: dict[str, int] = field(default_factory=dict)
    #: Days that became months, runs whose history became days, contexts, leftovers, partitions.
    condensed: dict[str, int] = field(default_factory=dict)


class CleanUp:
    """Cleans up a project's database, one at a time among all who would."""

    def __init__(
        self,
        records: RetentionRecords,
        storage: ArchiveStorage,
        *,
        worker: str,
        tell: Callable[[str], None] = lambda _: None,
        clock: Clock | None = None,
    ) -> None:
        self._records = records
        self._storage = storage
        self._worker = worker
        self._tell = tell
        self._clock = clock or SystemClock()
        self._said_at = 0.0

    async def run(self, *, now: bool = False) -> CleanUpOutcome | None:
        """Do all there is to do, if it is this one's turn, and time for it (`now`: it is); else None.

        The storage is tried first, so that a wrong one is told of before anything is old. Raises
        ArchiveError and PlatformErrors; then the rest is left for the next time.
        """
        if not await self._take_turn(now=now):
            return None
        outcome, done = CleanUpOutcome(), False
        try:
            await self._do(outcome)
            done = True
        finally:
            await self._records.end(self._worker, done=done)
        return outcome

    async def _do(self, outcome: CleanUpOutcome) -> None:
        await self._storage.check()
        await self._finish_what_was_begun(outcome)
        await self._delete_files(outcome)
        for project in await self._records.plan(counted=False):
            for kind in Kind:
                await self._archive(project, kind, outcome)
        while removed := await self._records.remove_restored():
            outcome.restored_runs += removed
            await self._still_our_turn()
        outcome.condensed = await self._records.condense()

    async def _delete_files(self, outcome: CleanUpOutcome) -> None:
        """Files whose days are over. What they were is told by the evidence, which stays."""
        while any((gone := await self._records.delete_files()).values()):
            for kind, count in gone.items():
                outcome.files_deleted[kind] = outcome.files_deleted.get(kind, 0) + count
            await self._still_our_turn()

    async def _archive(self, project: dict[str, str], kind: Kind, outcome: CleanUpOutcome) -> None:
        """All chunks of one kind, the oldest first."""
        while runs := await self._records.expired_runs(project["project_id"], kind):
            chunk = chunk_of(
                runs,
                organization_id=project["organization_id"],
                project_id=project["project_id"],
                kind=kind,
            )
            self._tell(f"{project['organization']}/{project['project']}: {kind} of {_runs(len(runs))} …")
            await self._take_away(chunk, outcome)

    async def _finish_what_was_begun(self, outcome: CleanUpOutcome) -> None:
        finished: set[str] = set()
        while archives := await self._records.open_archives():
            chunks = {chunk.name: chunk for chunk in map(chunk_of_archive, archives)}
            if chunks.keys() <= finished:
                raise ArchiveError("archives stay open that should be closed", where=min(chunks))
            for name, chunk in chunks.items():
                self._tell(f"going on with {name} …")
                await self._finish(chunk, [each for each in archives if _is_of(each, name)], outcome)
            finished |= chunks.keys()

    async def _finish(self, chunk: Chunk, archives: Sequence[Archive], outcome: CleanUpOutcome) -> None:
        """Go on where it was left: from the files once they were all read back, else from the rows."""
        verified = [archive for archive in archives if archive["state"] == "verified"]
        whole = len(archives) == len(chunk.tables)
        if len(verified) == len(archives) and (whole or await self._is_partly_closed(chunk)):
            await self._delete(
                chunk, {each["source_table"]: _facts(each) for each in archives}, archives, outcome
            )
        else:
            await self._take_away(chunk, outcome)

    async def _is_partly_closed(self, chunk: Chunk) -> bool:
        """Whether others of its files are closed already: then all were read back."""
        found = [
            each async for each in self._records.archives(run_id=chunk.run_ids[0]) if _is_of(each, chunk.name)
        ]
        return len(found) == len(chunk.tables)

    async def _take_away(self, chunk: Chunk, outcome: CleanUpOutcome) -> None:
        facts, archives = {}, []
        for table in chunk.tables:
            await self._still_our_turn()
            facts[table] = await self._write(chunk, table)
            archive_id = await self._records.record(chunk, table, facts[table], worker=self._worker)
            archives.append({"id": archive_id, "source_table": table, "location": chunk.location(table)})
        for archive in archives:
            await self._still_our_turn()
            await self._records.verify(archive["id"], await self._read_back(archive["location"]))
        await self._delete(chunk, facts, archives, outcome)

    async def _write(self, chunk: Chunk, table: str) -> FileFacts:
        with _file_here() as path:
            facts = await write_rows(path, table, self._records.rows(chunk, table))
            await self._storage.put(chunk.location(table), path)
        return facts

    async def _read_back(self, location: str) -> FileFacts:
        """What the file in the storage is, found by reading all of it."""
        with _file_here() as path:
            await self._storage.get(location, path)
            try:
                return await asyncio.to_thread(facts_of, path)
            except pa.ArrowException as error:
                where = f"{self._storage.address}/{location}"
                raise ArchiveError(
                    f"what was read back is no archive: {reason_of(error)}", where=where
                ) from None

    async def _delete(
        self, chunk: Chunk, facts: dict[str, FileFacts], archives: Sequence[Archive], outcome: CleanUpOutcome
    ) -> None:
        while await self._records.delete(chunk):
            await self._still_our_turn()
        for archive in archives:
            fact = facts[archive["source_table"]]
            await self._records.close(archive["id"], deleted_rows=fact.row_count)
            outcome.files += 1
            outcome.size_bytes += fact.size_bytes
            counts = outcome.archived
            counts[archive["source_table"]] = counts.get(archive["source_table"], 0) + fact.row_count

    async def _still_our_turn(self) -> None:
        """Keep the turn. Raises LeaseLost when this one was silent for so long that somebody else has it."""
        if self._clock.monotonic() - self._said_at < WORD_SECONDS:
            return
        if not await self._take_turn(now=True):
            raise LeaseLost(
                "somebody else cleans up now", hint="this one was silent for minutes; nothing is lost"
            )

    async def _take_turn(self, *, now: bool) -> bool:
        # Before the question: the database counts from its answer on, which is later.
        self._said_at = self._clock.monotonic()
        return await self._records.begin(self._worker, lease_seconds=LEASE_SECONDS, now=now)


@contextmanager
def _file_here() -> Iterator[Path]:
    """Where a file is made, or brought. Raises ArchiveError when there is no room for it."""
    try:
        with tempfile.TemporaryDirectory(prefix="baton-archive-") as folder:
            yield Path(folder) / "rows.parquet"
    except OSError as error:
        hint = "make room there, or set TMPDIR: an archive is made there before it is stored"
        raise ArchiveError(
            f"an archive cannot be made: {reason_of(error)}", where=tempfile.gettempdir(), hint=hint
        ) from None


def _facts(archive: Archive) -> FileFacts:
    return FileFacts(
        row_count=archive["row_count"], size_bytes=archive["size_bytes"], checksum=archive["checksum"]
    )


def _is_of(archive: Archive, chunk: str) -> bool:
    return bool(archive["metadata"]["chunk"] == chunk)


def _runs(count: int) -> str:
    return f"{count} run{'s' if count != 1 else ''}"
