"""Events as lines of JSON on a stream, as they happen: what `--json` prints."""

import json
import sys
from typing import TextIO

from worker.models.events import Event
from worker.reports.events import plain_event
from worker.reports.plain import Plain


class EventStream:
    """A listener that prints one JSON object a line. The last one of a whole run is `run_finished`."""

    def __init__(self, stream: TextIO) -> None:
        self._stream = stream

    async def on(self, event: Event) -> None:
        """Print one event at once: whoever reads is following."""
        self.line(plain_event(event))

    def line(self, said: Plain) -> None:
        """Print one object at once."""
        # ASCII only, so that no encoding of the receiving end can break a line.
        self._stream.write(json.dumps(said) + "\n")
        self._stream.flush()

    async def close(self) -> None:
        """Nothing is in hand."""

    def say(self, text: str) -> None:
        """Sentences are for people: they go where no program reads."""
        sys.stderr.write(f"{text}\n")
