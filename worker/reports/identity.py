"""Names by which other tools know a test again, from run to run and from machine to machine."""

import hashlib
from datetime import datetime
from uuid import UUID, uuid5

from worker.models.suite import TestName

#: All our identifiers are made in this name space; it must never change.
_SPACE = UUID("6f0d5f86-1f0f-4c39-9c0b-6ac1a1a7f2a4")


def identity_of(test: TestName) -> str:
    """The same for a test in every run."""
    return hashlib.sha256(test.encode()).hexdigest()[:32]


def unique_identity(started_at: datetime, *parts: object) -> str:
    """A UUID of something in one run: the same if the same run is written again, else another one."""
    return str(uuid5(_SPACE, "\x1f".join([started_at.isoformat(), *map(str, parts)])))


def milliseconds(when: datetime) -> int:
    """Since the beginning of 1970."""
    return round(when.timestamp() * 1000)
