"""Archives asked with SQL: the files of each table as one table, of which only what is needed is read."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Any

import duckdb

from worker.errors import UsageError
from worker.retention.records import Archive
from worker.retention.storage import ArchiveStorage
from worker.retention.tables import SCHEMAS


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Names of columns, and rows as they come."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]


def ask(storage: ArchiveStorage, archives: Sequence[Archive], query: str) -> Answer:
    """Ask these archives. Nothing but them can be read, and nothing written.

    The tables are test_runs, test_results and test_result_details; columns of JSON are text. Raises
    UsageError for what is no question.
    """
    connection = duckdb.connect(":memory:")
    for table, schema in SCHEMAS.items():
        # The rows of one that is not closed are still in the database, and would count twice.
        locations = [
            each["location"] for each in archives if each["source_table"] == table and each["state"] == "done"
        ]
        connection.register(table, storage.table(locations, schema))
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    try:
        cursor = connection.execute(query)
        columns = tuple(column[0] for column in cursor.description or ())
        return Answer(columns=columns, rows=iter(cursor.fetchone, None))
    except duckdb.Error as error:
        hint = f"one statement of SQL; the tables are {', '.join(SCHEMAS)}"
        raise UsageError(str(error).strip(), where="the query", hint=hint) from None
