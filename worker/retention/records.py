"""What the clean-up says to the database: the functions of sql/66_archives.sql, and 79 to 84."""

from collections.abc import AsyncIterator, Sequence
from typing import Any

from context.values import JsonValue
from worker.database import Database
from worker.retention.chunks import Chunk, Kind
from worker.retention.files import FileFacts
from worker.retention.tables import Row

Archive = dict[str, Any]

#: A page of rows is read into memory as a whole; the database ends it at some 4 MB.
_PAGE_ROWS = 1000
_PAGE_ARCHIVES = 1000


class RetentionRecords:
    """One Supabase project, as a worker. Raises PlatformErrors."""

    def __init__(self, database: Database) -> None:
        self._database = database

    async def begin(self, worker: str, *, lease_seconds: int, now: bool) -> bool:
        """Take or keep the turn. False when it is somebody else's, or not time yet."""
        return bool(
            await self._database.call(
                "begin_retention", p_worker=worker, p_lease_seconds=lease_seconds, p_now=now
            )
        )

    async def end(self, worker: str, *, done: bool) -> None:
        """Give the turn back."""
        await self._database.call("end_retention", p_worker=worker, p_done=done)

    async def turn(self) -> Row:
        """Whose turn it is, until when at least, and when it was done last."""
        turn: Row = await self._database.call("get_retention_turn")
        return turn

    async def plan(self, *, counted: bool) -> list[Row]:
        """All projects; counted, with what of each is too old."""
        rows: list[Row] = await self._database.call("plan_retention", p_counted=counted)
        return rows

    async def expired_runs(self, project_id: str, kind: Kind) -> list[Row]:
        """The oldest runs of a project with rows of this kind that are too old; none when nothing is."""
        rows: list[Row] = await self._database.call(
            "get_expired_runs", p_project_id=project_id, p_what=kind.value
        )
        return rows

    async def rows(self, chunk: Chunk, table: str) -> AsyncIterator[Sequence[Row]]:
        """What goes into the chunk's file of this table, page by page."""
        after: JsonValue = None
        while True:
            page = await self._database.call(
                "get_expired_rows",
                p_what=chunk.kind.value,
                p_table=table,
                p_run_ids=list(chunk.run_ids),
                p_after=after,
                p_limit=_PAGE_ROWS,
            )
            if page["rows"]:
                yield page["rows"]
            after = page["after"]
            if after is None:
                return

    async def record(self, chunk: Chunk, table: str, facts: FileFacts, *, worker: str) -> str:
        """Note that a file is written; gives the archive's id."""
        archive = await self._database.call(
            "record_archive",
            p_organization_id=chunk.organization_id,
            p_archive=chunk.record(table, facts, written_by=worker),
        )
        return str(_one(archive)["id"])

    async def verify(self, archive_id: str, facts: FileFacts) -> None:
        """Note that it was read back. Raises Refused when it is not what was written."""
        await self._database.call(
            "verify_archive",
            p_archive_id=archive_id,
            p_row_count=facts.row_count,
            p_checksum=facts.checksum,
        )

    async def delete(self, chunk: Chunk) -> int:
        """Delete some of the rows that its files hold; 0 when all are gone."""
        return int(
            await self._database.call(
                "delete_archived_rows", p_organization_id=chunk.organization_id, p_chunk=chunk.name
            )
        )

    async def close(self, archive_id: str, *, deleted_rows: int) -> None:
        """Note that its rows are deleted."""
        await self._database.call("close_archive", p_archive_id=archive_id, p_deleted_rows=deleted_rows)

    async def open_archives(self) -> list[Archive]:
        """What an interrupted clean-up has left, oldest first; some of it, where it is much."""
        archives: list[Archive] = await self._database.call("get_open_archives")
        return archives

    async def archives(
        self, *, organization: str | None = None, run_id: str | None = None
    ) -> AsyncIterator[Archive]:
        """All archives, those of organizations with a slug, or those that hold rows of a run; in no order."""
        after = None
        while True:
            page = await self._database.call(
                "get_archives", p_organization=organization, p_run_id=run_id, p_after=after
            )
            for archive in page:
                yield archive
            if len(page) < _PAGE_ARCHIVES:
                return
            after = page[-1]["id"]

    async def restore(self, archive_id: str, rows: list[Row]) -> int:
        """Put rows of an archive back; says how many were not there."""
        return int(await self._database.call("restore_rows", p_archive_id=archive_id, p_rows=rows))

    async def remove_restored(self) -> int:
        """Remove some of what was put back long enough ago; says of how many runs, 0 when none is left."""
        return int(await self._database.call("remove_restored"))

    async def delete_files(self) -> dict[str, int]:
        """Delete some of the files whose days are over; says how many of which kind, and their bytes."""
        gone: dict[str, int] = await self._database.call("delete_expired_artifacts")
        return gone

    async def condense(self) -> dict[str, int]:
        """Do what needs no files; says how many of what."""
        counts: dict[str, int] = await self._database.call("condense_expired")
        return counts


def _one(answer: Any) -> Row:
    """A function that gives a row gives it alone, or as the only one of a list."""
    row: Row = answer[0] if isinstance(answer, list) else answer
    return row
