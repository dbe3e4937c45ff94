"""The two kinds of key of a Supabase project, told apart before one is used for the other."""

import base64
import json

from worker.errors import SettingsError

_SECRET_PREFIX = "sb_secret_"
_PUBLISHABLE_PREFIX = "sb_publishable_"


def is_secret_key(key: str) -> bool:
    """Whether this key opens everything."""
    return key.startswith(_SECRET_PREFIX) or _role(key) == "service_role"


def is_publishable_key(key: str) -> bool:
    """Whether everybody may know this key."""
    return key.startswith(_PUBLISHABLE_PREFIX) or _role(key) == "anon"


def refuse_secret_key(key: str, *, where: str) -> None:
    """Raises SettingsError for a key that opens everything, where the publishable one is meant."""
    if is_secret_key(key):
        raise SettingsError(
            "this is a secret key, which opens everything",
            where=where,
            hint="give the publishable one (sb_publishable_…); the secret one is for `baton worker` alone",
        )


def refuse_publishable_key(key: str, *, where: str) -> None:
    """Raises SettingsError for a key that everybody may know, where the secret one is meant."""
    if is_publishable_key(key):
        raise SettingsError(
            "this is the publishable key, which may nothing here",
            where=where,
            hint="give a secret key of the project (sb_secret_…), one for each worker",
        )


def _role(key: str) -> str:
    """The role in a key of the older kind, which is a JWT."""
    parts = key.split(".")
    if len(parts) != 3:
        return ""
    try:
        payload = json.loads(base64.urlsafe_b64decode(parts[1] + "=" * (-len(parts[1]) % 4)))
    except ValueError:
        return ""
    return str(payload.get("role", "")) if isinstance(payload, dict) else ""
