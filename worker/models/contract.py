"""Which operations of an API's own description a run has touched."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class OperationCoverage:
    """One operation: how many requests were for it, and which statuses their answers had.

    `documented_statuses` are as the description has them: `200`, `4XX`, `default`.
    """

    method: str
    path: str
    identifier: str = ""
    requests: int = 0
    statuses: tuple[int, ...] = ()
    documented_statuses: tuple[str, ...] = ()
    undocumented_headers: tuple[str, ...] = ()

    @property
    def is_touched(self) -> bool:
        """Whether any request was for it."""
        return self.requests > 0


@dataclass(frozen=True, slots=True, kw_only=True)
class ContractCoverage:
    """All operations of one description. `undescribed` are requests that it does not know:
    `GET /health`."""

    path: str
    operations: tuple[OperationCoverage, ...]
    undescribed: tuple[str, ...] = ()

    @property
    def touched(self) -> int:
        """How many operations were touched."""
        return sum(operation.is_touched for operation in self.operations)

    @property
    def untouched(self) -> tuple[OperationCoverage, ...]:
        """The operations that no request was for."""
        return tuple(operation for operation in self.operations if not operation.is_touched)
