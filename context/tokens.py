"""JSON Web Tokens as templates make and read them: signed with a shared secret or an RSA key (RFC 7515).

What is made here is for the API under test; nothing here decides whether a token is good.
"""

import base64
import hashlib
import hmac
import json
from collections.abc import Mapping

from context.errors import TemplateError
from context.limits import json_value
from context.values import JsonValue

_DIGESTS = {"256": "sha256", "384": "sha384", "512": "sha512"}

#: How a token may be signed.
ALGORITHMS = ("HS256", "HS384", "HS512", "RS256", "RS384", "RS512", "none")


def jwt(value: object, key: str = "", *, algorithm: str = "HS256", headers: object = None) -> str:
    """A token with these claims, signed with `key`; `RS…` want a private key in PEM."""
    claims = json_value(value)
    more = json_value(headers or {})
    if not isinstance(claims, dict) or not isinstance(more, dict):
        raise TemplateError("jwt: claims and headers are objects", hint="{'sub': user_id} | jwt(secrets.key)")
    if algorithm not in ALGORITHMS:
        raise TemplateError("jwt does not know this algorithm", hint=f"one of {', '.join(ALGORITHMS)}")
    head = {"alg": algorithm, "typ": "JWT", **more}
    content = f"{_packed(head)}.{_packed(claims)}"
    return f"{content}.{_text(_signature(content.encode(), key, algorithm))}"


def jwt_decode(value: str) -> JsonValue:
    """The claims of a token. Its signature is not looked at: that is the API's business."""
    try:
        _, claims, _ = value.split(".")
        return json_value(json.loads(base64.urlsafe_b64decode(claims + "=" * (-len(claims) % 4))))
    except (ValueError, AttributeError):
        raise TemplateError("jwt_decode: the value is no JSON Web Token") from None


def _packed(part: Mapping[str, JsonValue]) -> str:
    return _text(json.dumps(part, separators=(",", ":"), ensure_ascii=False).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).decode().rstrip("=")


def _signature(content: bytes, key: str, algorithm: str) -> bytes:
    if algorithm == "none":
        return b""
    if not isinstance(key, str) or not key:
        raise TemplateError("jwt needs a key, as a text", hint="{'sub': user_id} | jwt(secrets.key)")
    digest = _DIGESTS[algorithm[2:]]
    if algorithm.startswith("HS"):
        return hmac.new(key.encode(), content, getattr(hashlib, digest)).digest()
    return _rsa_signature(content, key, digest)


def _rsa_signature(content: bytes, key: str, digest: str) -> bytes:
    try:
        from cryptography.hazmat.primitives import hashes
        from cryptography.hazmat.primitives.asymmetric.padding import PKCS1v15
        from cryptography.hazmat.primitives.asymmetric.rsa import RSAPrivateKey
        from cryptography.hazmat.primitives.serialization import load_pem_private_key
    except ImportError:
        raise TemplateError(
            "signing with a private key needs a package", hint="pip install 'baton[tls]'"
        ) from None
    try:
        private = load_pem_private_key(key.encode(), password=None)
    except (ValueError, TypeError):
        raise TemplateError("jwt: the key is no private key in PEM without a password") from None
    if not isinstance(private, RSAPrivateKey):
        raise TemplateError("jwt: RS… want an RSA key")
    return private.sign(
        content,
        PKCS1v15(),
        {"sha256": hashes.SHA256(), "sha384": hashes.SHA384(), "sha512": hashes.SHA512()}[digest],
    )
