"""Personal credentials, by name: `auth: { credential: partner }`.

A worker gets those of the person who asked for the run. Where nobody did, and in a run on one's own
machine, the secret of that name is the credential: a bearer token, or JSON in the words of `auth`.
"""

import json
from collections.abc import Iterable, Iterator, Mapping
from typing import Any

from context.templating import names_in
from context.values import JsonValue
from worker.errors import UsageError
from worker.models.environment import Service
from worker.models.request import Auth, AuthKind
from worker.models.suite import Test
from worker.parsing.auth import read_auth

#: What a stored credential's parts are called in `auth`, where the names differ.
_WORDS = {"access_key_id": "access_key", "secret_access_key": "secret_key"}

#: Kinds of stored credentials, as kinds of auth, with what else their auth needs.
_KINDS: Mapping[str, tuple[AuthKind, Mapping[str, JsonValue]]] = {
    "basic": (AuthKind.BASIC, {}),
    "bearer": (AuthKind.BEARER, {}),
    "api_key": (AuthKind.API_KEY, {}),
    "custom_header": (AuthKind.HEADER, {}),
    "digest": (AuthKind.DIGEST, {}),
    "aws_sigv4": (AuthKind.AWS, {}),
    "oauth2_client_credentials": (AuthKind.OAUTH2, {"grant": "client_credentials"}),
    "oauth2_password": (AuthKind.OAUTH2, {"grant": "password"}),
    "oauth2_refresh": (AuthKind.OAUTH2, {"grant": "refresh_token"}),
}


_NEEDED: Mapping[AuthKind, tuple[str, ...]] = {
    AuthKind.BASIC: ("username", "password"),
    AuthKind.BEARER: ("token",),
    AuthKind.HEADER: ("name", "value"),
    AuthKind.API_KEY: ("name", "value"),
    AuthKind.OAUTH2: ("grant", "token_url", "client_id"),
    AuthKind.DIGEST: ("username", "password"),
    AuthKind.AWS: ("access_key", "secret_key", "region", "service"),
}


def names_of_credentials(tests: Iterable[Test]) -> set[str]:
    """The credentials that these tests name."""
    return {
        str(use.path[1])
        for test in tests
        for use in (*test.uses, *test.cleanup_uses)
        if use.path[0] == "credentials" and len(use.path) > 1
    }


def names_of_service_secrets(services: Iterable[Service]) -> Iterator[str]:
    """The secrets that the auth of these services is made of."""
    for service in services:
        for value in service.auth.values.values():
            for name in names_in(value) if isinstance(value, str) else ():
                if name.path[0] == "secrets" and len(name.path) > 1:
                    yield str(name.path[1])


def from_secrets(names: Iterable[str], secrets: Mapping[str, str]) -> dict[str, Auth]:
    """The credentials of these names. Raises UsageError, which shows no value."""
    return {name: _from_secret(name, secrets[name]) for name in names if name in secrets}


def _from_secret(name: str, secret: str) -> Auth:
    if not secret.lstrip().startswith("{"):
        return Auth(kind=AuthKind.BEARER, values={"token": secret})
    try:
        auth = read_auth(json.loads(secret))
    except (ValueError, TypeError, KeyError):
        auth = None
    if auth is None or not is_complete(auth):
        raise UsageError(
            "this credential is neither a token nor JSON in the words of 'auth'",
            where=f"secrets.{name}",
            hint='Write for example {"basic": {"username": "ada", "password": "…"}}.',
        )
    return auth


def is_complete(auth: Auth) -> bool:
    """Whether it says all that its kind needs, in texts."""
    return auth.kind in _NEEDED and not _lacking(auth)


def _lacking(auth: Auth) -> list[str]:
    return [name for name in _NEEDED.get(auth.kind, ()) if not isinstance(auth.values.get(name), str)]


def stored_credential(kind: str, settings: Mapping[str, Any], secret: Mapping[str, str]) -> Auth | None:
    """A credential as the database keeps it; None for one that lacks something."""
    auth = _as_auth(kind, settings, secret)
    return auth if auth is not None and is_complete(auth) else None


def lack_of(kind: str, settings: Mapping[str, Any], secret: Mapping[str, str]) -> str:
    """What is wrong with a credential that the database keeps; nothing for one that is complete."""
    auth = _as_auth(kind, settings, secret)
    if auth is None:
        return f"this worker knows no credentials of the type {kind!r}"
    lacking = ", ".join(map(repr, _lacking(auth)))
    return f"its settings lack {lacking}" if lacking else ""


def _as_auth(kind: str, settings: Mapping[str, Any], secret: Mapping[str, str]) -> Auth | None:
    if kind not in _KINDS:
        return None
    of_auth, more = _KINDS[kind]
    parts = {_WORDS.get(name, name): value for name, value in {**settings, **secret}.items()}
    return Auth(kind=of_auth, values={**more, **parts})
