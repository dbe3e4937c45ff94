"""Snapshots in files beside the suite: `__snapshots__/<suite>/<test>.json`, to be committed with it."""

import os
from pathlib import Path

from worker.snapshots.base import Mode, SnapshotRefused, Snapshots

#: A larger file is no snapshot.
LARGEST_BYTES = 16 * 1024 * 1024


class LocalSnapshots(Snapshots):
    """Snapshots in the files of this machine. Paths begin at the current directory."""

    def __init__(self, mode: Mode = Mode.CREATE) -> None:
        super().__init__(mode)

    def _read(self, path: str) -> str | None:
        try:
            with Path(path).open("rb") as file:
                data = file.read(LARGEST_BYTES + 1)
            text = data.decode("utf-8")
        except FileNotFoundError:
            return None
        except OSError as error:
            raise _refused(path, (error.strerror or type(error).__name__).lower()) from None
        except UnicodeDecodeError:
            raise _refused(path, "it is not UTF-8") from None
        if len(data) > LARGEST_BYTES:
            raise _refused(path, f"it is larger than {LARGEST_BYTES // 1024 // 1024} MiB")
        return text.replace("\r\n", "\n")

    def _write(self, path: str, text: str) -> None:
        target = Path(path)
        try:
            target.parent.mkdir(parents=True, exist_ok=True)
            _replace(target, text)
        except OSError as error:
            raise _refused(path, (error.strerror or type(error).__name__).lower()) from None


def _replace(target: Path, text: str) -> None:
    """Write it whole or not at all: half a snapshot would be compared with next time."""
    import tempfile

    handle, name = tempfile.mkstemp(dir=target.parent, prefix=f".{target.name}.")
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        # Like any other file of the suite: whoever may read those may read this.
        Path(name).chmod(0o644)
        Path(name).replace(target)
    except BaseException:
        Path(name).unlink(missing_ok=True)
        raise


def _refused(path: str, reason: str) -> SnapshotRefused:
    return SnapshotRefused(f"the snapshot cannot be kept: {reason}", where=path, hint="check path and rights")
