"""The descriptions that one run uses: each read once, and what the run touched of them."""

from contextlib import suppress
from typing import TYPE_CHECKING, NamedTuple
from urllib.parse import urlsplit

from worker.errors import FileUnreadable
from worker.files import Files, NoFiles
from worker.models.contract import ContractCoverage
from worker.models.exchange import PreparedRequest, Response

if TYPE_CHECKING:
    from worker.contracts.contract import Breach, Contract, Options
    from worker.contracts.coverage import Coverage
    from worker.contracts.reading import BadDescription


class _Entry(NamedTuple):
    contract: "Contract"
    coverage: "Coverage"


class Contracts:
    """Descriptions by the path of their file."""

    def __init__(self, files: Files | None = None) -> None:
        self._files = files or NoFiles()
        self._entries: dict[str, _Entry | BadDescription] = {}

    def breaches(
        self,
        path: str,
        request: PreparedRequest,
        response: Response,
        options: "Options",
        *,
        base_url: str = "",
    ) -> "list[Breach]":
        """What is not as described. Raises BadDescription and BadSchema, with a sentence."""
        from worker.contracts.contract import Breach

        contract = self._entry(path).contract
        matched = contract.find(request, options, base_url=base_url)
        if matched is None:
            return [Breach(place="the request", what=_unknown(contract, request, options, base_url))]
        return list(contract.breaches(matched, request, response, options))

    def touched(self, path: str, request: PreparedRequest, response: Response, *, base_url: str = "") -> None:
        """Count an exchange. Never raises: a description that cannot be read counts nothing."""
        from worker.contracts.contract import Options
        from worker.contracts.reading import BadDescription
        from worker.contracts.violations import BadSchema

        try:
            entry = self._entry(path)
            matched = entry.contract.find(request, Options(), base_url=base_url)
            if matched is None:
                entry.coverage.stranger(f"{request.method} {urlsplit(request.url).path or '/'}")
                return
            headers = entry.contract.undocumented_headers(matched.operation, response)
            entry.coverage.touched(matched.operation, response.status_code, headers)
        except (BadDescription, BadSchema):
            return

    def coverage(self) -> tuple[ContractCoverage, ...]:
        """What the run has touched of each description that could be read."""
        return tuple(entry.coverage.result() for entry in self._entries.values() if isinstance(entry, _Entry))

    def open(self, path: str) -> None:
        """Read a description now. Whatever is wrong with it is told to those who need it."""
        with suppress(Exception):
            self._entry(path)

    def files_of(self, path: str) -> tuple[str, ...]:
        """A description's file and those that it refers to. Raises BadDescription."""
        from worker.contracts.references import Documents

        documents = Documents(path, self._read)
        waiting, found = [path], [path]
        while waiting:
            inside = waiting.pop()
            for reference in references_in(documents.document(inside)):
                other, _ = documents.target(reference, inside=inside)
                if other not in found:
                    waiting.append(other)
                    found.append(other)
        return tuple(found)

    def _entry(self, path: str) -> _Entry:
        found = self._entries.get(path)
        if found is None:
            found = self._entries[path] = self._opened(path)
        if isinstance(found, _Entry):
            return found
        raise found

    def _opened(self, path: str) -> "_Entry | BadDescription":
        from worker.contracts.contract import Contract
        from worker.contracts.coverage import Coverage
        from worker.contracts.reading import BadDescription
        from worker.contracts.references import Documents

        try:
            contract = Contract(Documents(path, self._read))
            return _Entry(contract, Coverage(path, contract.operations.all, contract.documented_statuses()))
        except BadDescription as error:
            return BadDescription(f"{path}: {error}")

    def _read(self, path: str) -> bytes:
        try:
            return self._files.read(path)
        except FileUnreadable as error:
            from worker.contracts.reading import BadDescription

            hint = f" ({error.hint})" if error.hint else ""
            raise BadDescription(f"{error.what}{hint}") from None


def _unknown(contract: "Contract", request: PreparedRequest, options: "Options", base_url: str) -> str:
    if options.operation:
        return f"there is no operation '{options.operation}' in the description"
    path = urlsplit(request.url).path or "/"
    methods = contract.operations.methods_of(request.url, base_url=base_url)
    if methods:
        return f"{request.method} is not described for {path}; described are: {', '.join(methods)}"
    return f"{request.method} {path} is not described"


def references_in(document: object) -> list[str]:
    """Every `$ref` of a document."""
    found: list[str] = []
    waiting = [document]
    while waiting:
        value = waiting.pop()
        if isinstance(value, dict):
            if isinstance(value.get("$ref"), str):
                found.append(value["$ref"])
            waiting.extend(value.values())
        elif isinstance(value, list):
            waiting.extend(value)
    return found
