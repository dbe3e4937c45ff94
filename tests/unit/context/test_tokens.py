"""JSON Web Tokens that templates make, read by another library."""

import jwt as pyjwt
import pytest
from cryptography.hazmat.primitives.asymmetric import ec, rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat, PublicFormat

from context.errors import TemplateError
from context.templating import render
from context.values import JsonValue

KEY = "0123456789abcdef" * 4
RSA = rsa.generate_private_key(public_exponent=65537, key_size=2048)


def _pem(key: rsa.RSAPrivateKey | ec.EllipticCurvePrivateKey) -> str:
    return key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()


def fill(template: str, **names: JsonValue) -> JsonValue:
    """The template, filled."""
    return render(template, {"claims": {"sub": "ada", "n": 1}, "key": KEY, **names})


@pytest.mark.parametrize("algorithm", ["HS256", "HS384", "HS512"])
def test_a_token_signed_with_a_shared_secret(algorithm: str) -> None:
    """Anybody who knows the secret can check it."""
    token = fill(f"{{{{ claims | jwt(key, algorithm='{algorithm}') }}}}")
    assert pyjwt.decode(str(token), KEY, algorithms=[algorithm]) == {"sub": "ada", "n": 1}


@pytest.mark.parametrize("algorithm", ["RS256", "RS384", "RS512"])
def test_a_token_signed_with_a_private_key(algorithm: str) -> None:
    """Anybody who has the public key can check it."""
    token = fill(f"{{{{ claims | jwt(pem, algorithm='{algorithm}') }}}}", pem=_pem(RSA))
    public = RSA.public_key().public_bytes(Encoding.PEM, PublicFormat.SubjectPublicKeyInfo)
    assert pyjwt.decode(str(token), public, algorithms=[algorithm])["sub"] == "ada"


def test_further_headers() -> None:
    """Such as the key's id."""
    token = fill("{{ claims | jwt(key, headers={'kid': 'k1'}) }}")
    assert pyjwt.get_unverified_header(str(token)) == {"alg": "HS256", "typ": "JWT", "kid": "k1"}


def test_the_claims_of_a_token() -> None:
    """Read without looking at the signature; also of a token that is not signed."""
    assert fill("{{ claims | jwt(key) | jwt_decode }}") == {"sub": "ada", "n": 1}
    assert fill("{{ claims | jwt(algorithm='none') | jwt_decode }}") == {"sub": "ada", "n": 1}


@pytest.mark.parametrize(
    ("template", "message"),
    [
        ("{{ 'ada' | jwt(key) }}", "claims and headers are objects"),
        ("{{ claims | jwt }}", "jwt needs a key"),
        ("{{ claims | jwt(key, algorithm='XS1') }}", "does not know this algorithm"),
        ("{{ claims | jwt(key, algorithm='RS256') }}", "no private key in PEM"),
        ("{{ claims | jwt(curve, algorithm='RS256') }}", "want an RSA key"),
        ("{{ 'a.b' | jwt_decode }}", "no JSON Web Token"),
        ("{{ 'a.!.c' | jwt_decode }}", "no JSON Web Token"),
        ("{{ 1 | jwt_decode }}", "no JSON Web Token"),
        ("{{ 'x' | hmac('k', algorithm='md5') }}", "hmac knows the algorithms"),
        ("{{ 'x' | hmac('k', encoding='utf') }}", "hmac knows the encodings"),
    ],
)
def test_what_cannot_be_signed_or_read_is_refused(template: str, message: str) -> None:
    """Without the key in the message."""
    curve = _pem(ec.generate_private_key(ec.SECP256R1()))
    with pytest.raises(TemplateError, match=message) as caught:
        fill(template, curve=curve)
    assert KEY not in str(caught.value)
