"""The catalog as GraphQL: as much of the language as two fields need, and no more."""

import json
import re
from collections.abc import Callable, Iterator
from typing import Any

from shopapi.catalog import search
from shopapi.messages import Answer, Call, ShopError
from shopapi.parts import Parts

_WORD = re.compile(r'"[^"]*"|\$?\w+|[{}():]')
Selection = dict[str, tuple[dict[str, Any], "Selection"]]


def answer(_parts: Parts, call: Call) -> Answer:
    """Fields `products(first: Int)` and `shop`; errors come with the status 200, as GraphQL has it."""
    asked = dict(call.query) if call.method == "GET" else call.json_object()
    try:
        wanted = _Reader(str(asked.get("query", "")), asked.get("variables") or {}).operation()
        return Answer(body={"data": {name: _field(name, *wish) for name, wish in wanted.items()}})
    except ShopError as error:
        return Answer(body={"errors": [{"message": str(error)}]})


def _field(name: str, arguments: dict[str, Any], wanted: Selection) -> Any:
    roots: dict[str, Callable[..., Any]] = {"products": _products, "shop": lambda: {"name": "Shop"}}
    if name not in roots:
        raise ShopError(200, "graphql", f"Cannot query field '{name}' on type 'Query'.")
    try:
        found = roots[name](**arguments)
    except TypeError:
        raise ShopError(200, "graphql", f"Field '{name}' got arguments that it cannot have.") from None
    return [_picked(each, wanted) for each in found] if isinstance(found, list) else _picked(found, wanted)


def _products(first: int = 50) -> list[dict[str, Any]]:
    return search(tag=None, limit=first)


def _picked(found: dict[str, Any], wanted: Selection) -> dict[str, Any]:
    for name in wanted:
        if name not in found:
            raise ShopError(200, "graphql", f"Cannot query field '{name}'.")
    return {name: found[name] for name in wanted}


class _Reader:
    """Reads one operation, word by word."""

    def __init__(self, text: str, variables: dict[str, Any] | str) -> None:
        self._words: Iterator[str] = iter(_WORD.findall(text[text.find("{") :]))
        self._variables = json.loads(variables) if isinstance(variables, str) else variables
        self._word = next(self._words, "")

    def operation(self) -> Selection:
        """Its selection; the head with name and variables is passed over."""
        return self._selection() if self._word == "{" else {}

    def _next(self) -> str:
        word, self._word = self._word, next(self._words, "")
        return word

    def _selection(self) -> Selection:
        found: Selection = {}
        self._next()
        while self._word not in ("}", ""):
            name = self._next()
            arguments = self._arguments() if self._word == "(" else {}
            found[name] = (arguments, self._selection() if self._word == "{" else {})
        self._next()
        return found

    def _arguments(self) -> dict[str, Any]:
        found = {}
        self._next()
        while self._word not in (")", ""):
            name, _colon, value = self._next(), self._next(), self._next()
            found[name] = self._variables.get(value[1:]) if value.startswith("$") else json.loads(value)
        self._next()
        return found
