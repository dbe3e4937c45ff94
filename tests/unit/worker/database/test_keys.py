"""Two kinds of key, of which one is often put where the other belongs."""

import base64
import json

import pytest

from worker.database.keys import is_publishable_key, is_secret_key, refuse_publishable_key, refuse_secret_key
from worker.errors import SettingsError


def _older(role: str) -> str:
    """A key of the kind that is a JWT."""
    body = base64.urlsafe_b64encode(json.dumps({"role": role}).encode()).decode().rstrip("=")
    return f"eyJhbGciOiJIUzI1NiJ9.{body}.c2lnbmF0dXJl"


@pytest.mark.parametrize(
    ("key", "secret", "publishable"),
    [
        ("sb_secret_abc", True, False),
        ("sb_publishable_abc", False, True),
        (_older("service_role"), True, False),
        (_older("anon"), False, True),
        (_older("authenticated"), False, False),
        ("a.b.c", False, False),
        ("nonsense", False, False),
        ("", False, False),
    ],
)
def test_keys_are_told_apart(key: str, secret: bool, publishable: bool) -> None:
    """By how they begin, or by the role in those of the older kind; what is neither may be anything."""
    assert (is_secret_key(key), is_publishable_key(key)) == (secret, publishable)


def test_the_wrong_one_is_refused_without_showing_it() -> None:
    """Where it was given, and which one belongs there."""
    with pytest.raises(SettingsError, match="opens everything") as secret:
        refuse_secret_key("sb_secret_abc", where="BATON_KEY")
    assert secret.value.where == "BATON_KEY"
    assert "sb_publishable_…" in (secret.value.hint or "")
    with pytest.raises(SettingsError, match="may nothing here") as publishable:
        refuse_publishable_key("sb_publishable_abc", where="BATON_SECRET_KEY")
    assert "sb_secret_…" in (publishable.value.hint or "")
    for error in (secret, publishable):
        assert "abc" not in f"{error.value} {error.value.hint}"
    refuse_secret_key("sb_publishable_abc", where="BATON_KEY")
    refuse_publishable_key("sb_secret_abc", where="BATON_SECRET_KEY")
