"""Cookies by the rules of RFC 6265."""

import pytest

from tests.manual_clock import ManualClock
from worker.http.cookies import CookieJar, join_cookies, parse_set_cookie

URL = "https://api.shop.test/v1/login"


def jar_with(*set_cookie: str, url: str = URL, clock: ManualClock | None = None) -> CookieJar:
    """A jar that has taken these from an answer."""
    jar = CookieJar(clock or ManualClock())
    jar.take(url, set_cookie)
    return jar


@pytest.mark.parametrize(
    ("set_cookie", "url", "sent"),
    [
        ("a=1", "https://api.shop.test/v1/me", "a=1"),
        ("a=1", "https://api.shop.test/other", ""),
        ("a=1; Path=/", "https://api.shop.test/other", "a=1"),
        ("a=1; Path=/v1", "https://api.shop.test/v10", ""),
        ("a=1; Path=/v1/", "https://api.shop.test/v1", ""),
        ("a=1; Path=/", "https://shop.test/", ""),
        ("a=1; Path=/", "https://x.api.shop.test/", ""),
        ("a=1; Path=/; Domain=shop.test", "https://other.shop.test/", "a=1"),
        ("a=1; Path=/; Domain=.SHOP.test", "https://shop.test/", "a=1"),
        ("a=1; Path=/; Domain=shop.test", "https://evilshop.test/", ""),
        ("a=1; Path=/; Domain=other.test", "https://api.shop.test/", ""),
        ("a=1; Path=/; Domain=test", "https://api.shop.test/", ""),
        ("a=1; Path=/; Secure", "http://api.shop.test/", ""),
        ("a=1; Path=/; Secure", "https://api.shop.test/", "a=1"),
        ('a="q x"; Path=/', "https://api.shop.test/", "a=q x"),
        ("=1; Path=/", "https://api.shop.test/", ""),
        ("nothing", "https://api.shop.test/", ""),
        ("a=; Path=/", "https://api.shop.test/", "a="),
    ],
)
def test_a_cookie_goes_where_it_may(set_cookie: str, url: str, sent: str) -> None:
    """By host, domain, path and TLS; a host cannot set one for another, or for a whole top level."""
    assert jar_with(set_cookie).header_for(url) == sent


def test_this_machine_is_as_safe_as_tls() -> None:
    """Developers' servers set Secure cookies, too."""
    jar = jar_with("a=1; Secure; Path=/", url="http://127.0.0.1:8900/")
    assert jar.header_for("http://127.0.0.1:8900/x") == "a=1"


@pytest.mark.parametrize(
    "attribute",
    [
        "Max-Age=60",
        "Expires=Thu, 01-Jan-2026 00:01:00 GMT",
        "Max-Age=60; Expires=Thu, 01 Jan 1970 00:00:00 GMT",
    ],
)
async def test_a_cookie_ends_when_it_said(attribute: str) -> None:
    """Max-Age counts before Expires, whose older form is read, too."""
    clock = ManualClock()
    jar = jar_with(f"a=1; Path=/; {attribute}", clock=clock)
    assert jar.header_for(URL) == "a=1"
    await clock.advance(61)
    assert jar.header_for(URL) == ""


def test_a_cookie_is_replaced_and_taken_back() -> None:
    """The same name, domain and path is the same cookie; one that has ended is gone."""
    jar = jar_with("a=1; Path=/", "b=2; Path=/")
    jar.take(URL, ["a=3; Path=/", "b=; Path=/; Max-Age=0"])
    assert jar.header_for(URL) == "a=3"


def test_longer_paths_come_first() -> None:
    """Servers that look at the first one find the nearest."""
    jar = jar_with("a=far; Path=/", "a=near; Path=/v1")
    assert jar.header_for(URL) == "a=near; a=far"


def test_what_a_test_sends_itself_wins() -> None:
    """A cookie of the jar with the same name stays at home."""
    assert join_cookies("a=own", "a=jar; b=jar") == "a=own; b=jar"
    assert (join_cookies("", "b=1"), join_cookies("a=1", "")) == ("b=1", "a=1")


def test_a_cookie_prints_no_value() -> None:
    """Its repr may end up in a traceback."""
    cookie = parse_set_cookie("session=s3cret; HttpOnly; SameSite=Lax", URL, now=0)
    assert cookie is not None
    assert "s3cret" not in repr(cookie)
    assert (cookie.http_only, cookie.same_site, cookie.path) == (True, "Lax", "/v1")
