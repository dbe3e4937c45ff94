"""Archives asked with SQL: the files of each table as one table, of which only what is needed is read."""

from collections.abc import Iterable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from typing import Any

import duckdb
import pyarrow.dataset as ds

from worker.errors import UsageError
from worker.retention.records import Archive
from worker.retention.storage import ArchiveStorage
from worker.retention.tables import SCHEMAS

_HINT = f"one statement of SQL; the tables are {', '.join(SCHEMAS)}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """Names of columns, and rows as they come."""

    columns: tuple[str, ...]
    rows: Iterable[tuple[Any, ...]]


def ask(storage: ArchiveStorage, archives: Sequence[Archive], query: str) -> Answer:
    """Ask these archives. Nothing but them can be read, and nothing written.

    The tables are test_runs, test_results and test_result_details; columns of JSON are text. Raises
    UsageError for what is no question, ArchiveError for an archive that cannot be read; either may come
    with the rows.
    """
    connection = duckdb.connect(":memory:")
    tables = {table: _table(storage, archives, table) for table in SCHEMAS}
    for name, table in tables.items():
        connection.register(name, table)
    connection.execute("set enable_external_access = false; set lock_configuration = true")
    with _told(storage, tables.values()):
        statements = connection.extract_statements(query)
        if len(statements) != 1:
            raise UsageError("that is not one question", where="the query", hint=_HINT)
        cursor = connection.execute(statements[0])
        columns = tuple(column[0] for column in cursor.description or ())
    return Answer(columns=columns, rows=_rows(cursor, storage, tables.values()))


def _table(storage: ArchiveStorage, archives: Sequence[Archive], table: str) -> ds.Dataset:
    # The rows of one that is not closed are still in the database, and would count twice.
    locations = [
        each["location"] for each in archives if each["source_table"] == table and each["state"] == "done"
    ]
    return storage.table(locations, SCHEMAS[table])


def _rows(
    cursor: duckdb.DuckDBPyConnection, storage: ArchiveStorage, tables: Iterable[ds.Dataset]
) -> Iterator[tuple[Any, ...]]:
    """Errors of a question may come with any row."""
    with _told(storage, tables):
        yield from iter(cursor.fetchone, None)


@contextmanager
def _told(storage: ArchiveStorage, tables: Iterable[ds.Dataset]) -> Iterator[None]:
    """What DuckDB says, as an error of the question or of the storage."""
    try:
        yield
    except duckdb.Error as error:
        for table in tables:
            unreadable = storage.unreadable(table)
            if unreadable is not None:
                raise unreadable from None
        raise UsageError(str(error).strip(), where="the query", hint=_HINT) from None
