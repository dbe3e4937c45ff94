"""Functions that the tour's expectations call: `python: checks:adds_up`."""

from typing import Any


def adds_up(answer: Any) -> None:
    """A cart costs what its lines cost."""
    cart = answer.json()
    lines = sum(item["sum"] for item in cart["items"])
    assert cart["total"] == lines, f"the cart says {cart['total']}, its lines say {lines}"


def is_adas(answer: Any, names: Any) -> str | None:
    """A text that comes back is what is wrong; nothing means that all is well."""
    return None if answer.json()["id"] == names["user_id"] else "this is somebody else"
