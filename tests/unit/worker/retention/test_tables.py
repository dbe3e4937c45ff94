"""Rows in Parquet: they come back as they were."""

from pathlib import Path
from typing import Any

import pyarrow as pa
import pytest

from worker.retention.files import facts_of, read_rows, write_rows
from worker.retention.tables import SCHEMAS, to_batch, to_rows

RESULT = {
    "id": "r-1",
    "run_id": "run-1",
    "run_created_at": "2026-01-02T03:04:05.678901+00:00",
    "verdict": "passed",
    "required_only": False,
    "attempts": 2,
    "total_ms": 12.625,
    "response_bytes": 9_007_199_254_740_993,
    "reason": 'a "quoted" line\nand ü',
}
DETAIL = {
    "id": "d-1",
    "run_id": "run-1",
    "run_created_at": "2026-01-02T05:04:05+02:00",
    "content": {"list": [1, 2.5, None, {"deep": "ü"}], "text": "x" * 5000, "empty": {}},
    "position": 0,
}


def _back(table: str, row: dict[str, Any]) -> dict[str, Any]:
    [back] = to_rows(to_batch([row], SCHEMAS[table]))
    return {name: value for name, value in back.items() if value is not None}


def test_values_of_every_kind_come_back() -> None:
    """Whole numbers beyond 2^53, fractions, flags, texts, moments to the microsecond."""
    assert _back("test_results", RESULT) == RESULT


def test_json_comes_back_and_moments_are_those_of_utc() -> None:
    """The moment is the same, however it was written."""
    assert _back("test_result_details", DETAIL) == {**DETAIL, "run_created_at": "2026-01-02T03:04:05+00:00"}


def test_null_in_json_is_not_no_json() -> None:
    """One is a value."""
    rows: list[dict[str, Any]] = [{"id": "a", "report": None}, {"id": "b", "report": [None]}]
    assert [row["report"] for row in to_rows(to_batch(rows, SCHEMAS["test_runs"]))] == [None, [None]]


async def test_a_file_is_written_in_pages_and_read_by_run(tmp_path: Path) -> None:
    """Each page is a row group; an empty file has none, and is a file all the same."""

    async def pages() -> Any:
        for run in ("run-1", "run-2"):
            yield [{**RESULT, "id": f"{run}-{number}", "run_id": run} for number in range(3)]

    path = tmp_path / "rows.parquet"
    facts = await write_rows(path, "test_results", pages())
    assert (facts.row_count, facts.size_bytes) == (6, path.stat().st_size)
    assert facts == facts_of(path)
    [rows] = read_rows(path, run_id="run-2")
    assert [row["id"] for row in rows] == ["run-2-0", "run-2-1", "run-2-2"]


async def test_a_file_without_rows_is_a_file(tmp_path: Path) -> None:
    """A chunk has a file for each of its tables."""

    async def nothing() -> Any:
        return
        yield

    facts = await write_rows(tmp_path / "rows.parquet", "test_result_details", nothing())
    assert facts.row_count == 0
    assert list(read_rows(tmp_path / "rows.parquet", run_id="run-1")) == []


@pytest.mark.parametrize("damage", [b"", b"PAR1 no more"])
def test_what_is_no_file_of_rows_is_told(tmp_path: Path, damage: bytes) -> None:
    """By an error of the library, which whoever reads it back makes his own."""
    path = tmp_path / "rows.parquet"
    path.write_bytes(damage)
    with pytest.raises(pa.ArrowException):
        facts_of(path)
