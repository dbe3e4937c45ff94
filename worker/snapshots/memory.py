"""Snapshots in memory: those that came with a push, and those of tests."""

from collections.abc import Mapping

from worker.snapshots.base import Mode, Snapshots


class MemorySnapshots(Snapshots):
    """Snapshots by path. A worker has those that were pushed, and only compares."""

    def __init__(self, texts: Mapping[str, str] | None = None, *, mode: Mode = Mode.COMPARE) -> None:
        super().__init__(mode)
        self.texts = dict(texts or {})

    def _how_to_get_one(self) -> str:
        return "`baton push` brings those that lie beside the suite"

    def _read(self, path: str) -> str | None:
        return self.texts.get(path)

    def _write(self, path: str, text: str) -> None:
        self.texts[path] = text
