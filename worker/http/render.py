"""How the parts of a request get their values."""

from typing import Protocol

from context.values import JsonValue
from worker.http.texts import as_text


class Render(Protocol):
    """Fills the templates of a value. `field` says where in the test it stands."""

    def __call__(self, value: JsonValue, *, field: str) -> JsonValue:
        """The value with every template filled."""
        ...


def text_of(value: JsonValue, render: Render, *, field: str) -> str:
    """The filled value as text. Raises RequestError for lists, objects and null."""
    return as_text(render(value, field=field), field=field)
