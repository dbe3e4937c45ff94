"""The nearest value wins, and is remembered together with who set it."""

from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import NamedTuple

from context.paths import MISSING


class SetBy(StrEnum):
    """Who set a variable, nearest first."""

    CAPTURE = "capture"  # a test of this run
    COMMAND = "command"  # --var, or BATON_VAR_X
    ENVIRONMENT = "environment"  # a variable of the chosen environment
    SUITE = "suite"  # `variables` at the top of a suite file


class Setting(NamedTuple):
    """A variable's value, and who set it."""

    value: object
    set_by: SetBy


class Scope:
    """Variables in layers, each nearer than the next. The layers are looked at, not copied."""

    def __init__(self, layers: Mapping[SetBy, Mapping[str, object]]) -> None:
        self._layers = tuple((set_by, layers[set_by]) for set_by in SetBy if set_by in layers)

    def find(self, name: str) -> Setting | None:
        """The nearest setting of this variable, if anybody has set it."""
        for set_by, layer in self._layers:
            value = layer.get(name, MISSING)
            if value is not MISSING:
                return Setting(value, set_by)
        return None

    def names(self) -> Iterator[str]:
        """Every variable's name, once."""
        seen: set[str] = set()
        for _, layer in self._layers:
            for name in layer:
                if name not in seen:
                    seen.add(name)
                    yield name
