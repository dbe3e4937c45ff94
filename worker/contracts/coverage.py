"""Which operations of a description a run has touched, and which it has not."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field

from worker.contracts.operations import Operation
from worker.models.contract import ContractCoverage, OperationCoverage


@dataclass(slots=True)
class _Seen:
    """What was seen of one operation."""

    requests: int = 0
    statuses: set[int] = field(default_factory=set)
    headers: set[str] = field(default_factory=set)


class Coverage:
    """Counts the requests for each operation of one description."""

    def __init__(
        self, path: str, operations: Iterable[Operation], documented: Mapping[str, tuple[str, ...]]
    ) -> None:
        self._path = path
        self._operations = tuple(operations)
        self._documented = documented
        self._seen: dict[str, _Seen] = {}
        self._strangers: dict[str, int] = {}

    def touched(self, operation: Operation, status: int, undocumented_headers: Iterable[str]) -> None:
        """A request for this operation got an answer with this status."""
        seen = self._seen.setdefault(operation.name, _Seen())
        seen.requests += 1
        seen.statuses.add(status)
        seen.headers.update(undocumented_headers)

    def stranger(self, name: str) -> None:
        """A request for something that is not described; `name` is its method and path."""
        self._strangers[name] = self._strangers.get(name, 0) + 1

    def result(self) -> ContractCoverage:
        """The counts so far."""
        return ContractCoverage(
            path=self._path,
            operations=tuple(self._of(operation) for operation in self._operations),
            undescribed=tuple(self._strangers),
        )

    def _of(self, operation: Operation) -> OperationCoverage:
        seen = self._seen.get(operation.name, _Seen())
        return OperationCoverage(
            method=operation.method,
            path=operation.path,
            identifier=operation.identifier,
            requests=seen.requests,
            statuses=tuple(sorted(seen.statuses)),
            documented_statuses=self._documented.get(operation.name, ()),
            undocumented_headers=tuple(sorted(seen.headers)),
        )
