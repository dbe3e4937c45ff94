"""Tells when a file was written, in the folders that matter."""

import asyncio
from collections.abc import Callable, Iterable
from pathlib import Path

from worker.errors import UsageError

Tell = Callable[[], None]

#: Folders in which others write all the time.
_FOREIGN = frozenset(("__pycache__", "node_modules", "__snapshots__", "reports"))


class FileWatch:
    """Calls `tell` after writing has stopped for a moment. `aim` may be called again at any time."""

    def __init__(self, tell: Tell) -> None:
        self._tell = tell
        self._aims: tuple[frozenset[Path], frozenset[Path]] = (frozenset(), frozenset())
        self._tasks: list[asyncio.Task[None]] = []

    def aim(self, *, folders: Iterable[Path], files: Iterable[Path]) -> None:
        """Watch these folders with all below them, and these files."""
        deep = frozenset(folder.resolve() for folder in folders)
        # Editors put a new file in the place of the old one: only its folder sees that.
        parents = {path.resolve().parent for path in files}
        flat = frozenset(path for path in parents if not any(path.is_relative_to(each) for each in deep))
        if (deep, flat) == self._aims:
            return
        self._aims = (deep, flat)
        for task in self._tasks:
            task.cancel()
        self._tasks = [
            asyncio.create_task(self._watch(paths, recursive=recursive), name="watching files")
            for paths, recursive in ((deep, True), (flat, False))
            if paths
        ]

    async def close(self) -> None:
        """Watch no more."""
        for task in self._tasks:
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)

    async def _watch(self, paths: frozenset[Path], *, recursive: bool) -> None:
        from watchfiles import awatch

        async for _ in awatch(*paths, recursive=recursive, watch_filter=_matters):
            self._tell()


def _matters(change: object, path: str) -> bool:
    parts = Path(path).parts
    return not any(part in _FOREIGN or (part.startswith(".") and len(part) > 1) for part in parts[-4:])


def need_watchfiles() -> None:
    """Say what is missing before anything begins. Raises UsageError."""
    from importlib.util import find_spec

    if find_spec("watchfiles") is None:
        hint = "Install it beside Baton: pip install 'baton[watch]'"
        raise UsageError("`baton watch` needs the package watchfiles", hint=hint)
