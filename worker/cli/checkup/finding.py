"""What a check found out."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path


class State(StrEnum):
    """How a thing is."""

    OK = "ok"  # as it should be
    WARN = "warn"  # it works, or will not be missed by everybody
    FAIL = "fail"  # something will not work


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing, how it is, and what to do about it."""

    subject: str
    state: State
    what: str
    hint: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """Where the check-up happens: the folder one is in, the process's surroundings, a profile."""

    folder: Path
    surroundings: Mapping[str, str]
    profile: str | None = None


#: A part of the check-up. What it raises is a finding, too.
Check = Callable[[Place], Iterator[Finding]]


def ok(subject: str, what: str) -> Finding:
    """As it should be."""
    return Finding(subject=subject, state=State.OK, what=what)


def warn(subject: str, what: str, hint: str) -> Finding:
    """Worth knowing."""
    return Finding(subject=subject, state=State.WARN, what=what, hint=hint)


def fail(subject: str, what: str, hint: str) -> Finding:
    """Broken."""
    return Finding(subject=subject, state=State.FAIL, what=what, hint=hint)
