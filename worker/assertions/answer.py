"""What expressions may say of an answer: `status == 200 and json.total > 0`."""

from collections.abc import Iterator, Mapping

from context.extract import body_text
from context.values import JsonValue
from worker.models.exchange import Response

#: The names that expressions over an answer have besides those of the run.
ANSWER_NAMES = frozenset({"status", "headers", "json", "body", "time_ms", "size", "cookies"})


def answer_names(response: Response) -> Mapping[str, object]:
    """An answer by name. `json` is null where the body is not JSON; headers know no case."""
    return {
        "status": response.status_code,
        "headers": Headers(response),
        "json": _document(response),
        "body": body_text(response),
        "time_ms": round(response.seconds * 1000, 3),
        "size": len(response.body),
        "cookies": {name: cookie.value for name, cookie in cookies_of(response).items()},
    }


def _document(response: Response) -> JsonValue:
    try:
        return response.json()
    except ValueError:
        return None


class Headers(Mapping[str, str]):
    """The headers of an answer by name, whatever its case; one that came several times is joined."""

    def __init__(self, response: Response) -> None:
        self._values: dict[str, str] = {}
        for name, value in response.headers:
            key = name.lower()
            self._values[key] = f"{self._values[key]}, {value}" if key in self._values else value

    def __getitem__(self, name: str) -> str:
        return self._values[str(name).lower()]

    def __iter__(self) -> Iterator[str]:
        return iter(self._values)

    def __len__(self) -> int:
        return len(self._values)


class SetCookie:
    """A cookie as an answer sets it. Attributes are by name in small letters, `-` written as `_`;
    those without a value are true."""

    __slots__ = ("attributes", "value")

    def __init__(self, header: str) -> None:
        pair, *attributes = header.split(";")
        self.value = pair.partition("=")[2].strip().strip('"')
        self.attributes: dict[str, str | bool] = {}
        for attribute in attributes:
            name, sign, value = attribute.strip().partition("=")
            self.attributes[_attribute(name)] = value.strip() if sign else True


#: Attributes whose words the file format writes with an underscore.
_ATTRIBUTES = {"httponly": "http_only", "samesite": "same_site", "max-age": "max_age"}


def _attribute(name: str) -> str:
    plain = name.strip().lower()
    return _ATTRIBUTES.get(plain, plain)


def cookies_of(response: Response) -> dict[str, SetCookie]:
    """The cookies that an answer sets, by name; of one that is set twice the last counts."""
    found: dict[str, SetCookie] = {}
    for header in response.header_values("set-cookie"):
        found[header.partition(";")[0].partition("=")[0].strip()] = SetCookie(header)
    return found
