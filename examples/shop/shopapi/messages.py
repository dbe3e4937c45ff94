"""What goes into the shop and what comes out of it, without any HTTP server."""

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any
from urllib.parse import parse_qsl


@dataclass(frozen=True, slots=True, kw_only=True)
class Call:
    """One request. Names of headers are in lower case; `query` holds the first value of each name."""

    method: str
    path: str
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    body: bytes = b""

    def json_object(self) -> dict[str, Any]:
        """The body as a JSON object.

        Raises:
            ShopError: 400, when it is anything else.
        """
        try:
            value = json.loads(self.body)
        except ValueError:
            raise ShopError(400, "not_json", "The body is not JSON.") from None
        if not isinstance(value, dict):
            raise ShopError(400, "not_an_object", "The body must be a JSON object.")
        return value

    def form(self) -> dict[str, str]:
        """The body as the fields of a form; the last one of each name."""
        return dict(parse_qsl(self.body.decode(errors="replace")))


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """One response. `body` is any JSON value; None sends no body at all, unless there is a `text`,
    whose content type is `kind`."""

    status: int = 200
    body: Any = None
    text: str | None = None
    kind: str = "application/json"
    headers: Mapping[str, str] = field(default_factory=dict)


def body_of(answer: Answer) -> bytes:
    """What is sent of an answer, behind its headers."""
    if answer.text is not None:
        return answer.text.encode()
    return b"" if answer.body is None else json.dumps(answer.body).encode()


class ShopError(Exception):
    """A refusal: a status, a code for programs and a message for people."""

    def __init__(self, status: int, code: str, message: str, **headers: str) -> None:
        super().__init__(message)
        self.status = status
        self.code = code
        self.headers = {name.replace("_", "-"): value for name, value in headers.items()}

    def answer(self) -> Answer:
        """The refusal as a response: every error of the shop has this shape."""
        body = {"error": self.code, "message": str(self)}
        return Answer(status=self.status, body=body, headers=self.headers)


def whole_number(value: object, *, name: str) -> int:
    """A count of things.

    Raises:
        ShopError: 422, when it is not a whole number from 1 up.
    """
    text = str(value)
    if not re.fullmatch("[0-9]{1,9}", text) or int(text) < 1:
        raise ShopError(422, "not_a_count", f"{name} must be a whole number from 1 up.")
    return int(text)
