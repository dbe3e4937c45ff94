"""What a template sees of a run: live views that take note of who reads what."""

from collections.abc import Callable, Iterator, Mapping

from context.errors import TemplateError
from context.paths import MISSING
from context.scope import Scope, SetBy
from context.values import JsonValue

#: Told the producing test's full name and the value's name whenever a captured value is read.
Note = Callable[[str, str], None]

#: Fills the templates in a suite variable; says whether the value keeps for the whole run.
Fill = Callable[[str, JsonValue], tuple[JsonValue, bool]]


class _Noted(Mapping[str, JsonValue]):
    """Values that tell when they are read."""

    __slots__ = ("_note", "_values")

    def __init__(self, values: Mapping[str, JsonValue], note: Note) -> None:
        self._values = values
        self._note = note

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class SharedValues(_Noted):
    """Tokens or variables of the run. `producer` says which test's is meant, where several captured one
    name: `by_test` has each its own."""

    __slots__ = ("_by_test", "_producer")

    def __init__(
        self,
        values: Mapping[str, JsonValue],
        by_test: Mapping[str, Mapping[str, JsonValue]],
        *,
        producer: Callable[[str], str],
        note: Note,
    ) -> None:
        super().__init__(values, note)
        self._by_test = by_test
        self._producer = producer

    def __getitem__(self, name: str) -> JsonValue:
        value = self._values[name]
        producer = self._producer(name)
        self._note(producer, name)
        own = self._by_test.get(producer)
        return value if own is None else own.get(name, value)


class CapturedValues(_Noted):
    """What one test (full name) has captured."""

    __slots__ = ("_test",)

    def __init__(self, values: Mapping[str, JsonValue], test: str, note: Note) -> None:
        super().__init__(values, note)
        self._test = test

    def __getitem__(self, name: str) -> JsonValue:
        value = self._values[name]
        self._note(self._test, name)
        return value


class CapturedData(Mapping[str, Mapping[str, JsonValue]]):
    """Captured values by test: by its key within `suite`, by its full name from anywhere."""

    def __init__(self, by_test: Mapping[str, Mapping[str, JsonValue]], *, suite: str, note: Note) -> None:
        self._by_test = by_test
        self._suite = suite
        self._note = note

    def __getitem__(self, key: str) -> Mapping[str, JsonValue]:
        test = f"{self._suite}/{key}"
        if test not in self._by_test:
            test = key
        return CapturedValues(self._by_test[test], test, self._note)

    def __iter__(self) -> Iterator[str]:
        """Keys of this suite's tests, and full names of all others."""
        own = f"{self._suite}/"
        return (test.removeprefix(own) for test in self._by_test)

    def __len__(self) -> int:
        return len(self._by_test)


class SuiteVariables:
    """The `variables` at the top of a suite file. They may hold templates, filled when first read.

    A value that needed nothing captured keeps for the whole run, so that `uuid()` in a variable is
    the same for every test of the suite.
    """

    def __init__(self, values: Mapping[str, JsonValue], *, fill: Fill) -> None:
        self._values = values
        self._fill = fill
        self._kept: dict[str, JsonValue] = {}
        self._being_filled: list[str] = []

    def filled(self, name: str) -> JsonValue:
        """The variable's value. Raises TemplateError, also when variables need one another."""
        if name in self._kept:
            return self._kept[name]
        if name in self._being_filled:
            chain = " needs ".join([*self._being_filled[self._being_filled.index(name) :], name])
            raise TemplateError(f"variables of the suite need one another: {chain}", expression=name)
        self._being_filled.append(name)
        try:
            value, is_constant = self._fill(name, self._values[name])
        finally:
            self._being_filled.pop()
        if is_constant:
            self._kept[name] = value
        return value


class TestNames(Mapping[str, object]):
    """All names that the templates of one test can use."""

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    def __init__(
        self,
        fixed: Mapping[str, object],
        *,
        shared_variables: SharedValues,
        scope: Scope,
        suite: SuiteVariables,
    ) -> None:
        self._fixed = fixed
        self._shared_variables = shared_variables
        self._scope = scope
        self._suite = suite

    def __getitem__(self, name: str) -> object:
        found = self._fixed.get(name, MISSING)
        if found is not MISSING:
            return found
        setting = self._scope.find(name)
        if setting is None:
            raise KeyError(name)
        if setting.set_by is SetBy.CAPTURE:
            return self._shared_variables[name]
        return self._suite.filled(name) if setting.set_by is SetBy.SUITE else setting.value

    def __iter__(self) -> Iterator[str]:
        yield from self._fixed
        yield from (name for name in self._scope.names() if name not in self._fixed)

    def __len__(self) -> int:
        return sum(1 for _ in self)
