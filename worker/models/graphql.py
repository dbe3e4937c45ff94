"""GraphQL queries: whether they can be read, and how much they ask for.

The complexity of an operation is the number of fields it selects, where a field that asks for a
page (`first`, `last` or `limit`, a number or a variable that is one) counts what stands below it as
often as the page is long. Fragments count where they are spread; what begins with `__` is free;
directives are not evaluated.
"""

from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING

from context.values import JsonValue
from worker.errors import RequestError

if TYPE_CHECKING:
    from graphql.language import (
        DocumentNode,
        FieldNode,
        FragmentDefinitionNode,
        OperationDefinitionNode,
        SelectionSetNode,
        ValueNode,
    )

#: Arguments that say how many of a list are wanted.
PAGES = ("first", "last", "limit")

#: What expectations of a GraphQL answer are about.
ERRORS, COMPLEXITY = "errors", "complexity"

_ALL_THE_SAME = "to send it all the same, write it as json: { query: … }"


@lru_cache(maxsize=256)
def read_query(query: str) -> "DocumentNode":
    """The query, read. Raises RequestError for what is no GraphQL."""
    from graphql.error import GraphQLSyntaxError
    from graphql.language import parse

    try:
        return parse(query, no_location=True)
    except GraphQLSyntaxError as error:
        place = error.locations[0] if error.locations else None
        at = f" at line {place.line}, column {place.column} of the query" if place else ""
        raise RequestError(
            f"this is no GraphQL: {error.message.removeprefix('Syntax Error: ').rstrip('.')}{at}",
            where="graphql.query",
            hint=_ALL_THE_SAME,
        ) from None
    except RecursionError:
        raise _too_deep() from None


def check_operation(document: "DocumentNode", name: str | None) -> None:
    """Raises RequestError where this does not name one operation of the document."""
    _choose(_operations(document), name)


def complexity(document: "DocumentNode", *, operation: str | None, variables: Mapping[str, JsonValue]) -> int:
    """How much the operation asks for; see the module. Raises RequestError if it is not there."""
    from graphql.language import FragmentDefinitionNode

    fragments = {
        node.name.value: node for node in document.definitions if isinstance(node, FragmentDefinitionNode)
    }
    chosen = _choose(_operations(document), operation)
    try:
        return _Count(fragments, {**_defaults(chosen), **variables}).selected(chosen.selection_set)
    except RecursionError:
        raise _too_deep() from None


def _too_deep() -> RequestError:
    return RequestError(
        "this query is nested too deeply to be read", where="graphql.query", hint=_ALL_THE_SAME
    )


def _operations(document: "DocumentNode") -> "list[OperationDefinitionNode]":
    from graphql.language import OperationDefinitionNode

    return [node for node in document.definitions if isinstance(node, OperationDefinitionNode)]


def _choose(operations: "list[OperationDefinitionNode]", name: str | None) -> "OperationDefinitionNode":
    if name is None and len(operations) == 1:
        return operations[0]
    named = {node.name.value: node for node in operations if node.name is not None}
    if name is not None and name in named:
        return named[name]
    known = ", ".join(named) or "none has a name"
    what = f"the query has no operation {name!r}" if name is not None else "the query has several operations"
    if not operations:
        what = "the query has no operation"
    raise RequestError(what, where="graphql.operation", hint=f"operations in the query: {known}")


def _defaults(operation: "OperationDefinitionNode") -> dict[str, JsonValue]:
    from graphql.language import IntValueNode

    return {
        each.variable.name.value: int(each.default_value.value)
        for each in operation.variable_definitions or ()
        if isinstance(each.default_value, IntValueNode)
    }


class _Count:
    """Counts the fields of an operation."""

    def __init__(
        self, fragments: "Mapping[str, FragmentDefinitionNode]", variables: Mapping[str, JsonValue]
    ) -> None:
        self._fragments = fragments
        self._variables = variables
        self._known: dict[str, int] = {}

    def selected(self, selections: "SelectionSetNode") -> int:
        """What stands in these braces."""
        from graphql.language import FieldNode, FragmentSpreadNode, InlineFragmentNode

        total = 0
        for node in selections.selections:
            if isinstance(node, FieldNode):
                total += self._field(node)
            elif isinstance(node, InlineFragmentNode):
                total += self.selected(node.selection_set)
            elif isinstance(node, FragmentSpreadNode):
                total += self._fragment(node.name.value)
        return total

    def _field(self, node: "FieldNode") -> int:
        if node.name.value.startswith("__"):
            return 0
        if node.selection_set is None:
            return 1
        return 1 + self._page(node) * self.selected(node.selection_set)

    def _fragment(self, name: str) -> int:
        if name not in self._known and name in self._fragments:
            # One that spreads itself counts nothing there; it is the server's to refuse.
            self._known[name] = 0
            self._known[name] = self.selected(self._fragments[name].selection_set)
        return self._known.get(name, 0)

    def _page(self, node: "FieldNode") -> int:
        """How often what stands below a field counts."""
        for argument in node.arguments or ():
            if argument.name.value in PAGES:
                wanted = self._number(argument.value)
                return wanted if wanted > 0 else 1
        return 1

    def _number(self, value: "ValueNode") -> int:
        from graphql.language import IntValueNode, VariableNode

        if isinstance(value, IntValueNode):
            return int(value.value)
        known = self._variables.get(value.name.value) if isinstance(value, VariableNode) else None
        return known if isinstance(known, int) and not isinstance(known, bool) else 0
