"""A chunk: some runs of a project and one kind of their rows, which go into files together and then away."""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any

from context.values import JsonValue
from worker.retention.files import FileFacts


class Kind(StrEnum):
    """What leaves, in the order in which it does: a run after its results."""

    PASSED_RESULTS = "passed_results"  # passed, blocked and skipped, with their evidence
    FAILED_RESULTS = "failed_results"  # failed and broken, with their evidence
    RUNS = "runs"  # the runs themselves, with the evidence that belongs to no test


@dataclass(frozen=True, slots=True, kw_only=True)
class Chunk:
    """The same runs always make the same chunk, with the same paths."""

    organization_id: str
    project_id: str
    kind: Kind
    run_ids: tuple[str, ...]
    first: datetime
    last: datetime

    @property
    def name(self) -> str:
        """Its name, the same for all its files."""
        digest = hashlib.sha256(" ".join((self.kind, *self.run_ids)).encode()).hexdigest()
        return f"{self.kind}-{self.first:%Y%m%d}-{digest[:16]}"

    @property
    def tables(self) -> tuple[str, ...]:
        """Which tables rows are taken from, in the order in which they are put back."""
        first = "test_runs" if self.kind is Kind.RUNS else "test_results"
        return (first, "test_result_details")

    def location(self, table: str) -> str:
        """Where the file of a table lies in the storage."""
        folder = f"{self.organization_id}/{self.project_id}/{table}"
        return f"{folder}/{self.first:%Y/%m}/{self.name}.parquet"

    def record(self, table: str, facts: FileFacts, *, written_by: str) -> dict[str, JsonValue]:
        """What is noted of the file of a table."""
        return {
            "source_table": table,
            "period_start": self.first.isoformat(),
            "period_end": (self.last + timedelta(microseconds=1)).isoformat(),
            "location": self.location(table),
            "row_count": facts.row_count,
            "size_bytes": facts.size_bytes,
            "checksum": facts.checksum,
            "written_by": written_by,
            "metadata": {
                "chunk": self.name,
                "what": self.kind,
                "project_id": self.project_id,
                "runs": list(self.run_ids),
            },
        }


def chunk_of(
    runs: Sequence[Mapping[str, Any]], *, organization_id: str, project_id: str, kind: Kind
) -> Chunk:
    """A chunk of these runs, oldest first, each {"id", "created_at"}."""
    moments = [datetime.fromisoformat(run["created_at"]) for run in runs]
    return Chunk(
        organization_id=organization_id,
        project_id=project_id,
        kind=kind,
        run_ids=tuple(run["id"] for run in runs),
        first=moments[0],
        last=moments[-1],
    )


def chunk_of_archive(archive: Mapping[str, Any]) -> Chunk:
    """The chunk to which a file belongs that was noted before."""
    about = archive["metadata"]
    return Chunk(
        organization_id=archive["organization_id"],
        project_id=about["project_id"],
        kind=Kind(about["what"]),
        run_ids=tuple(about["runs"]),
        first=datetime.fromisoformat(archive["period_start"]),
        last=datetime.fromisoformat(archive["period_end"]) - timedelta(microseconds=1),
    )
