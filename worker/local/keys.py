"""The keys and passwords of one stack: random, made once, kept in a file of mode 0600."""

import base64
import hashlib
import secrets
from dataclasses import asdict, dataclass, field
from pathlib import Path

from worker.errors import LocalStackError
from worker.local.private_files import read_json, write_private_json

#: The Data API server checks the last part of a key against this word, as self-hosted Supabase does.
_KEY_REALM = "supabase-self-hosted"


@dataclass(frozen=True, slots=True, kw_only=True)
class StackKeys:
    """What opens this stack. Only the publishable key may be shown."""

    publishable: str
    secret: str = field(repr=False)
    jwt_secret: str = field(repr=False)
    admin_password: str = field(repr=False)
    owner_password: str = field(repr=False)
    realtime_password: str = field(repr=False)

    @classmethod
    def new(cls) -> "StackKeys":
        """Keys that nobody has used before."""
        return cls(
            publishable=_api_key("publishable"),
            secret=_api_key("secret"),
            jwt_secret=secrets.token_urlsafe(48),
            admin_password=secrets.token_urlsafe(24),
            owner_password=secrets.token_urlsafe(24),
            realtime_password=secrets.token_urlsafe(24),
        )


def keys_of(path: Path) -> StackKeys:
    """The keys in this file, which is made if it is missing."""
    if not path.exists():
        keys = StackKeys.new()
        write_private_json(path, asdict(keys))
        return keys
    try:
        return StackKeys(**(read_json(path) or {}))
    except TypeError:
        raise LocalStackError(
            "The keys of this stack cannot be read",
            where=str(path),
            hint="Put the file back, or begin again with `baton db reset` (this deletes the data).",
        ) from None


def make_vault_key(path: Path) -> None:
    """Write a random key of 256 bits, unless there is one."""
    if not path.exists():
        path.touch(mode=0o600)
        path.write_text(secrets.token_hex(32) + "\n", encoding="ascii")


def _api_key(kind: str) -> str:
    body = f"sb_{kind}_{secrets.token_urlsafe(17)[:22]}"
    digest = hashlib.sha256(f"{_KEY_REALM}|{body}".encode()).digest()
    return f"{body}_{base64.urlsafe_b64encode(digest).decode()[:8]}"
