"""Where stacks live on this machine: a folder a project, outside of the project itself."""

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path

#: Root's stacks lie here: Postgres drops to another user, who could not enter root's home.
_SYSTEM_HOME = Path("/var/lib/baton")


def data_home() -> Path:
    """The folder of everything that Baton keeps on this machine; `BATON_DATA_HOME` overrides."""
    chosen = os.environ.get("BATON_DATA_HOME")
    if chosen:
        return Path(chosen).expanduser().resolve()
    if os.geteuid() == 0:
        return _SYSTEM_HOME
    shared = os.environ.get("XDG_DATA_HOME") or "~/.local/share"
    return Path(shared).expanduser().resolve() / "baton"


def make_passage(folder: Path) -> Path:
    """The folder, made if it was missing. Others may pass through it, not look, and only if root made it."""
    if not folder.is_dir():
        folder.mkdir(parents=True, exist_ok=True)
        # Not by `mkdir`, whose mode the user's umask would narrow.
        folder.chmod(0o711 if os.geteuid() == 0 else 0o700)
    return folder


def stack_name(project: Path) -> str:
    """A folder name for this project: readable, and different for every path."""
    real = project.resolve()
    label = re.sub(r"[^a-z0-9]+", "-", real.name.lower()).strip("-")[:40] or "project"
    return f"{label}-{hashlib.sha256(os.fsencode(real)).hexdigest()[:12]}"


@dataclass(frozen=True, slots=True)
class StackFolder:
    """One stack's folder, and where in it things are."""

    path: Path

    @classmethod
    def of_project(cls, project: Path, *, home: Path | None = None) -> "StackFolder":
        """The folder that belongs to the project at this path."""
        return cls((home or data_home()) / "stacks" / stack_name(project))

    @property
    def data(self) -> Path:
        """The data folder of Postgres."""
        return self.path / "data"

    @property
    def vault_key(self) -> Path:
        """The key of the secrets at rest. Bootstrap SQL names it as seen from `data`."""
        return self.path / "vault.key"

    @property
    def keys(self) -> Path:
        """API keys and passwords, mode 0600."""
        return self.path / "keys.json"

    @property
    def state(self) -> Path:
        """What runs now, mode 0600. Absent while nothing runs."""
        return self.path / "state.json"

    @property
    def ports(self) -> Path:
        """Where the parts listened last."""
        return self.path / "ports.json"

    @property
    def dashboard(self) -> Path:
        """A link to the build of the dashboard that is served."""
        return self.path / "dashboard"

    @property
    def mail(self) -> Path:
        """What Auth would have sent, a file each; nobody but the owner may look."""
        return self.path / "mail"

    @property
    def supervisor_lock(self) -> Path:
        """Locked for as long as a supervisor lives."""
        return self.path / "supervisor.lock"

    @property
    def command_lock(self) -> Path:
        """Locked while a command starts or stops the stack."""
        return self.path / "command.lock"

    @property
    def schema(self) -> Path:
        """Which migrations and which bootstrap the data was made with."""
        return self.path / "schema.json"

    @property
    def logs(self) -> Path:
        """A log file for each process."""
        return self.path / "logs"

    def log(self, name: str) -> Path:
        """The log file of the process of this name."""
        return self.logs / f"{name}.log"

    def make(self) -> None:
        """Make the folders. Postgres' user may pass through, nobody may list."""
        for folder in (self.path.parent.parent, self.path.parent, self.path):
            make_passage(folder)
        self.logs.mkdir(exist_ok=True, mode=0o700)
