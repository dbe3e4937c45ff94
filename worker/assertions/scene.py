"""What a check may look at besides the answer, and what it may use."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol

from context.masking import Mask
from context.values import JsonValue
from worker.contracts import Contracts
from worker.files import Files, NoFiles
from worker.models.exchange import PreparedRequest
from worker.snapshots import NoSnapshots, Snapshots

#: Fills templates as the test sees the run, with further names that hide the others.
Render = Callable[[JsonValue, Mapping[str, object]], JsonValue]


class FunctionRefused(ValueError):
    """A function of the user's own cannot be had here. The message is a sentence."""


class Functions(Protocol):
    """The door to functions that users wrote."""

    def load(self, reference: str) -> Callable[..., object]:
        """The function `package.module:name`. Raises FunctionRefused."""
        ...


class NoFunctions:
    """No functions: a worker runs the suites of many, and none of their code."""

    def load(self, reference: str) -> Callable[..., object]:
        """Always refused."""
        raise FunctionRefused(
            "functions of your own run only where you start the run yourself (`baton run`);"
            " a worker runs none. An expression under 'check' runs everywhere"
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class Tools:
    """What all checks of a run share. Without any of them the checks that need it say so."""

    files: Files = field(default_factory=NoFiles)
    snapshots: Snapshots = field(default_factory=NoSnapshots)
    contracts: Contracts = field(default_factory=Contracts)
    functions: Functions = field(default_factory=NoFunctions)


_NO_TOOLS = Tools()


class Scene(NamedTuple):
    """Where a check takes place. `request` is as it was sent; `path` is the suite's file; `step` is
    empty for tests of one step. `all_well`: nothing that was checked before has failed."""

    suite: str = ""
    test: str = ""
    step: str = ""
    path: str = ""
    base_url: str = ""
    request: PreparedRequest | None = None
    render: Render | None = None
    mask: Mask | None = None
    all_well: bool = True
    tools: Tools = _NO_TOOLS


#: A check that needs nothing but the answer.
NOWHERE = Scene()
