"""Whatever a server writes into its headers, nothing breaks."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from worker.http.cookies import CookieJar, parse_set_cookie
from worker.http.digest import answered, strongest
from worker.http.redirects import destination, redirected
from worker.models.exchange import PreparedRequest, Response

URL = "http://api.test/a/b"

#: What could stand in a header, with the signs that mean something more often than chance has it.
VALUES = st.text(
    st.sampled_from('=;,"\\/:?#@[]%. \tDdigestrealmnonceExpiresMax-AgePathomin0159') | st.characters()
)


@given(VALUES, st.sampled_from(["", "a=1; Expires=", "a=1; Max-Age=", "a=1; Domain=", "a=1; Path="]))
def test_any_cookie_is_taken_or_left(value: str, beginning: str) -> None:
    """And what is taken can be sent."""
    jar = CookieJar()
    jar.take(URL, [beginning + value])
    jar.header_for(URL)


@given(st.integers(0, 400).map(lambda digits: "9" * digits))
def test_a_cookie_may_last_for_ever(digits: str) -> None:
    """However many digits it takes to say so."""
    for sign in ("", "-"):
        parse_set_cookie(f"a=1; Max-Age={sign}{digits}", URL, now=0.0)


@given(VALUES, st.sampled_from(["", "Digest ", 'Digest nonce="n", ']))
def test_any_challenge_is_answered_or_left(value: str, beginning: str) -> None:
    """With a header that has no line break in it."""
    challenge = strongest((beginning + value,))
    if challenge is not None:
        request = PreparedRequest(method="GET", url=URL)
        answered(request, {"username": "ada", "password": "p"}, challenge)


@given(VALUES, st.sampled_from(["", "http://", "https://api.test", "https://api.test:9", "//", "?"]))
def test_any_location_is_followed_or_left(value: str, beginning: str) -> None:
    """What is followed is a whole URL of HTTP."""
    response = Response(status_code=302, headers=(("Location", beginning + value),))
    target = destination(response, URL)
    if target is not None:
        assert redirected(PreparedRequest(method="GET", url=URL), 302, target).url == target
        assert target.startswith(("http://", "https://"))


@pytest.mark.parametrize("location", ["http://api.test:99999/", "http://api.test:x/", "http://[::1"])
def test_a_location_that_cannot_be_is_the_answer(location: str) -> None:
    """The test sees the redirect as it came."""
    response = Response(status_code=302, headers=(("Location", location),))
    assert destination(response, URL) is None
