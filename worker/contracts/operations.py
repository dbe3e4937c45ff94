"""The operations of a description, and which of them a request is for."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import unquote, urlsplit

from context.patterns import PatternError, search
from worker.contracts.reading import BadDescription
from worker.contracts.references import Documents

METHODS = ("get", "put", "post", "delete", "options", "head", "patch", "trace")

_PARAMETER = re.compile(r"\{([^{}/]+)\}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Operation:
    """One operation as described. `home` is the file its words stand in; `parameters` are those of the
    path too, by place and name, each with its home."""

    method: str
    path: str
    identifier: str
    words: Mapping[str, Any] = field(repr=False)
    home: str
    parameters: Mapping[tuple[str, str], tuple[Mapping[str, Any], str]] = field(repr=False)

    @property
    def name(self) -> str:
        """What people call it: method and path."""
        return f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Matched:
    """An operation, and the texts that stand for the parameters of its path."""

    operation: Operation
    path_values: Mapping[str, str] = field(default_factory=dict)


class Operations:
    """All operations of a description."""

    def __init__(self, documents: Documents) -> None:
        self._documents = documents
        whole = documents.document(documents.main)
        if not isinstance(whole, Mapping) or not str(whole.get("openapi", "")).startswith("3."):
            raise BadDescription("the file is no OpenAPI 3 description: it has no 'openapi: 3.…'")
        self.version = str(whole["openapi"])
        self.prefixes = tuple(_prefixes(whole))
        self.all = tuple(self._read(whole.get("paths")))
        # The plainest path comes first: `/users/me` before `/users/{id}`.
        self._patterns = sorted(
            ((_PathPattern(operation.path), operation) for operation in self.all),
            key=lambda pair: len(_PARAMETER.findall(pair[1].path)),
        )

    @property
    def is_30(self) -> bool:
        """Whether this is OpenAPI 3.0, whose schemas are not JSON Schema yet."""
        return self.version.startswith("3.0")

    def match(self, method: str, url: str, *, base_url: str = "") -> Matched | None:
        """The operation that a request is for; None when it is not described."""
        for path in self._paths(url, base_url):
            for pattern, operation in self._patterns:
                found = pattern.match(path) if operation.method == method.upper() else None
                if found is not None:
                    names = _PARAMETER.findall(operation.path)
                    values = dict(zip(names, map(unquote, found), strict=True))
                    return Matched(operation=operation, path_values=values)
        return None

    def methods_of(self, url: str, *, base_url: str = "") -> list[str]:
        """The methods that are described for the path of this URL."""
        return sorted(
            {
                operation.method
                for path in self._paths(url, base_url)
                for pattern, operation in self._patterns
                if pattern.match(path) is not None
            }
        )

    def named(self, identifier: str) -> Operation | None:
        """The operation with this operationId, or written as `GET /users/{id}`."""
        names = (identifier, " ".join(identifier.split()))
        return next((each for each in self.all if each.identifier in names or each.name in names), None)

    def _paths(self, url: str, base_url: str) -> Iterator[str]:
        """The path as the description may have it: below its own servers, or below the base URL."""
        path = urlsplit(url).path or "/"
        for prefix in dict.fromkeys((*self.prefixes, urlsplit(base_url).path.rstrip("/"), "")):
            if path == prefix or path.startswith(f"{prefix}/"):
                yield path[len(prefix) :] or "/"

    def _read(self, paths: Any) -> Iterator[Operation]:
        if not isinstance(paths, Mapping):
            return
        for path, written in paths.items():
            item, home = self._documents.resolved(written, inside=self._documents.main)
            if not isinstance(item, Mapping) or not path.startswith("/"):
                continue
            for method in METHODS:
                words = item.get(method)
                if isinstance(words, Mapping):
                    yield Operation(
                        method=method.upper(),
                        path=path,
                        identifier=str(words.get("operationId", "")),
                        words=words,
                        home=home,
                        parameters=self._parameters(item, words, home),
                    )

    def _parameters(
        self, item: Mapping[str, Any], words: Mapping[str, Any], home: str
    ) -> dict[tuple[str, str], tuple[Mapping[str, Any], str]]:
        found: dict[tuple[str, str], tuple[Mapping[str, Any], str]] = {}
        for written in [*_list(item.get("parameters")), *_list(words.get("parameters"))]:
            parameter, where = self._documents.resolved(written, inside=home)
            if isinstance(parameter, Mapping) and "name" in parameter and "in" in parameter:
                name = str(parameter["name"])
                place = str(parameter["in"])
                found[(place, name.lower() if place == "header" else name)] = (parameter, where)
        return found


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _prefixes(whole: Mapping[str, Any]) -> Iterator[str]:
    """The paths of the servers, which stand in front of every path of the description."""
    for server in _list(whole.get("servers")):
        if isinstance(server, Mapping) and isinstance(server.get("url"), str):
            variables = server.get("variables")
            yield urlsplit(
                _filled(server["url"], variables if isinstance(variables, Mapping) else {})
            ).path.rstrip("/")


def _filled(url: str, variables: Mapping[str, Any]) -> str:
    def default(found: re.Match[str]) -> str:
        variable = variables.get(found[1])
        return str(variable.get("default", "")) if isinstance(variable, Mapping) else ""

    return _PARAMETER.sub(default, url)


class _PathPattern:
    """What a path looks like with its parameters filled. A parameter never has a slash in it."""

    def __init__(self, path: str) -> None:
        parts = _PARAMETER.split(path)
        text = "".join(re.escape(part) if index % 2 == 0 else "([^/]+)" for index, part in enumerate(parts))
        self._text = f"^{text}$"
        # Several parameters in one segment can be divided in many ways: that needs a time limit.
        self._is_plain = all(len(_PARAMETER.findall(segment)) <= 1 for segment in path.split("/"))

    def match(self, path: str) -> tuple[str, ...] | None:
        """The texts of the parameters, in their order; None if this is another path."""
        if self._is_plain:
            found = re.fullmatch(self._text, path)
            return found.groups() if found else None
        try:
            limited = search(self._text, path)
        except PatternError:
            return None
        return limited.groups if limited else None
