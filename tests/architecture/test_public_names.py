"""A package's front says what is inside."""

import importlib
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
def test_a_front_lists_exactly_what_it_offers(name: str) -> None:
    """`__all__` is sorted, and is every public name that is not a module."""
    front = importlib.import_module(name)
    public = [
        word
        for word, value in vars(front).items()
        if not word.startswith("_") and not isinstance(value, ModuleType)
    ]
    assert list(front.__all__) == sorted(front.__all__, key=_as_ruff_sorts)
    assert set(front.__all__) == set(public)


def _as_ruff_sorts(word: str) -> tuple[int, str]:
    """Constants, then classes, then the rest."""
    return (0 if word.isupper() else 1 if word[0].isupper() else 2, word)
