"""The demo's member, who signs up once and signs in from then on."""

import httpx
from supabase_auth.errors import AuthApiError, AuthError

from worker.database import Session, open_database
from worker.database.failures import as_platform_error
from worker.database.member import session_of, sign_in
from worker.errors import LocalStackError, NotSignedIn


async def sign_in_or_up(url: str, key: str, *, email: str, password: str) -> Session:
    """A session of this person, whose account is made if need be. Raises NotReachable or LocalStackError."""
    try:
        return await sign_in(url, key, email=email, password=password)
    except NotSignedIn:
        return await _sign_up(url, key, email=email, password=password)


async def _sign_up(url: str, key: str, *, email: str, password: str) -> Session:
    database = await open_database(url, key)
    try:
        answer = await database.client.auth.sign_up({"email": email, "password": password})
    except AuthApiError as error:
        if error.code == "user_already_exists":
            raise _other_password(email) from None
        raise as_platform_error(error, what="sign up", url=url) from None
    except (AuthError, httpx.HTTPError, OSError) as error:
        raise as_platform_error(error, what="sign up", url=url) from None
    finally:
        await database.close()
    return session_of(answer.session, url=url, key=key)


def _other_password(email: str) -> LocalStackError:
    return LocalStackError(
        f"{email} has an account here, but with another password than the demo's file says",
        hint="Put the file back, or begin again with `baton db reset` (this deletes the data).",
    )
