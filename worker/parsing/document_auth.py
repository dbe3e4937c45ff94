"""The file format: who a request comes from."""

from collections.abc import Mapping
from typing import Any

from worker.parsing.document_values import TEXT
from worker.parsing.http_values import read_header_name, read_token_url
from worker.parsing.names import read_credential_name
from worker.parsing.plain_values import read_text, read_words, word
from worker.parsing.readers import Value
from worker.parsing.shape import Key, Shape

_PLACES = ("header", "query", "cookie")
_GRANTS = ("client_credentials", "password", "refresh_token")
_CLIENT_AUTH = ("basic", "body")

_SECRET = "{{ secrets.%s }}"
_HEADER_NAME = Value(lambda value: read_header_name(read_text(value)), {"type": "string"})


def _no_auth(value: Any) -> dict[str, Any] | None:
    return {} if value == "none" else None


def read_scope(value: Any) -> str:
    """Scopes as one text: a text, or a list of them."""
    if isinstance(value, list):
        return " ".join(read_words(part) for part in value)
    return read_text(value)


def _user_keys(whose: str) -> Mapping[str, Key]:
    return {
        "username": Key(TEXT, f"{whose} name.", required=True, examples=("ada",)),
        "password": Key(
            TEXT,
            "The password; better never in clear.",
            required=True,
            examples=(_SECRET % "password",),
        ),
    }


BASIC = Shape(
    name="'basic'",
    title="Basic",
    description="User name and password.",
    example='username: ada, password: "{{ secrets.password }}"',
    keys=_user_keys("The user's"),
)

DIGEST = Shape(
    name="'digest'",
    title="Digest",
    description="User name and password, sent as an answer to the server's challenge (RFC 7616).",
    example='username: ada, password: "{{ secrets.password }}"',
    keys=_user_keys("The user's"),
)

HEADER_AUTH = Shape(
    name="'header'",
    title="HeaderAuth",
    description="A header of one's own.",
    example='name: X-Api-Key, value: "{{ secrets.api_key }}"',
    keys={
        "name": Key(_HEADER_NAME, "The header's name.", required=True, examples=("X-Api-Key",)),
        "value": Key(TEXT, "The header's value.", required=True, examples=(_SECRET % "api_key",)),
    },
)

API_KEY = Shape(
    name="'api_key'",
    title="ApiKey",
    description="A key in a header, in the query or in a cookie.",
    example='name: X-Api-Key, value: "{{ secrets.api_key }}"',
    keys={
        "name": Key(
            Value(read_words, {"type": "string", "minLength": 1}),
            "The name of the header, the query parameter or the cookie.",
            required=True,
            examples=("X-Api-Key",),
        ),
        "value": Key(TEXT, "The key; always secret.", required=True, examples=(_SECRET % "api_key",)),
        "in": Key(
            Value(word(*_PLACES), {"enum": list(_PLACES)}), "Where it stands. Without it: in a header."
        ),
    },
)

OAUTH2 = Shape(
    name="'oauth2'",
    title="OAuth2",
    description="A bearer token from a token endpoint (RFC 6749). It is asked for once in a run, and"
    " renewed before it expires and after a 401.",
    example='token_url: /oauth/token, client_id: shop, client_secret: "{{ secrets.client_secret }}"',
    keys={
        "grant": Key(
            Value(word(*_GRANTS), {"enum": list(_GRANTS)}),
            "What the token is asked for with. Without it: client_credentials.",
        ),
        "token_url": Key(
            Value(read_token_url, {"type": "string", "pattern": r"^(/|https?://|\{\{|\{%)"}),
            "The token endpoint: a whole URL, or a path below the base URL.",
            required=True,
            examples=("https://login.example.com/oauth/token",),
        ),
        "client_id": Key(TEXT, "The client's id.", required=True, examples=("shop",)),
        "client_secret": Key(TEXT, "The client's secret.", examples=(_SECRET % "client_secret",)),
        "username": Key(TEXT, "The user's name, for the grant `password`.", examples=("ada",)),
        "password": Key(
            TEXT, "The user's password, for the grant `password`.", examples=(_SECRET % "password",)
        ),
        "refresh_token": Key(
            TEXT,
            "The token to ask with, for the grant `refresh_token`.",
            examples=(_SECRET % "refresh_token",),
        ),
        "scope": Key(
            Value(
                read_scope,
                {"anyOf": [{"type": "string"}, {"type": "array", "items": {"type": "string"}}]},
            ),
            "What the token shall be good for: words with spaces between them, or a list.",
            examples=("orders:read orders:write",),
        ),
        "audience": Key(
            TEXT,
            "Whom the token is for, where the server asks for that.",
            examples=("https://api.example.com",),
        ),
        "resource": Key(
            TEXT, "The resource that the token is for (RFC 8707).", examples=("https://api.example.com",)
        ),
        "client_auth": Key(
            Value(word(*_CLIENT_AUTH), {"enum": list(_CLIENT_AUTH)}),
            "Where the client's id and secret stand: `basic` (a header, the default where there is a"
            " secret) or `body`.",
        ),
    },
)

AWS = Shape(
    name="'aws'",
    title="Aws",
    description="A signature of AWS (Version 4) over the whole request.",
    example='access_key: AKIA…, secret_key: "{{ secrets.aws_key }}", region: eu-central-1, service: s3',
    keys={
        "access_key": Key(TEXT, "The access key's id.", required=True, examples=(_SECRET % "aws_id",)),
        "secret_key": Key(TEXT, "The secret access key.", required=True, examples=(_SECRET % "aws_key",)),
        "session_token": Key(
            TEXT, "The session's token, for temporary keys.", examples=("{{ secrets.aws_session }}",)
        ),
        "region": Key(TEXT, "The region.", required=True, examples=("eu-central-1",)),
        "service": Key(TEXT, "The service's short name.", required=True, examples=("execute-api",)),
    },
)

AUTH = Shape(
    name="'auth'",
    title="Auth",
    description="Who a request comes from: exactly one of these, or the word `none`.",
    example='bearer: "{{ tokens.access_token }}"',
    wanted="'none' or a mapping",
    shorthand=_no_auth,
    shorthand_schema={"const": "none"},
    one_of=("bearer", "basic", "header", "api_key", "oauth2", "digest", "aws", "credential"),
    one_of_hint='write none, or for example { bearer: "{{ tokens.access_token }}" }',
    keys={
        "bearer": Key(
            TEXT,
            "A token for the header `Authorization: Bearer …`.",
            examples=("{{ tokens.access_token }}",),
        ),
        "basic": Key(BASIC, "User name and password."),
        "header": Key(HEADER_AUTH, "A header of one's own."),
        "api_key": Key(API_KEY, "A key in a header, in the query or in a cookie."),
        "oauth2": Key(OAUTH2, "A token from a token endpoint."),
        "digest": Key(DIGEST, "User name and password, hashed with the server's challenge."),
        "aws": Key(AWS, "A signature of AWS, Version 4."),
        "credential": Key(
            Value(read_credential_name, {"type": "string", "pattern": "^[A-Za-z_][A-Za-z0-9_-]*$"}),
            "The name of a personal credential; in a run on this machine: of a secret that holds it.",
            examples=("partner",),
        ),
    },
)

AUTH_SHAPES: tuple[Shape, ...] = (AUTH, BASIC, HEADER_AUTH, API_KEY, OAUTH2, DIGEST, AWS)
