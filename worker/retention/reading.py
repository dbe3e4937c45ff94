"""Files of a storage as one table, of which a question reads what it needs.

Arrow reads ahead in threads of its own, and from a storage that speaks S3 through Python. Whoever lets go
of such a reader while a part is under way waits for the part, with the lock in his hand that the part
waits for: both for ever. So a reader that was begun, and not read to its end, is kept.
"""

from collections.abc import Iterator, Sequence
from typing import Any, Self

import pyarrow as pa
import pyarrow.dataset as ds

#: Readers that were given up: a question with a limit, or a file that cannot be read.
_GIVEN_UP: list[Any] = []


class ArchiveTable(ds.FileSystemDataset):  # type: ignore[misc] # pyarrow has no types
    """A dataset that may be given up at any time, and knows what kept it from being read."""

    trouble: Exception | None = None

    @classmethod
    def of(cls, dataset: ds.FileSystemDataset) -> Self:
        """The same files."""
        return cls(list(dataset.get_fragments()), dataset.schema, dataset.format, dataset.filesystem)

    def scanner(self, *, columns: Sequence[str] | None = None, filter: Any = None) -> "_Scan":
        """As DuckDB asks: only these columns, and rows for which this holds."""
        return _Scan(self, super().scanner(columns=columns, filter=filter))


class _Scan:
    """What DuckDB wants of a scanner."""

    def __init__(self, table: ArchiveTable, scanner: Any) -> None:
        self._table = table
        self._scanner = scanner

    def to_reader(self) -> Any:
        """The rows, in batches."""
        return pa.RecordBatchReader.from_batches(self._scanner.projected_schema, self._batches())

    def _batches(self) -> Iterator[Any]:
        try:
            # Not by the scanner's own reader, which is opened with that lock in hand.
            batches = self._scanner.to_batches()
            _GIVEN_UP.append(batches)
            yield from batches
        except (pa.ArrowException, OSError) as error:
            self._table.trouble = error
            raise
        # Read to its end: nothing is under way any more.
        _GIVEN_UP.remove(batches)
