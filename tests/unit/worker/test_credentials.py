"""Personal credentials: where they come from, and what they become."""

import pytest

from context.values import JsonValue
from tests.builders import a_request
from tests.unit.worker.parsing.reading import suite_of
from worker.credentials import from_secrets, lack_of, names_of_credentials, stored_credential
from worker.errors import RequestError, UsageError
from worker.http.build import build_request
from worker.http.origin import Origin
from worker.models.request import Auth, AuthKind

PARTNER = a_request(url="/x", auth=Auth(kind=AuthKind.CREDENTIAL, values={"name": "partner"}))


def as_it_is(value: JsonValue, *, field: str) -> JsonValue:
    """Nothing is a template."""
    assert "{{" not in str(value)
    return value


def test_the_names_come_from_tests_and_defaults() -> None:
    """Also from steps and clean-up; a test that says something else needs no default."""
    suite = suite_of("""
        suite: s
        defaults: { auth: { credential: common } }
        tests:
          plain: { GET: / }
          own: { GET: /, auth: { credential: mine }, cleanup: { DELETE: /, auth: { credential: broom } } }
          steps: { steps: [{ GET: /, auth: { credential: step } }] }
          none: { GET: /, auth: none }
    """)
    assert names_of_credentials(suite.tests.values()) == {"common", "mine", "broom", "step"}
    assert names_of_credentials([suite.tests["none"]]) == set()


def test_a_secret_is_a_token_or_says_what_it_is() -> None:
    """In the words of `auth`."""
    secrets = {"a": "tok-1", "b": '{"basic": {"username": "ada", "password": "sesame"}}'}
    found = from_secrets(["a", "b", "missing"], secrets)
    assert found == {
        "a": Auth(kind=AuthKind.BEARER, values={"token": "tok-1"}),
        "b": Auth(kind=AuthKind.BASIC, values={"username": "ada", "password": "sesame"}),
    }


@pytest.mark.parametrize(
    "secret", ["{", "{}", '{"basic": 3}', '{"basic": {"username": "hidden"}}', '{"x": {}}']
)
def test_a_secret_that_says_nothing_is_refused_without_being_shown(secret: str) -> None:
    """It may hold half a password."""
    with pytest.raises(UsageError) as raised:
        from_secrets(["a"], {"a": secret})
    assert "hidden" not in str(raised.value)


def test_a_password_with_braces_is_no_template() -> None:
    """Nobody fills what was stored; and everything is told that must be hidden."""
    hidden: list[str] = []
    auth = Auth(kind=AuthKind.BASIC, values={"username": "ada", "password": "{{ x }}"})
    origin = Origin(base_url="http://a", credentials={"partner": auth}, hide=hidden.append)
    request = build_request(PARTNER, render=as_it_is, origin=origin)
    assert dict(request.headers)["Authorization"] == "Basic YWRhOnt7IHggfX0="
    assert hidden == ["{{ x }}"]


def test_a_run_without_the_credential_does_not_send() -> None:
    """Nobody's request goes out as somebody else's, or as nobody's."""
    with pytest.raises(RequestError, match="no credential 'partner'"):
        build_request(PARTNER, render=as_it_is, origin=Origin(base_url="http://a"))


_CLIENT = {"client_id": "c", "client_secret": "s"}
_KEYS = {"access_key_id": "a", "secret_access_key": "s"}


@pytest.mark.parametrize(
    ("kind", "settings", "secret", "auth_kind"),
    [
        ("basic", {}, {"username": "a", "password": "b"}, AuthKind.BASIC),
        ("bearer", {}, {"token": "t"}, AuthKind.BEARER),
        ("api_key", {"name": "X-Key", "in": "header"}, {"value": "v"}, AuthKind.API_KEY),
        ("custom_header", {"name": "X-Key"}, {"value": "v"}, AuthKind.HEADER),
        ("oauth2_client_credentials", {"token_url": "/t"}, _CLIENT, AuthKind.OAUTH2),
        ("aws_sigv4", {"region": "r", "service": "s"}, _KEYS, AuthKind.AWS),
        ("api_key", {}, {"value": "v"}, None),
        ("fax", {}, {}, None),
    ],
)
def test_a_stored_credential_becomes_auth(
    kind: str, settings: dict[str, str], secret: dict[str, str], auth_kind: AuthKind | None
) -> None:
    """By its type; one that lacks something is none."""
    auth = stored_credential(kind, settings, secret)
    assert (auth.kind if auth else None) is auth_kind


@pytest.mark.parametrize(
    ("kind", "settings", "lack"),
    [
        ("custom_header", {"name": "X-Key"}, ""),
        ("custom_header", {}, "its settings lack 'name'"),
        ("oauth2_password", {"client_id": "c"}, "its settings lack 'token_url'"),
        ("kerberos", {}, "this worker knows no credentials of the type 'kerberos'"),
    ],
)
def test_what_a_stored_credential_lacks_is_said(kind: str, settings: dict[str, str], lack: str) -> None:
    """By name, and without its values."""
    secret = {"value": "v", "username": "u", "password": "p"}
    assert lack_of(kind, settings, secret) == lack
    assert (stored_credential(kind, settings, secret) is None) == bool(lack)
