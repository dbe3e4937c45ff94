"""The sign-in on disk: private, whole, and renewed by one at a time."""

import asyncio
import json
from dataclasses import replace
from pathlib import Path

import pytest

from tests.manual_clock import ManualClock
from worker.database.session import KeptSession, Session, SessionFile
from worker.errors import NotSignedIn, SettingsError


@pytest.fixture
def clock() -> ManualClock:
    """Time in the test's hand."""
    return ManualClock()


@pytest.fixture
def file(tmp_path: Path) -> SessionFile:
    """A file that is not there yet, in a folder that is not either."""
    return SessionFile(tmp_path / "baton" / "session.json")


def a_session(clock: ManualClock, *, lasts: float = 3600, number: int = 1) -> Session:
    """A session that is good for so many seconds."""
    return Session(
        url="http://127.0.0.1:1",
        key="key",
        email="ada@example.com",
        user_id="ada",
        access_token=f"access-{number}",
        refresh_token=f"refresh-{number}",
        expires_at=clock.now().timestamp() + lasts,
    )


class Project:
    """The other side: each refresh token works once."""

    def __init__(self, clock: ManualClock) -> None:
        self.clock = clock
        self.used: list[str] = []

    async def renew(self, session: Session) -> Session:
        """A session for a refresh token that was never used."""
        await asyncio.sleep(0)
        if session.refresh_token in self.used:
            raise NotSignedIn("refresh token was used already")
        self.used.append(session.refresh_token)
        return replace(a_session(self.clock, number=len(self.used) + 1), email=session.email)


def test_what_is_saved_is_loaded(file: SessionFile, clock: ManualClock) -> None:
    """Each profile by itself."""
    one, two = a_session(clock), a_session(clock, number=2)
    file.save("default", one)
    file.save("other", two)
    assert file.load("default") == one
    assert file.load("other") == two
    assert file.load("third") is None


def test_the_file_is_for_its_owner_only(file: SessionFile, clock: ManualClock) -> None:
    """Also when the folder was there before, open to others."""
    file.path.parent.mkdir(mode=0o755)
    file.save("default", a_session(clock))
    assert file.path.stat().st_mode & 0o777 == 0o600
    assert file.path.parent.stat().st_mode & 0o777 == 0o700


def test_a_forgotten_session_is_gone_and_others_stay(file: SessionFile, clock: ManualClock) -> None:
    """Signing out of one profile is no sign-out of all."""
    file.save("default", a_session(clock))
    file.save("other", a_session(clock, number=2))
    assert file.forget("default")
    assert not file.forget("default")
    assert file.load("default") is None
    assert file.load("other") is not None


@pytest.mark.parametrize("text", ["", "[]", "{", '{"profiles": []}', '{"profiles": {"default": {"url": 1}}}'])
def test_a_file_that_is_not_ours_is_said_and_not_overwritten(file: SessionFile, text: str) -> None:
    """With its path and what to do; what is in it may matter to somebody."""
    file.path.parent.mkdir()
    file.path.write_text(text)
    with pytest.raises(SettingsError) as error:
        file.load("default")
    assert error.value.where == str(file.path)
    assert file.path.read_text() == text


def test_tokens_are_not_in_a_repr(clock: ManualClock) -> None:
    """A session may end up in a traceback."""
    assert "access-1" not in repr(a_session(clock))
    assert "refresh-1" not in repr(a_session(clock))


async def test_a_valid_token_is_used_as_it_is(file: SessionFile, clock: ManualClock) -> None:
    """Nobody is asked while there is time."""
    file.save("default", a_session(clock))
    project = Project(clock)
    kept = KeptSession(file, "default", renew=project.renew, clock=clock)
    assert await kept.token() == "access-1"
    assert project.used == []


async def test_a_token_that_is_about_to_expire_is_renewed_and_kept(
    file: SessionFile, clock: ManualClock
) -> None:
    """The next process finds the new one."""
    file.save("default", a_session(clock, lasts=30))
    project = Project(clock)
    kept = KeptSession(file, "default", renew=project.renew, clock=clock)
    assert await kept.token() == "access-2"
    saved = file.load("default")
    assert saved is not None
    assert saved.refresh_token == "refresh-2"


async def test_a_long_run_is_renewed_on_its_way(file: SessionFile, clock: ManualClock) -> None:
    """Hours later the token is another one, and valid."""
    file.save("default", a_session(clock))
    project = Project(clock)
    kept = KeptSession(file, "default", renew=project.renew, clock=clock)
    assert await kept.token() == "access-1"
    await clock.advance(3590)
    assert await kept.token() == "access-2"


async def test_many_who_ask_at_once_renew_once(file: SessionFile, clock: ManualClock) -> None:
    """Refresh tokens work once: a second renewal with the same one would lose the session."""
    file.save("default", a_session(clock, lasts=0))
    project = Project(clock)
    one = KeptSession(file, "default", renew=project.renew, clock=clock)
    # Another process has an object of its own on the same file.
    two = KeptSession(file, "default", renew=project.renew, clock=clock)
    asking = [asyncio.create_task(kept.token()) for kept in (one, two, one, two)]
    await clock.advance(5)
    assert await asyncio.gather(*asking) == ["access-2"] * 4
    assert project.used == ["refresh-1"]


async def test_a_session_that_was_forgotten_meanwhile_is_over(file: SessionFile, clock: ManualClock) -> None:
    """Somebody signed out in another window."""
    file.save("default", a_session(clock, lasts=0))
    kept = KeptSession(file, "default", renew=Project(clock).renew, clock=clock)
    file.forget("default")
    with pytest.raises(NotSignedIn):
        await kept.token()


async def test_a_renewal_that_fails_loses_nothing(file: SessionFile, clock: ManualClock) -> None:
    """The old session stays, for the time when the project answers again."""

    async def away(session: Session) -> Session:
        raise NotSignedIn("no")

    file.save("default", a_session(clock, lasts=0))
    with pytest.raises(NotSignedIn):
        await KeptSession(file, "default", renew=away, clock=clock).token()
    assert json.loads(file.path.read_text())["profiles"]["default"]["refresh_token"] == "refresh-1"
