"""What all tests of a run share while they run."""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field

from worker.engine.limits import Limits
from worker.engine.parts import Parts
from worker.engine.renewal import Renewals
from worker.engine.undos import Undos
from worker.http.answered_files import AnsweredFiles
from worker.models.events import Event


@dataclass(frozen=True, slots=True, kw_only=True)
class Surroundings:
    """What all tests of a run share. `stopping` is set as soon as no further test shall start."""

    parts: Parts
    limits: Limits
    emit: Callable[[Event], None]
    stopping: asyncio.Event
    renewals: Renewals
    undos: Undos
    files: AnsweredFiles = field(default_factory=AnsweredFiles)
