"""A project as a member who signed in with `baton login`."""

import httpx
from supabase_auth import Session as AuthSession
from supabase_auth.errors import AuthError

from worker.clock import Clock, SystemClock
from worker.database.client import Database, open_database
from worker.database.failures import as_platform_error
from worker.database.session import KeptSession, Session, SessionFile
from worker.errors import NotReachable, NotSignedIn, SettingsError
from worker.settings import Settings


async def sign_in(url: str, key: str, *, email: str, password: str) -> Session:
    """A new session. Raises NotSignedIn for a wrong name or password, NotReachable."""
    database = await open_database(url, key)
    try:
        answer = await database.client.auth.sign_in_with_password({"email": email, "password": password})
    except (AuthError, httpx.HTTPError, OSError) as error:
        raise _sign_in_failure(error, url) from None
    finally:
        await database.close()
    return session_of(answer.session, url=url, key=key)


async def sign_out(session: Session) -> None:
    """End the session at the project as well. Raises NotSignedIn or NotReachable."""
    database = await open_database(session.url, session.key)
    try:
        await database.client.auth.admin.sign_out(session.access_token, "local")
    except (AuthError, httpx.HTTPError, OSError) as error:
        raise as_platform_error(error, what="sign out", url=session.url) from None
    finally:
        await database.close()


async def renew(session: Session) -> Session:
    """The session that follows this one. The refresh token is used up."""
    database = await open_database(session.url, session.key)
    try:
        answer = await database.client.auth.refresh_session(session.refresh_token)
    except (AuthError, httpx.HTTPError, OSError) as error:
        failure = as_platform_error(error, what="renew the session", url=session.url)
        if isinstance(failure, NotReachable):
            raise failure from None
        raise NotSignedIn(
            f"your session is over: {failure.what}",
            where=session.url,
            hint="sign in again with `baton login`",
        ) from None
    finally:
        await database.close()
    return session_of(answer.session, url=session.url, key=session.key)


async def open_member(
    settings: Settings, *, profile: str | None = None, clock: Clock | None = None
) -> Database:
    """The project that this profile is signed in to. Nothing is sent yet, unless the session is old.

    Raises NotSignedIn, or SettingsError when BATON_URL names another project than the sign-in.
    """
    clock = clock or SystemClock()
    profile = profile or settings.profile
    file = SessionFile(settings.session_path)
    session = file.load(profile)
    if session is None:
        raise NotSignedIn(f"nobody is signed in as profile {profile!r}", hint=sign_in_hint(settings))
    if settings.url is not None and settings.url != session.url:
        raise SettingsError(
            f"BATON_URL is {settings.url}, but profile {profile!r} is signed in to {session.url}",
            hint="sign in there with `baton login`, name another --profile, or unset BATON_URL",
        )
    kept = KeptSession(file, profile, renew=renew, clock=clock)
    return await open_database(session.url, session.key, token=kept.token, clock=clock)


def sign_in_hint(settings: Settings) -> str:
    """What to do where nobody is signed in."""
    if settings.is_token_empty:
        return (
            "BATON_TOKEN is empty: pull requests of forks and unprotected branches get no secrets of the CI"
        )
    if settings.token is None:
        return "sign in with `baton login`"
    return "a project token is for trigger, rerun, push and whoami; this needs a person: `baton login`"


def session_of(answer: AuthSession | None, *, url: str, key: str) -> Session:
    """Supabase's session as ours. When it expires is told by the clock of this machine, which will be asked:
    one that is hours off would take each session for over, and sign in for every call."""
    if answer is None:
        raise NotSignedIn(
            "no session was given", where=url, hint="confirm the e-mail address first, then sign in"
        )
    return Session(
        url=url,
        key=key,
        email=answer.user.email or "",
        user_id=answer.user.id,
        access_token=answer.access_token,
        refresh_token=answer.refresh_token,
        expires_at=SystemClock().now().timestamp() + answer.expires_in,
    )


def _sign_in_failure(error: AuthError | httpx.HTTPError | OSError, url: str) -> Exception:
    failure = as_platform_error(error, what="sign in", url=url)
    if isinstance(failure, NotSignedIn):
        failure.hint = "check the e-mail address, the password, and the key of the project"
    return failure
