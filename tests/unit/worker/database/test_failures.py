"""What the clients of Supabase raise, in our own words."""

import httpx
import pytest
from postgrest.exceptions import APIError
from supabase_auth.errors import AuthApiError, AuthRetryableError

from worker.database.failures import Failure, as_platform_error
from worker.errors import LeaseLost, NotReachable, NotSignedIn, PlatformError, Refused

URL = "http://127.0.0.1:1"


def an_api_error(code: str | None, message: str, **more: str) -> APIError:
    """An answer of PostgREST."""
    return APIError({"code": code, "message": message, **more})


@pytest.mark.parametrize(
    ("error", "expected"),
    [
        (an_api_error("PT409", "lease lost: another worker has this run now"), LeaseLost),
        (an_api_error("PT409", "batch 3 does not follow batch 1"), Refused),
        (an_api_error("42501", "permission denied for function claim_run"), Refused),
        (an_api_error("PGRST202", "Could not find the function"), Refused),
        (an_api_error("PGRST301", "JWT expired"), NotSignedIn),
        (an_api_error(None, "Invalid API key"), NotSignedIn),
        (an_api_error("503", "Service Unavailable"), NotReachable),
        (an_api_error("57014", "canceling statement due to statement timeout"), NotReachable),
        (httpx.ConnectError("refused"), NotReachable),
        (httpx.ReadTimeout(""), NotReachable),
        (AuthRetryableError("bad gateway", 502), NotReachable),
        (AuthApiError("Invalid login credentials", 400, "invalid_credentials"), NotSignedIn),
        (AuthApiError("oops", 500, "unexpected_failure"), NotReachable),
    ],
)
def test_every_failure_is_one_of_ours(error: Failure, expected: type[PlatformError]) -> None:
    """Lost, refused, not signed in or not reachable: each is answered in another way."""
    found = as_platform_error(error, what="record_run", url=URL)
    assert type(found) is expected
    assert found.what


def test_a_refusal_keeps_the_databases_hint() -> None:
    """The function knows best what to do."""
    found = as_platform_error(
        an_api_error("PT422", "there is no suite", hint="Push it first."), what="x", url=URL
    )
    assert isinstance(found, Refused)
    assert (found.code, found.hint) == ("PT422", "Push it first.")


def test_a_timeout_without_words_is_named() -> None:
    """Some errors of the HTTP client say nothing but their class."""
    found = as_platform_error(httpx.ReadTimeout(""), what="x", url=URL)
    assert "ReadTimeout" in found.what


def test_an_older_schema_says_so() -> None:
    """A function that is not there is a schema that is not ours."""
    found = as_platform_error(an_api_error("PGRST202", "no function"), what="x", url=URL)
    assert found.hint is not None
    assert "migrations" in found.hint
