"""Where a machine keeps what it remembers of runs."""

import hashlib
import os
import re
from collections.abc import Mapping
from pathlib import Path

#: Switches the memory off, for people and machines that want none.
SWITCH = "BATON_HISTORY"
_OFF = ("0", "off", "no", "false", "none")


def memory_folder(surroundings: Mapping[str, str]) -> Path | None:
    """The user's own folder for it; None where nobody says where that is, or it is switched off.

    `BATON_DATA_HOME` wins, then the state folder of the XDG rules, which is for just this.
    """
    if surroundings.get(SWITCH, "").strip().lower() in _OFF:
        return None
    chosen = surroundings.get("BATON_DATA_HOME", "")
    if chosen:
        return Path(chosen).expanduser().absolute() / "memory"
    named = surroundings.get("XDG_STATE_HOME", "")
    # The XDG rules say that a relative path must be ignored.
    if os.path.isabs(named):
        return Path(named) / "baton"
    home = surroundings.get("HOME", "")
    return Path(home) / ".local" / "state" / "baton" if os.path.isabs(home) else None


def project_of(folder: Path) -> Path:
    """The project that a folder belongs to: the repository around it, else the folder itself. So a run
    that was started in one folder of a repository is found from any other."""
    real = folder.resolve()
    return next((each for each in (real, *real.parents) if (each / ".git").exists()), real)


def runs_folder(memory: Path, project: Path) -> Path:
    """Where the runs of one project are remembered: readable, and different for every path."""
    label = re.sub(r"[^a-z0-9]+", "-", project.name.lower()).strip("-")[:40] or "project"
    return memory / "runs" / f"{label}-{hashlib.sha256(os.fsencode(project)).hexdigest()[:12]}"
