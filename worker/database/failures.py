"""What the clients of Supabase raise, said in Baton's own words."""

import httpx
from postgrest.exceptions import APIError
from supabase_auth.errors import AuthApiError, AuthError, AuthRetryableError

from worker.errors import LeaseLost, NotReachable, NotSignedIn, PlatformError, Refused

#: The words with which the database says that a lease has passed to somebody else.
LEASE_LOST = "lease lost"

#: PostgREST's codes for a token that is missing, expired, or not from this project.
TOKEN_CODES = frozenset({"PGRST301", "PGRST302", "PGRST303", "401"})

#: What a gateway says when nobody stands behind it, and Postgres when it goes away or is too busy.
AWAY_CODES = frozenset(
    {
        "502",
        "503",
        "504",
        "520",
        "522",
        "PGRST000",
        "PGRST001",
        "PGRST002",
        "PGRST003",
        "57P01",
        "57P03",
        "57014",
    }
)

#: How a gateway, or PostgREST, says that it cannot do its work right now.
AWAY_STATUSES = frozenset({502, 503, 504, 520, 521, 522, 523, 524})

#: PostgREST's codes for a table or a function that it does not know.
SCHEMA_CODES = frozenset({"PGRST202", "PGRST204", "PGRST205", "42883", "42P01"})

#: Postgres' code for what somebody has no right to.
RIGHTS_CODE = "42501"

Failure = APIError | httpx.HTTPError | AuthError | OSError


async def refuse_answers_of_nobody(response: httpx.Response) -> None:
    """Raise httpx.HTTPStatusError where somebody else answers for a project that is away.

    Supabase's client keeps the words of such an answer and forgets its status; without the status it
    looks like a refusal, and nobody would try again.
    """
    if response.status_code in AWAY_STATUSES:
        await response.aread()
        reason = f"{response.status_code}: {_words(response)}"
        raise httpx.HTTPStatusError(reason, request=response.request, response=response)


def as_platform_error(error: Failure, *, what: str, url: str) -> PlatformError:
    """This error as one of ours. `what` is what was asked, such as "claim_run"."""
    if isinstance(error, APIError):
        return _refusal(error, what=what, url=url)
    if isinstance(error, AuthError):
        return _auth_failure(error, url=url)
    return not_reachable(url, _reason(error))


def not_reachable(url: str, reason: str) -> NotReachable:
    """Nobody answers there."""
    return NotReachable(
        f"the Supabase project does not answer ({reason})",
        where=url,
        hint="is the address right, and is it running? `baton status` shows the local stack",
    )


def _refusal(error: APIError, *, what: str, url: str) -> PlatformError:
    code, message = error.code or "", error.message or "no reason was given"
    if code == "PT409" and LEASE_LOST in message:
        return LeaseLost(message, where=what, hint=error.hint)
    if code in TOKEN_CODES or "api key" in message.lower():
        return NotSignedIn(f"the key or the session was refused: {message}", where=url, hint=_KEY_HINT)
    if code in AWAY_CODES:
        return not_reachable(url, f"{code}: {message}")
    if code in SCHEMA_CODES:
        return Refused(message, code=code, where=what, hint=_SCHEMA_HINT)
    if code == RIGHTS_CODE and "row-level security" in message:
        # The name of a policy helps nobody.
        return Refused(f"you may not write {what} here", code=code, where=what, hint=_RIGHTS_HINT)
    return Refused(message, code=code, where=what, hint=error.hint or _detail(error))


def _auth_failure(error: AuthError, *, url: str) -> PlatformError:
    if isinstance(error, AuthRetryableError):
        return not_reachable(url, error.message)
    if isinstance(error, AuthApiError) and error.status >= 500:
        return not_reachable(url, f"{error.status}: {error.message}")
    return NotSignedIn(error.message, where=url, hint="sign in with `baton login`")


def _detail(error: APIError) -> str | None:
    return str(error.details) if error.details else None


def _words(response: httpx.Response) -> str:
    """What the answer says, where it says it in JSON; else what its status means."""
    try:
        return str(response.json()["message"])
    except (ValueError, KeyError, TypeError):
        return response.reason_phrase


def _reason(error: Exception) -> str:
    # Some of httpx's errors say nothing but their class.
    return str(error) or type(error).__name__


_KEY_HINT = "check the key (BATON_KEY; a worker's is BATON_SECRET_KEY), or sign in with `baton login`"
_RIGHTS_HINT = "an administrator of the organization can, or can give you another role"
_SCHEMA_HINT = "the project's schema is not the one that this Baton works with; apply its migrations"
