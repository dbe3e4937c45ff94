"""A package's front says what is inside."""

import ast
import importlib
import inspect
import pkgutil
from types import ModuleType

import pytest

import context
import worker


def _fronts() -> list[str]:
    names = [
        found.name
        for package in (context, worker)
        for found in pkgutil.walk_packages(package.__path__, f"{package.__name__}.")
        if found.ispkg
    ]
    return [
        name for name in ("context", "worker", *names) if hasattr(importlib.import_module(name), "__all__")
    ]


@pytest.mark.parametrize("name", _fronts())
def test_a_front_lists_what_it_offers(name: str) -> None:
    """`__all__` is sorted and names only what is there; a front that only re-exports names all of it."""
    front = importlib.import_module(name)
    public = {
        word
        for word, value in vars(front).items()
        if not word.startswith("_") and not isinstance(value, ModuleType)
    }
    assert list(front.__all__) == sorted(front.__all__, key=_as_ruff_sorts)
    assert all(hasattr(front, name) for name in front.__all__)
    if _only_imports(front):
        assert set(front.__all__) == public


def _only_imports(front: ModuleType) -> bool:
    tree = ast.parse(inspect.getsource(front))
    return all(
        isinstance(node, ast.Import | ast.ImportFrom | ast.Expr)
        or (isinstance(node, ast.Assign) and ast.unparse(node.targets[0]) == "__all__")
        for node in tree.body
    )


def _as_ruff_sorts(word: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if word.isupper() else 1 if word[0].isupper() else 2, word)
