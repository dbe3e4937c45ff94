"""Who Postgres runs as: it refuses to be root, so root hands it to another user."""

import os
import pwd
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path

from worker.errors import LocalStackError

#: Tried in this order. The last is made when none is there.
_USUAL_USERS = ("postgres", "baton")
_FALLBACK_USER = "nobody"


@dataclass(frozen=True, slots=True, kw_only=True)
class Owner:
    """A user of this machine, by name and numbers."""

    name: str
    uid: int
    gid: int

    def owns(self, path: Path) -> None:
        """Give a file or an empty folder to this user."""
        if os.geteuid() == 0:
            os.chown(path, self.uid, self.gid)


def postgres_owner() -> Owner:
    """The user that Postgres shall run as: oneself, or for root another one."""
    if os.geteuid() != 0:
        return _from_entry(pwd.getpwuid(os.geteuid()))
    return _existing(_USUAL_USERS) or _created(_USUAL_USERS[-1]) or _required(_FALLBACK_USER)


def require_reach(path: Path, owner: Owner) -> None:
    """Refuse a folder that lies inside one which the user may not enter."""
    if owner.uid == os.geteuid():
        return
    for folder in (path, *path.parents):
        if folder.exists() and not _may_enter(folder, owner):
            raise LocalStackError(
                f"Postgres runs as the user {owner.name!r}, who may not enter this folder",
                where=str(folder),
                hint="Set BATON_DATA_HOME to a folder outside private ones, such as /var/lib/baton.",
            )


def _may_enter(folder: Path, owner: Owner) -> bool:
    facts = folder.stat()
    if facts.st_uid == owner.uid:
        return bool(facts.st_mode & 0o100)
    if facts.st_gid == owner.gid:
        return bool(facts.st_mode & 0o010)
    return bool(facts.st_mode & 0o001)


def _existing(names: tuple[str, ...]) -> Owner | None:
    for name in names:
        try:
            return _from_entry(pwd.getpwnam(name))
        except KeyError:
            continue
    return None


def _created(name: str) -> Owner | None:
    program = shutil.which("useradd", path="/usr/sbin:/sbin:/usr/bin:/bin")
    if program is None:
        return None
    made = subprocess.run(
        [program, "--system", "--user-group", "--no-create-home", "--shell", "/bin/false", name],
        capture_output=True,
        check=False,
    )
    return _existing((name,)) if made.returncode == 0 else None


def _required(name: str) -> Owner:
    owner = _existing((name,))
    if owner is None:
        raise LocalStackError(
            "Postgres cannot run as root, and there is no other user to run it as",
            hint="Make a system user called 'postgres', or run Baton as an ordinary user.",
        )
    return owner


def _from_entry(entry: pwd.struct_passwd) -> Owner:
    return Owner(name=entry.pw_name, uid=entry.pw_uid, gid=entry.pw_gid)
