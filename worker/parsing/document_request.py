"""The file format: what a request is made of."""

from worker.parsing.document_auth import AUTH, AUTH_SHAPES
from worker.parsing.document_body import BODY_KEYS, BODY_SHAPES
from worker.parsing.document_values import BOOLEAN, HEADERS, TEXT
from worker.parsing.file_paths import FILE_OR_CONTENT
from worker.parsing.http_values import (
    read_cookie_name,
    read_http_version,
    read_method,
    read_proxy,
    read_query_value,
    read_scalar,
    read_url,
)
from worker.parsing.names import KEY, read_service_name
from worker.parsing.plain_values import read_anything, whole_number, word
from worker.parsing.readers import MappingOf, Value
from worker.parsing.schema_parts import QUERY, SCALAR
from worker.parsing.shape import Key, Shape
from worker.parsing.time_limits import TIME_LIMITS, TimeLimits

#: Keys of `defaults` whose templates count for every test that does not say them itself.
DEFAULT_TEMPLATES = ("auth", "proxy", "tls")

METHODS = ("GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS")

_URL = Value(read_url, {"type": "string", "pattern": r"^(/|https?://|\{\{|\{%)"})


REQUEST = Shape(
    name="'request'",
    title="Request",
    description="A request with a method that has no key of its own.",
    example="method: PROPFIND, url: /files",
    keys={
        "method": Key(
            Value(read_method, {"type": "string", "pattern": "^[A-Z][A-Z0-9_-]*$"}),
            "The method, in capital letters.",
            required=True,
            examples=("PROPFIND",),
        ),
        "url": Key(_URL, "A path below the base URL, or a whole URL.", required=True, examples=("/files",)),
    },
)

#: Where a request goes: a test and a step have exactly one of these.
TARGET_KEYS = {
    **{
        method: Key(
            _URL,
            f"Send a {method} to this path below the base URL, or to this whole URL.",
            examples=("/orders/{{ order_id }}",),
        )
        for method in METHODS
    },
    "request": Key(REQUEST, "Any other method."),
}
TARGETS = tuple(TARGET_KEYS)
TARGETS_HINT = "write for example 'GET: /health'"

TLS = Shape(
    name="'tls'",
    title="Tls",
    description="How a server shows who it is, and how we show it to the server.",
    example="ca: certificates/our-ca.pem",
    keys={
        "verify": Key(BOOLEAN, "Whether the server's certificate is checked. Without it: true."),
        "ca": Key(
            FILE_OR_CONTENT,
            "Certificates (PEM) of authorities to trust besides the usual ones: a file, or a variable.",
            examples=("certificates/our-ca.pem", "{{ env.our_ca }}"),
        ),
        "certificate": Key(
            FILE_OR_CONTENT,
            "The client's certificate, PEM or PKCS #12: a file, or a secret with its text, or with the file"
            " in base64.",
            examples=("certificates/client.pem", "{{ secrets.client_p12 }}"),
        ),
        "key": Key(
            FILE_OR_CONTENT,
            "The key to the client's certificate (PEM): a file, or a secret. Without it: it is in the same"
            " place.",
            examples=("certificates/client.key", "{{ secrets.client_key }}"),
        ),
        "password": Key(
            TEXT, "What opens the key, if it is encrypted.", examples=("{{ secrets.key_password }}",)
        ),
    },
)

_PROXY = Key(
    Value(read_proxy, {"type": "string"}),
    "The proxy to send through; `none` goes directly. Without it: what HTTP_PROXY and its kin say,"
    " except for this machine's own addresses.",
    examples=("http://proxy.example.com:3128",),
)

#: How a server is reached: the keys of an environment, of a suite's `defaults`, of a test and of a step.
CONNECTION_KEYS = {"proxy": _PROXY, "tls": Key(TLS, "Certificates, of both sides.")}

_COOKIES = MappingOf(Value(read_scalar, SCALAR), check_key=read_cookie_name, example="session: abc")
_SCOPES = ("test", "run", "off")
_VERSIONS = ("auto", "1.1", "2")

#: What a request is made of: the keys of a test and of a step.
REQUEST_KEYS = {
    "query": Key(
        MappingOf(Value(read_query_value, QUERY), check_key=read_anything, example="page: 2"),
        "Query parameters; a list repeats one.",
        examples=({"tag": ["new", "sale"]},),
    ),
    "headers": Key(
        HEADERS,
        "Request headers; null takes a default header away.",
        examples=({"Accept": "text/csv", "X-Tenant": None},),
    ),
    "cookies": Key(_COOKIES, "Cookies to send, besides those of the jar.", examples=({"theme": "dark"},)),
    **BODY_KEYS,
    "gzip": Key(BOOLEAN, "Whether the body is sent compressed. Without it: false."),
}

#: How a request is sent: the keys that a test, a step and the suite's `defaults` know.
SENDING_KEYS = {
    "service": Key(
        Value(read_service_name, {"type": "string", "pattern": f"^{KEY}$"}),
        "One of the environment's `services`: the request goes there, with its auth.",
        examples=("billing",),
    ),
    "auth": Key(AUTH, "Who the request comes from. Without it: none."),
    "timeout": Key(
        TimeLimits(),
        "How long each request may take, or a mapping of `connect`, `read`, `total` and `attempt` (the"
        " whole test). Without it: 30s, and 5s to connect.",
        examples=("10s", "500ms", 2, {"connect": "2s", "total": "10s"}, {"total": "5s", "attempt": "1m"}),
    ),
    "follow_redirects": Key(BOOLEAN, "Whether redirects are followed. Without it: false."),
    "max_redirects": Key(
        Value(whole_number(1, 50), {"type": "integer", "minimum": 1, "maximum": 50}),
        "How many redirects are followed. Without it: 10.",
        examples=(3,),
    ),
    "cookie_jar": Key(
        Value(word(*_SCOPES), {"enum": list(_SCOPES)}),
        "How far cookies go that a server sets: to further requests of the same `test` (the default), to"
        " all tests of the `run` that say so, or nowhere (`off`).",
    ),
    "http_version": Key(
        Value(read_http_version, {"enum": [*_VERSIONS, 1.1, 2]}),
        "`auto` (the default): HTTP/2 where TLS agrees on it; `1.1`: never; `2`: nothing else, also"
        " without TLS.",
    ),
    "compressed": Key(BOOLEAN, "Whether compressed answers are asked for. Without it: true."),
    "verify_tls": Key(BOOLEAN, "A short form of `tls: { verify: … }`."),
    **CONNECTION_KEYS,
}

#: Parts of a test or a step that may hold templates.
REQUEST_TEMPLATES = (*TARGETS, "query", "headers", "cookies", *BODY_KEYS, *DEFAULT_TEMPLATES)

SHAPES: tuple[Shape, ...] = (REQUEST, TLS, TIME_LIMITS, *AUTH_SHAPES, *BODY_SHAPES)
