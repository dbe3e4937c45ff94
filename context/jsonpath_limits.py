"""The JSONPath library with limits: on steps, and on the regular expressions of `match` and `search`.

It is imported only for paths that are not plain, like the library itself.
"""

from collections.abc import Iterable, Iterator
from typing import Any

import jsonpath_rfc9535 as library
from jsonpath_rfc9535.function_extensions import Match, Search
from jsonpath_rfc9535.function_extensions._pattern import map_re
from jsonpath_rfc9535.node import JSONPathNode
from jsonpath_rfc9535.parse import Parser
from jsonpath_rfc9535.segments import (
    JSONPathChildSegment,
    JSONPathRecursiveDescentSegment,
    JSONPathSegment,
)
from jsonpath_rfc9535.tokens import TokenStream

from context.budget import Budget
from context.patterns import search

#: What one search by a regular expression costs at least, in steps.
_SEARCH_STEPS = 50


class LimitedEnvironment(library.JSONPathEnvironment):
    """Compiles paths that count their steps. `budget` is set anew for each question."""

    budget = Budget("this JSONPath")

    def __init__(self) -> None:
        self.parser_class = _Parser
        super().__init__()

    def setup_function_extensions(self) -> None:
        """The functions of RFC 9535, with ours in the place of those that search."""
        super().setup_function_extensions()
        self.function_extensions["match"] = _Match(self)
        self.function_extensions["search"] = _Search(self)

    def values(self, query: library.JSONPathQuery, document: Any) -> list[Any]:
        """What the query finds. Raises TooMuchWork and PatternError."""
        return [node.value for node in self._nodes(query, document)]

    def places(self, query: library.JSONPathQuery, document: Any) -> list[tuple[str | int, ...]]:
        """Where what the query finds stands. Raises TooMuchWork and PatternError."""
        return [node.location for node in self._nodes(query, document)]

    def _nodes(self, query: library.JSONPathQuery, document: Any) -> Iterable[JSONPathNode]:
        self.budget = Budget("this JSONPath", document)
        return query.finditer(document)


class _Parser(Parser):
    def parse_query(self, stream: TokenStream, *, in_filter: bool = False) -> Iterable[JSONPathSegment]:
        for segment in super().parse_query(stream, in_filter=in_filter):
            kind = _CountedDescent if isinstance(segment, JSONPathRecursiveDescentSegment) else _CountedChild
            yield kind(env=segment.env, token=segment.token, selectors=segment.selectors)


class _CountedChild(JSONPathChildSegment):
    def resolve(self, nodes: Iterable[JSONPathNode]) -> Iterator[JSONPathNode]:
        return _counted(super().resolve(_counted(nodes, self.env)), self.env)


class _CountedDescent(JSONPathRecursiveDescentSegment):
    def resolve(self, nodes: Iterable[JSONPathNode]) -> Iterator[JSONPathNode]:
        return _counted(super().resolve(nodes), self.env)

    def _visit(self, node: JSONPathNode, depth: int = 1) -> Iterator[JSONPathNode]:
        _budget(self.env).spend()
        yield from super()._visit(node, depth)


def _counted(nodes: Iterable[JSONPathNode], env: library.JSONPathEnvironment) -> Iterator[JSONPathNode]:
    for node in nodes:
        _budget(env).spend()
        yield node


def _budget(env: library.JSONPathEnvironment) -> Budget:
    return env.budget if isinstance(env, LimitedEnvironment) else LimitedEnvironment.budget


class _Match(Match):
    def __init__(self, env: LimitedEnvironment) -> None:
        self._env = env

    def __call__(self, string: object, pattern: object) -> bool:
        return _holds(f"^(?:{pattern})$", string, pattern, self._env)


class _Search(Search):
    def __init__(self, env: LimitedEnvironment) -> None:
        self._env = env

    def __call__(self, string: object, pattern: object) -> bool:
        return _holds(f"(?:{pattern})", string, pattern, self._env)


def _holds(wanted: str, string: object, pattern: object, env: LimitedEnvironment) -> bool:
    from iregexp_check import check

    if not isinstance(string, str) or not isinstance(pattern, str) or not check(pattern):
        return False
    env.budget.spend(_SEARCH_STEPS + len(string))
    return search(map_re(wanted), string) is not None
