"""An API's own description, and whether a request and its answer keep to it."""

from collections.abc import Iterator
from dataclasses import dataclass

from worker.contracts.description import Breach, Description, mapping
from worker.contracts.operations import Matched, Operation
from worker.contracts.references import Documents
from worker.contracts.requests import RequestCheck
from worker.contracts.responses import ResponseCheck
from worker.models.exchange import PreparedRequest, Response

__all__ = ["Breach", "Contract", "Options"]

#: Answers whose requests need not keep to the description: a test of a refusal breaks it on purpose.
_REFUSALS = range(400, 500)


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """What is checked. `operation` is an operationId, or a method with a path as described. The request
    is checked unless it was refused, where nothing is said of it. With `headers` a header that is not
    described is a breach; with `strict` also a body where none is described."""

    operation: str = ""
    request: bool | None = None
    response: bool = True
    headers: bool = False
    strict: bool = False


class Contract:
    """One description. Raises BadDescription, and what reading a file raises."""

    def __init__(self, documents: Documents) -> None:
        described = Description(documents)
        self.operations = described.operations
        self._requests = RequestCheck(described)
        self._responses = ResponseCheck(described)

    def documented_statuses(self) -> dict[str, tuple[str, ...]]:
        """The statuses that each operation may answer with, by its name."""
        return {
            operation.name: tuple(map(str, mapping(operation.words.get("responses"))))
            for operation in self.operations.all
        }

    def find(self, request: PreparedRequest, options: Options, *, base_url: str) -> Matched | None:
        """The operation that an exchange belongs to: the one that was asked for, or by its address."""
        matched = self.operations.match(request.method, request.url, base_url=base_url)
        if not options.operation or (matched and _is(matched.operation, options.operation)):
            return matched
        operation = self.operations.named(options.operation)
        return Matched(operation=operation) if operation else None

    def breaches(
        self, matched: Matched, request: PreparedRequest, response: Response, options: Options
    ) -> Iterator[Breach]:
        """Everything that is not as described. Raises BadDescription and BadSchema."""
        refused = response.status_code in _REFUSALS
        if options.request or (options.request is None and not refused):
            yield from self._requests.breaches(matched, request)
        if options.response:
            yield from self._responses.breaches(
                matched.operation,
                response,
                headers=options.headers or options.strict,
                bodies=options.strict,
            )

    def undocumented_headers(self, operation: Operation, response: Response) -> list[str]:
        """Headers of an answer that the description does not name, without those of HTTP itself."""
        return self._responses.undocumented_headers(operation, response)


def _is(operation: Operation, identifier: str) -> bool:
    return identifier in (operation.identifier, operation.name)
