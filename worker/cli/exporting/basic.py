"""A name and a password out of a header: in base64 nobody would find the variables in them."""

import base64

_Headers = tuple[tuple[str, str], ...]


def with_basic(headers: _Headers) -> tuple[_Headers, str]:
    """The other headers, and `name:password`; the same ones and nothing where there is no such header."""
    for name, value in headers:
        if name.lower() == "authorization" and value.startswith("Basic "):
            pair = _decoded(value.removeprefix("Basic "))
            if pair is not None:
                return tuple(each for each in headers if each[0].lower() != "authorization"), pair
    return headers, ""


def _decoded(text: str) -> str | None:
    try:
        return base64.b64decode(text, validate=True).decode()
    except ValueError:
        return None
