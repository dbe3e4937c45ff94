"""`$ref` in a description: to a part of the same document, or of a file beside it."""

import posixpath
from collections.abc import Callable, Mapping
from typing import Any

from worker.contracts.cost import pointed
from worker.contracts.reading import BadDescription, read_document

#: References that refer to references. More is a circle.
LONGEST_CHAIN = 50

#: Reads a file by its path.
Read = Callable[[str], bytes]


class Documents:
    """The documents of one description, each read once. `main` is the path of the first."""

    def __init__(self, main: str, read: Read) -> None:
        self.main = main
        self._read = read
        self._read_already: dict[str, Any] = {}

    def document(self, path: str) -> Any:
        """The document of this path. Raises BadDescription, and what reading a file raises."""
        if path not in self._read_already:
            self._read_already[path] = read_document(self._read(path))
        return self._read_already[path]

    def target(self, reference: str, *, inside: str) -> tuple[str, str]:
        """The file and the pointer that a reference written in the file `inside` means."""
        base, _, pointer = reference.partition("#")
        if "://" in base:
            raise BadDescription(f"it refers to {base}, and descriptions are never fetched")
        if base.startswith(("/", "~")):
            raise BadDescription(f"it refers to {base}, which does not lie beside it")
        path = posixpath.normpath(posixpath.join(posixpath.dirname(inside), base)) if base else inside
        return path, pointer

    def resolved(self, value: Any, *, inside: str) -> tuple[Any, str]:
        """The value, or what its `$ref` refers to, and the file it stands in."""
        for _ in range(LONGEST_CHAIN):
            if not isinstance(value, Mapping) or not isinstance(value.get("$ref"), str):
                return value, inside
            path, pointer = self.target(value["$ref"], inside=inside)
            found = pointed(self.document(path), pointer)
            if found is None:
                raise BadDescription(f"it refers to {value['$ref']}, which is not there")
            value, inside = found, path
        raise BadDescription(f"the reference {value['$ref']} leads in a circle")

    @property
    def paths(self) -> tuple[str, ...]:
        """The files that were read so far."""
        return tuple(self._read_already)
