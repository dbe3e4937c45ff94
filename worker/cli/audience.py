"""Who listens to a run, and what becomes of the run when one of them cannot any more."""

from collections.abc import Sequence

from worker.engine import StopSignal
from worker.models.events import Event, Listener


class Audience:
    """The listeners of a run.

    One that fails hears nothing further, and the run stops in good order, as it does for Ctrl-C: the
    reader of a pipe has gone, a disk is full, a terminal was closed; what tests have made must be undone
    all the same.
    """

    def __init__(self, listeners: Sequence[Listener], stop: StopSignal) -> None:
        self._listening = list(listeners)
        self._stop = stop
        self._error: Exception | None = None

    async def on(self, event: Event) -> None:
        """Tell everybody who still listens."""
        for listener in self._listening:
            try:
                await listener.on(event)
            except Exception as error:
                self._lose(listener, error)

    def check(self) -> None:
        """Raise what went wrong first, if anything did."""
        if self._error is not None:
            raise self._error

    def _lose(self, listener: Listener, error: Exception) -> None:
        # A new list: the old one is being walked over.
        self._listening = [each for each in self._listening if each is not listener]
        self._error = self._error or error
        self._stop.cancel()
