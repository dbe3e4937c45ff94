"""AWS Signature Version 4: Amazon's published examples, and what AWS's own client signs."""

from datetime import UTC, datetime

import pytest

from worker.http.sigv4 import sign
from worker.models.exchange import Headers, PreparedRequest

NOW = datetime(2015, 8, 30, 12, 36, tzinfo=UTC)
KEYS = {
    "access_key": "AKIDEXAMPLE",
    "secret_key": "wJalrXUtnFEMI/K7MDENG+bPxRfiCYEXAMPLEKEY",
    "region": "us-east-1",
    "service": "service",
}
FORM: Headers = (("Content-Type", "application/x-www-form-urlencoded"),)


def signed(
    url: str, *, method: str = "GET", headers: Headers = (), body: bytes | None = None, **more: str
) -> PreparedRequest:
    """The request with its signature; further keys by name."""
    request = PreparedRequest(method=method, url=url, headers=headers, body=body)
    return sign(request, {**KEYS, **more}, now=NOW)


def authorization(request: PreparedRequest) -> str:
    """The Authorization header."""
    return dict(request.headers)["Authorization"]


@pytest.mark.parametrize(
    ("method", "path", "headers", "body", "signature"),
    [
        # get-vanilla, and what is the same after normalisation
        ("GET", "/", (), None, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        ("GET", "/example/..", (), None, "5fa00fa31553b73ebf1942676e86291e8372ff2a2260956d9b8aae1d763fbf31"),
        # get-slashes
        ("GET", "//example//", (), None, "9a624bd73a37c9a373b5312afbebe7a714a789de108f0bdfe846570885f57e84"),
        # get-vanilla-query-order-key-case
        (
            "GET",
            "/?Param2=value2&Param1=value1",
            (),
            None,
            "b97d918cfa904a5beff61c982a1b6f458b799221646efd99d3219ec94cdf2500",
        ),
        # post-header-key-sort
        (
            "POST",
            "/",
            (("My-Header1", "value1"),),
            None,
            "c5410059b04c1ee005303aed430f6e6645f61f4dc9e1461ec8f8916fdf18852c",
        ),
        # post-x-www-form-urlencoded
        (
            "POST",
            "/",
            FORM,
            b"Param1=value1",
            "ff11897932ad3f4e8b18135d722051e5ac45fc38421b1da7b9d196a0fe09473a",
        ),
    ],
)
def test_the_published_examples(
    method: str, path: str, headers: Headers, body: bytes | None, signature: str
) -> None:
    """Of Amazon's Signature Version 4 test suite."""
    request = signed(f"https://example.amazonaws.com{path}", method=method, headers=headers, body=body)
    assert authorization(request).endswith(f"Signature={signature}")


def test_the_header_says_what_was_signed() -> None:
    """Credential, scope and the names of headers, in their order."""
    request = signed("https://example.amazonaws.com/")
    assert authorization(request).startswith(
        "AWS4-HMAC-SHA256 Credential=AKIDEXAMPLE/20150830/us-east-1/service/aws4_request, "
        "SignedHeaders=host;x-amz-date, Signature="
    )
    assert dict(request.headers)["X-Amz-Date"] == "20150830T123600Z"


def test_s3_signs_the_path_as_it_is_and_the_body() -> None:
    """What AWS's own client signs for an object with a space and a slash in its key."""
    request = signed(
        "https://bucket.s3.amazonaws.com/a%20b/c+d?list-type=2", service="s3", session_token="token"
    )
    said = authorization(request)
    assert "SignedHeaders=host;x-amz-content-sha256;x-amz-date;x-amz-security-token" in said
    assert request.url == "https://bucket.s3.amazonaws.com/a%20b/c%2Bd?list-type=2"


def test_what_is_signed_is_what_is_sent() -> None:
    """Signs that Amazon encodes and others do not are encoded on the wire, too."""
    request = signed("https://example.amazonaws.com/a:b/(c)?q=a,b&z=1+2")
    assert request.url == "https://example.amazonaws.com/a%3Ab/%28c%29?q=a%2Cb&z=1%202"


def test_a_slash_inside_a_name_stays_there() -> None:
    """An encoded slash separates nothing: decoded, it would be another address."""
    assert signed("https://example.amazonaws.com/keys/a%2Fb c").url.endswith("/keys/a%2Fb%20c")


def test_headers_that_proxies_change_are_not_signed() -> None:
    """Nor is the one that says who we are."""
    request = signed("https://example.amazonaws.com/", headers=(("User-Agent", "me"), ("Accept", "*/*")))
    assert "SignedHeaders=host;x-amz-date," in authorization(request)


def test_a_port_that_is_not_the_usual_one_is_part_of_the_host() -> None:
    """As it stands in the Host header."""
    usual = signed("https://example.amazonaws.com:443/")
    other = signed("https://example.amazonaws.com:8443/")
    assert authorization(usual) == authorization(signed("https://example.amazonaws.com/"))
    assert authorization(other) != authorization(usual)


def test_the_signature_is_told_to_whoever_hides_secrets() -> None:
    """And the secret key stands nowhere."""
    hidden: list[str] = []
    request = PreparedRequest(method="GET", url="https://example.amazonaws.com/", hide=hidden.append)
    sent = sign(request, KEYS, now=NOW)
    assert authorization(sent).endswith(hidden[0])
    assert KEYS["secret_key"] not in str(sent.headers)
