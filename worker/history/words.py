"""What a test says, without where it says it: two versions of a file can be compared by this."""

from collections.abc import Iterator, Mapping
from dataclasses import fields, is_dataclass
from enum import Enum
from typing import Any

from worker.models.problem import Location
from worker.models.suite import Test


def words_of(value: Any) -> Any:
    """The value as plain lists and mappings, without places in files. Equal words are equal values."""
    if isinstance(value, Location):
        return None
    if isinstance(value, Enum):
        return value.value
    if is_dataclass(value) and not isinstance(value, type):
        return {field.name: words_of(getattr(value, field.name)) for field in fields(value)}
    if isinstance(value, Mapping):
        return {str(key): words_of(item) for key, item in value.items()}
    if isinstance(value, list | tuple | set | frozenset):
        return [words_of(item) for item in value]
    # 1, 1.0 and true are three values.
    return value if value is None or isinstance(value, str) else (type(value).__name__, value)


def texts_of(test: Test) -> frozenset[str]:
    """Every text that the test's steps and its clean-up say; the paths of files are among them."""
    return frozenset(_texts([words_of(test.steps), words_of(test.cleanup)]))


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, Mapping):
        for item in value.values():
            yield from _texts(item)
    elif isinstance(value, list):
        for item in value:
            yield from _texts(item)
