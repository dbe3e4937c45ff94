"""Digest: the examples of RFC 7616, and what servers write."""

import pytest

from worker.http.digest import answered, strongest
from worker.models.exchange import PreparedRequest

NONCE = "7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v"
OPAQUE = "FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS"
MUFASA = {"username": "Mufasa", "password": "Circle of Life"}


def authorization(
    request: PreparedRequest, values: dict[str, str], client_nonce: str, *challenges: str
) -> str:
    """The Authorization header that answers these challenges."""
    challenge = strongest(challenges)
    assert challenge is not None
    sent = answered(request, values, challenge, client_nonce=lambda: client_nonce)
    return dict(sent.headers)["Authorization"]


@pytest.mark.parametrize(
    ("algorithm", "response"),
    [
        ("MD5", "8ca523f5e9506fed4657c9700eebdbec"),
        ("SHA-256", "753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1"),
    ],
)
def test_the_first_example_of_the_rfc(algorithm: str, response: str) -> None:
    """RFC 7616, 3.9.1: the same request by both algorithms."""
    challenge = (
        f'Digest realm="http-auth@example.org", qop="auth, auth-int", algorithm={algorithm}, '
        f'nonce="{NONCE}", opaque="{OPAQUE}"'
    )
    request = PreparedRequest(method="GET", url="http://www.example.org/dir/index.html")
    said = authorization(request, MUFASA, "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", challenge)
    assert said == (
        'Digest username="Mufasa", realm="http-auth@example.org", '
        f'nonce="{NONCE}", uri="/dir/index.html", algorithm={algorithm}, response="{response}", '
        'qop=auth, nc=00000001, cnonce="f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ", '
        f'opaque="{OPAQUE}"'
    )


def test_the_second_example_of_the_rfc() -> None:
    """RFC 7616, 3.9.2, with the values of its erratum 4897: SHA-512/256, the name hashed, in UTF-8."""
    challenge = (
        'Digest realm="api@example.org", qop="auth", algorithm=SHA-512-256, '
        'nonce="5TsQWLVdgBdmrQ0XsxbDODV+57QdFR34I9HAbC/RVvkK", charset=UTF-8, userhash=true'
    )
    request = PreparedRequest(method="GET", url="http://api.example.org/doe.json")
    values = {"username": "Jäsøn Doe", "password": "Secret, or not?"}
    said = authorization(request, values, "NTg6RKcb9boFIAS3KrFK9BGeh+iDa/sm6jUMp2wds69v", challenge)
    assert 'username="793263caabb707a56211940d90411ea4a575adeccb7e360aeb624ed06ece9b0b"' in said
    assert 'response="3798d4131c277846293534c3edc11bd8a5e4cdcbff78b05db9d95eeb1cec68a5"' in said
    assert "userhash=true" in said


def test_the_strongest_of_several_challenges_is_answered() -> None:
    """Whether they come in several headers or in one, among those of other schemes."""
    weak = 'Basic realm="x", Digest realm="a, b", nonce="1", algorithm=MD5'
    chosen = strongest((f'{weak}, Digest realm="c", nonce="2", algorithm=SHA-256',))
    assert chosen is not None
    assert (chosen.nonce, chosen.algorithm) == ("2", "SHA-256")
    several = strongest(('Digest realm="a", nonce="1"', 'Bearer realm="b"'))
    assert several is not None
    assert (several.realm, several.algorithm, several.qop) == ("a", "MD5", "")


@pytest.mark.parametrize(
    "header", ["", "Basic realm=x", 'Digest realm="x"', 'Digest realm="x", nonce="1", algorithm=SHA-3']
)
def test_what_cannot_be_answered_is_no_challenge(header: str) -> None:
    """Another scheme, no nonce, an algorithm that nobody knows."""
    assert strongest((header,)) is None


def test_quotes_in_names_are_escaped() -> None:
    """A realm's quotes come back as they came."""
    request = PreparedRequest(method="GET", url="http://api.test/")
    said = authorization(request, MUFASA, "c", 'Digest realm="a \\"b\\"", nonce="1"')
    assert 'realm="a \\"b\\""' in said


def test_a_name_that_is_not_ascii_is_sent_encoded() -> None:
    """RFC 7616, 3.4: `username*`, where the server does not want it hashed."""
    request = PreparedRequest(method="GET", url="http://api.test/")
    said = authorization(request, {"username": "zoë", "password": "p"}, "c", 'Digest realm="a", nonce="1"')
    assert "username*=UTF-8''zo%C3%AB" in said
