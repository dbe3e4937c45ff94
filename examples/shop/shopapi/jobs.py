"""Work that takes its time: exports, and how far they are."""

import itertools
import threading
from typing import Any

from shopapi.messages import ShopError

#: How much further an export is each time somebody asks for it.
STEP = 40


class Exports:
    """All exports, and how far they are. Safe to use from several threads."""

    def __init__(self) -> None:
        self._progress: dict[str, int] = {}
        self._numbers = itertools.count(1)
        self._lock = threading.Lock()

    def begin(self) -> dict[str, Any]:
        """A new one, of which nothing is done yet."""
        with self._lock:
            export_id = f"export-{next(self._numbers)}"
            self._progress[export_id] = 0
            return self._as_json(export_id)

    def look(self, export_id: str) -> dict[str, Any]:
        """How far it is; a bit further than the last time."""
        with self._lock:
            self._progress[export_id] = min(100, self._known(export_id) + STEP)
            return self._as_json(export_id)

    def drop(self, export_id: str) -> None:
        """Throw it away."""
        with self._lock:
            self._known(export_id)
            del self._progress[export_id]

    def _known(self, export_id: str) -> int:
        if export_id not in self._progress:
            raise ShopError(404, "no_such_export", "There is no such export.")
        return self._progress[export_id]

    def _as_json(self, export_id: str) -> dict[str, Any]:
        progress = self._progress[export_id]
        state = "done" if progress == 100 else "working"
        return {"id": export_id, "state": state, "progress": progress}
