"""Data that tests begin with, as a run knows it: `{{ fixture.users[0].email }}`."""

from collections.abc import Callable, Iterator, Mapping
from typing import Protocol

from context.values import JsonValue
from context.views import CapturedData


class Fixtures(Protocol):
    """The fixtures of one suite."""

    def names(self) -> tuple[str, ...]:
        """What they are called."""
        ...

    def value(self, name: str, *, test: str) -> JsonValue:
        """The data of a fixture, as this test (full name) gets it. Raises TemplateError."""
        ...

    def captured(self, name: str) -> tuple[str, str] | None:
        """The test and its capture that this fixture is made of in this run; None if it is there already."""
        ...

    def note(self, name: str, *, test: str) -> None:
        """Remember that this test (full name) has read it."""
        ...


class NoFixtures:
    """A suite without fixtures."""

    def names(self) -> tuple[str, ...]:
        """None."""
        return ()

    def value(self, name: str, *, test: str) -> JsonValue:
        """There is none."""
        raise KeyError(name)

    def captured(self, name: str) -> tuple[str, str] | None:
        """There is none."""
        return None

    def note(self, name: str, *, test: str) -> None:
        """There is none."""


class FixtureValues(Mapping[str, JsonValue]):
    """What templates find under `fixture`. `reader` says the test whose templates are being filled."""

    def __init__(self, fixtures: Fixtures, captured: CapturedData, reader: Callable[[], str]) -> None:
        self._fixtures = fixtures
        self._captured = captured
        self._reader = reader

    def __getitem__(self, name: str) -> JsonValue:
        if name not in self._fixtures.names():
            raise KeyError(name)
        self._fixtures.note(name, test=self._reader())
        source = self._fixtures.captured(name)
        if source is not None:
            test, capture = source
            return self._captured[test][capture]
        return self._fixtures.value(name, test=self._reader())

    def __iter__(self) -> Iterator[str]:
        return iter(self._fixtures.names())

    def __len__(self) -> int:
        return len(self._fixtures.names())
