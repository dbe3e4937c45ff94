"""The header fields of a request while it is built."""

import re
from collections.abc import Mapping
from types import MappingProxyType

from context.values import JsonValue
from worker.errors import RequestError
from worker.http.texts import as_text, is_list
from worker.models.exchange import Headers

#: A header's name (RFC 9110, token), and a method's.
TOKEN = re.compile(r"^[!#$%&'*+.^_`|~0-9A-Za-z-]+$")
#: What no header value may hold: a line break would begin another header.
_FORBIDDEN = re.compile(r"[\x00-\x08\x0a-\x1f\x7f]")
#: What no value of a cookie may hold: it would begin another cookie.
_NOT_IN_COOKIES = re.compile(r"[\x00-\x1f\x7f;,]")

_NONE: Mapping[str, str] = MappingProxyType({})


class Fields:
    """Headers by name, whatever its case; each with the name as written and its values."""

    def __init__(self, first: Mapping[str, str] = _NONE) -> None:
        """`first` are known to be good."""
        self._fields = {name.lower(): (name, [value]) for name, value in first.items()}

    def set(self, name: str, value: JsonValue) -> None:
        """Put a header in, in place of one of the same name. Null takes it away, a list repeats it."""
        if not TOKEN.match(name):
            raise RequestError(
                f"{name!r} cannot be a header's name", where="headers", hint="letters, digits and hyphens"
            )
        if value is None:
            self._fields.pop(name.lower(), None)
            return
        values = [as_text(one, field=f"headers.{name}") for one in (value if is_list(value) else [value])]
        if any(_FORBIDDEN.search(one) for one in values):
            # The value itself stays out of the message: it may be secret.
            raise RequestError(
                f"the value of header {name} has a line break or another control character",
                where=f"headers.{name}",
                hint="a line break would begin another header; `| trim` takes one off the end",
            )
        "".join(values).encode()  # half a character ends here, not in the HTTP client
        self._fields[name.lower()] = (name, values)

    def suggest(self, name: str, value: str) -> None:
        """Put a header in, if there is none of this name."""
        self._fields.setdefault(name.lower(), (name, [value]))

    def add_cookie(self, name: str, value: str, *, field: str) -> None:
        """Send one more cookie."""
        if not TOKEN.match(name):
            raise RequestError(
                f"{name!r} cannot be a cookie's name", where="cookies", hint="letters, digits, '-' and '_'"
            )
        if _NOT_IN_COOKIES.search(value):
            raise RequestError(
                f"the value of cookie {name} has a ';', a ',' or a control character",
                where=field,
                hint="`| urlencode` makes any value fit for a cookie, if the API decodes it",
            )
        _, earlier = self._fields.get("cookie", ("", []))
        self.set("Cookie", "; ".join([*earlier, f"{name}={value}"]))

    def flat(self) -> Headers:
        """All of them as they are sent."""
        return tuple([(name, value) for name, values in self._fields.values() for value in values])
