"""What a crash leaves behind: processes without a parent, and half-made folders."""

import shutil
import signal

from worker.local.folders import StackFolder
from worker.local.postgres import end_orphan
from worker.local.processes import end
from worker.local.state import read_state

_PATIENCE_SECONDS = 10
#: Folders that are renamed or removed when their work is done.
_TEMPORARY = (".data-*", ".push-*")


def clear_leftovers(folder: StackFolder) -> None:
    """End processes of an earlier supervisor and remove what it had half made.

    To be called only while no supervisor runs. Processes are known by number and start time.
    """
    state = read_state(folder)
    for name, process in (state.children if state else {}).items():
        if name != "postgres":
            end(process, stop_signal=signal.SIGTERM, patience=_PATIENCE_SECONDS)
    end_orphan(folder.data)
    folder.state.unlink(missing_ok=True)
    for pattern in _TEMPORARY:
        for path in folder.path.glob(pattern):
            shutil.rmtree(path, ignore_errors=True)
