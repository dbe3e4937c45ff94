"""The first line of a remembered run: everything that finding it and doing it again needs."""

from collections.abc import Mapping, Sequence
from dataclasses import asdict, dataclass, field
from typing import Any

from context.values import JsonValue
from worker.models.suite import TestName

#: It rises when an older line would be misunderstood; those are forgotten then.
VERSION = 1

#: Stands for a verdict where there is none: the run was over before it came to the test.
PENDING = "pending"
#: Verdicts that deserve another try.
UNWELL = ("failed", "broken", "blocked")


@dataclass(frozen=True, slots=True, kw_only=True)
class Asked:
    """How the run was asked for, in `folder`; `command` says it again in one line. Of variables only the
    names are kept: what they hold may be anybody's."""

    folder: str = ""
    command: str = ""
    paths: tuple[str, ...] = ()
    environment: str | None = None
    base_url: str | None = None
    variables: tuple[str, ...] = ()
    env_file: str | None = None
    secrets_file: str | None = None
    only: tuple[str, ...] = ()
    tags: tuple[str, ...] = ()
    jobs: int | None = None
    bail: int | None = None
    timeout_seconds: float | None = None
    shuffle: str | None = None
    seed: str | None = None
    connection: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Head:
    """A run that is over. `verdicts` are by test, `suites` the sums of their files by path."""

    id: str
    started_at: str
    asked: Asked
    environment: str
    base_url: str = ""
    status: str
    failure: str | None = None
    seconds: float = 0.0
    suites: Mapping[str, str] = field(default_factory=dict)
    verdicts: Mapping[TestName, str] = field(default_factory=dict)
    order: Sequence[TestName] = ()
    start: Mapping[str, JsonValue] = field(default_factory=dict)
    renewed: Mapping[str, int] = field(default_factory=dict)
    version: int = VERSION

    @property
    def unsettled(self) -> tuple[TestName, ...]:
        """The tests that deserve another try. Those that the run never came to are among them if it was
        cut short; one that came to its end has left them out by choice."""
        cut_short = self.status == "cancelled" or self.failure not in (None, "tests")
        wanted = (*UNWELL, PENDING) if cut_short else UNWELL
        return tuple(test for test, verdict in self.verdicts.items() if verdict in wanted)


def line_of(head: Head) -> dict[str, Any]:
    """As JSON."""
    return asdict(head)


def head_of(line: Mapping[str, Any]) -> Head:
    """The way back. Raises ValueError, KeyError or TypeError for what is no such line."""
    if line["version"] != VERSION:
        raise ValueError("another version")
    return Head(**{**line, "asked": asked_of(line["asked"])})


def asked_of(line: Mapping[str, Any]) -> Asked:
    """How a run was asked for, from JSON."""
    lists = ("paths", "variables", "only", "tags")
    return Asked(**{**line, **{name: tuple(line[name]) for name in lists}})
