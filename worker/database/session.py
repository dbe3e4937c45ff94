"""A member's sign-in, kept in a file that only he can read, and renewed by one process at a time."""

import asyncio
import fcntl
import json
import os
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from worker.clock import Clock
from worker.errors import NotSignedIn, SettingsError

#: A token is renewed this long before it expires, so that none expires on its way.
RENEW_BEFORE_SECONDS = 60.0

#: How often a process asks whether the lock is free. Renewing takes one request of another process.
LOCK_POLL_SECONDS = 0.05


@dataclass(frozen=True, slots=True, kw_only=True)
class Session:
    """Who is signed in where. `expires_at` is in seconds since 1970 (UTC)."""

    url: str
    key: str = field(repr=False)
    email: str
    user_id: str
    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_at: float


#: Gets a new session for one that is about to expire. The refresh token is used up by this.
Renew = Callable[[Session], Awaitable[Session]]


class SessionFile:
    """All sign-ins of this person on this machine, by profile. The file has mode 0600."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def load(self, profile: str) -> Session | None:
        """The sign-in of this profile, or None. Raises SettingsError if the file is not ours."""
        found = self._read().get(profile)
        if found is None:
            return None
        try:
            return Session(**found)
        except TypeError:
            raise self._unreadable() from None

    def save(self, profile: str, session: Session) -> None:
        """Keep this sign-in. Readers see the old file or the new one, never half of one."""
        self._write({**self._read(), profile: asdict(session)})

    def forget(self, profile: str) -> bool:
        """Drop this sign-in; False if there was none."""
        profiles = self._read()
        if profiles.pop(profile, None) is None:
            return False
        self._write(profiles)
        return True

    @asynccontextmanager
    async def lock(self, clock: Clock) -> AsyncIterator[None]:
        """Keep other processes from changing the file meanwhile. Freed by the system if we die."""
        self._make_folder()
        handle = os.open(self.path.with_suffix(".lock"), os.O_RDWR | os.O_CREAT, 0o600)
        try:
            while not _try_lock(handle):
                await clock.sleep(LOCK_POLL_SECONDS)
            yield
        finally:
            os.close(handle)

    def _read(self) -> dict[str, dict[str, Any]]:
        try:
            profiles = json.loads(self.path.read_text(encoding="utf-8"))["profiles"]
        except FileNotFoundError:
            return {}
        except (OSError, ValueError, KeyError, TypeError):
            raise self._unreadable() from None
        if not isinstance(profiles, dict):
            raise self._unreadable()
        return profiles

    def _write(self, profiles: dict[str, dict[str, Any]]) -> None:
        self._make_folder()
        new = self.path.with_suffix(f".{os.getpid()}.new")
        handle = os.open(new, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(handle, "w", encoding="utf-8") as file:
            json.dump({"profiles": profiles}, file, indent=2)
        new.replace(self.path)

    def _make_folder(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
        # It may have been there before, with other rights.
        self.path.parent.chmod(0o700)

    def _unreadable(self) -> SettingsError:
        return SettingsError(
            "the file with the sign-ins cannot be read",
            where=str(self.path),
            hint="remove it and sign in again with `baton login`",
        )


class KeptSession:
    """A session that stays valid: renewed when it must be, by whichever process comes first."""

    def __init__(self, file: SessionFile, profile: str, *, renew: Renew, clock: Clock) -> None:
        self._file = file
        self._profile = profile
        self._renew = renew
        self._clock = clock
        self._here = asyncio.Lock()
        self._session: Session | None = None

    async def token(self) -> str:
        """An access token that is good for at least a minute. Raises NotSignedIn."""
        if self._session is None or self._is_old(self._session):
            async with self._here:
                self._session = await self._fresh()
        return self._session.access_token

    async def _fresh(self) -> Session:
        async with self._file.lock(self._clock):
            # Another process may have renewed it while we waited; its refresh token is the valid one.
            session = self._file.load(self._profile)
            if session is None:
                raise NotSignedIn("you are not signed in", hint="sign in with `baton login`")
            if not self._is_old(session):
                return session
            renewed = await self._renew(session)
            self._file.save(self._profile, renewed)
            return renewed

    def _is_old(self, session: Session) -> bool:
        return self._clock.now().timestamp() > session.expires_at - RENEW_BEFORE_SECONDS


def _try_lock(handle: int) -> bool:
    try:
        fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
