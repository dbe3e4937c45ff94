"""What a starting supervisor tells the command that started it, through a pipe."""

import json
import os
import select
from collections.abc import Callable, Iterable
from typing import Any

from worker.errors import BatonError, LocalStackError, MigrationFailed, OtherSchema

#: What may go wrong in a supervisor, by the name under which it travels.
_ERRORS: dict[str, type[BatonError]] = {
    kind.__name__: kind for kind in (LocalStackError, MigrationFailed, OtherSchema)
}


class Reporter:
    """The supervisor's end. Nobody listening is fine."""

    def __init__(self, descriptor: int) -> None:
        self._descriptor = descriptor
        os.set_inheritable(descriptor, False)

    def is_heard(self) -> bool:
        """Whether anybody still listens."""
        pipe = select.poll()
        # Nothing is waited for: that the other end is closed is told in any case.
        pipe.register(self._descriptor, 0)
        return not pipe.poll(0)

    def step(self, text: str) -> None:
        """Say what comes next."""
        self._say({"step": text})

    def ready(self) -> None:
        """Say that everything is up. Nothing follows."""
        self._say({"ready": True})
        os.close(self._descriptor)

    def failed(self, error: BatonError) -> None:
        """Say why it cannot be."""
        kind = type(error).__name__
        self._say({"failed": kind, "what": error.what, "where": error.where, "hint": error.hint})

    def _say(self, message: dict[str, Any]) -> None:
        try:
            os.write(self._descriptor, json.dumps(message).encode() + b"\n")
        except OSError:
            return


def follow(lines: Iterable[str], *, report: Callable[[str], None]) -> bool:
    """Pass the steps on until the end: True when it is ready, False when it fell silent.

    What failed is raised here as it was there, when the supervisor is gone and all is cleared away.
    """
    failure: BatonError | None = None
    for line in lines:
        message = json.loads(line)
        if "step" in message:
            report(message["step"])
        elif "failed" in message:
            failure = _error(message)
        else:
            return True
    if failure is not None:
        raise failure
    return False


def _error(message: dict[str, Any]) -> BatonError:
    kind = _ERRORS.get(message["failed"], LocalStackError)
    return kind(message["what"], where=message["where"], hint=message["hint"])
