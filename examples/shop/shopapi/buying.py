"""Carts and orders."""

from typing import Any

from shopapi.messages import Answer, Call, whole_number
from shopapi.parts import Parts


def open_cart(parts: Parts, call: Call) -> Answer:
    """A new cart with a first product in it."""
    person_id, form = parts.person_id(call), call.json_object()
    cart = parts.sales.open_cart(*_wanted(form), of=person_id)
    return Answer(status=201, body=cart, headers={"Location": f"/cart/{cart['id']}"})


def show_cart(parts: Parts, call: Call, cart_id: str) -> Answer:
    """What is in a cart, and what it costs."""
    return Answer(body=parts.sales.cart(cart_id, of=parts.person_id(call)))


def add_item(parts: Parts, call: Call, cart_id: str) -> Answer:
    """Some more into a cart."""
    person_id, form = parts.person_id(call), call.json_object()
    return Answer(status=201, body=parts.sales.add(cart_id, *_wanted(form), of=person_id))


def drop_cart(parts: Parts, call: Call, cart_id: str) -> Answer:
    """The cart is thrown away."""
    parts.sales.drop_cart(cart_id, of=parts.person_id(call))
    return Answer(status=204)


def order(parts: Parts, call: Call) -> Answer:
    """Buy a cart."""
    person_id, form = parts.person_id(call), call.json_object()
    placed = parts.sales.place_order(str(form.get("cart_id")), of=person_id)
    return Answer(status=201, body=placed, headers={"Location": f"/orders/{placed['id']}"})


def show_order(parts: Parts, call: Call, order_id: str) -> Answer:
    """What was bought."""
    return Answer(body=parts.sales.order(order_id, of=parts.person_id(call)))


def cancel_order(parts: Parts, call: Call, order_id: str) -> Answer:
    """Take an order back."""
    return Answer(body=parts.sales.cancel_order(order_id, of=parts.person_id(call)))


def _wanted(form: dict[str, Any]) -> tuple[str, int]:
    return str(form.get("product_id")), whole_number(form.get("quantity", 1), name="quantity")
