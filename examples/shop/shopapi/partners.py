"""Programs that use the shop: OAuth 2 for those that can, Digest for one that is older."""

import hashlib
import hmac
import re
import secrets
from base64 import b64decode

from shopapi.messages import Answer, Call, ShopError
from shopapi.parts import Parts

#: The partner everybody may know; its secret is the password of the customers.
CLIENT = "partner"
REALM = "shop"


def token(parts: Parts, call: Call) -> Answer:
    """A token for a program (RFC 6749, 4.4): `client_credentials`, with id and secret as Basic."""
    scheme, _, sent = call.headers.get("authorization", "").partition(" ")
    name, _, password = b64decode(sent).decode().partition(":") if scheme == "Basic" else ("", "", "")
    known = hmac.compare_digest(password.encode(), parts.password.encode())
    if name != CLIENT or not known or call.form().get("grant_type") != "client_credentials":
        raise ShopError(401, "invalid_client", "Who are you?")
    return Answer(body=parts.tokens.issue(CLIENT))


def deliveries(parts: Parts, call: Call) -> Answer:
    """What a partner may see."""
    if parts.claims(call).person_id != CLIENT:
        raise ShopError(403, "partners_only", "This is for partners.")
    return Answer(body={"deliveries": []})


def stock_list(parts: Parts, call: Call) -> Answer:
    """A list behind Digest (RFC 7616, SHA-256), for a partner that knows nothing newer."""
    said = dict(re.findall(r'(\w+)="?([^",]*)"?', call.headers.get("authorization", "")))
    if not said or not hmac.compare_digest(said.get("response", ""), _wanted(parts, call, said)):
        challenge = f'Digest realm="{REALM}", qop="auth", algorithm=SHA-256, nonce="{secrets.token_hex(8)}"'
        raise ShopError(401, "digest_missing", "Say who you are.", WWW_Authenticate=challenge)
    return Answer(body={"stock": [{"product_id": "baton-oak", "left": 12}]})


def _wanted(parts: Parts, call: Call, said: dict[str, str]) -> str:
    who = _hash(f"{CLIENT}:{REALM}:{parts.password}")
    what = _hash(f"{call.method}:{said.get('uri')}")
    return _hash(":".join((who, *(said.get(name, "") for name in ("nonce", "nc", "cnonce", "qop")), what)))


def _hash(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()
