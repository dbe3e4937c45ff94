"""Carts and what becomes of them: orders. Both belong to one person, and nobody else sees them."""

import itertools
import threading
from dataclasses import dataclass, field
from typing import Any

from shopapi.catalog import find_product
from shopapi.messages import ShopError

#: More of one product than anybody needs; the limit keeps a test from filling the memory.
MOST_OF_ONE_PRODUCT = 99


@dataclass(slots=True)
class Cart:
    """Products and how many of each, in the order in which they came."""

    id: str
    person_id: str
    quantities: dict[str, int] = field(default_factory=dict)

    def add(self, product_id: str, quantity: int) -> None:
        """Put some more of a product in.

        Raises:
            ShopError: 404 for an unknown product, 422 for a quantity that cannot be.
        """
        product = find_product(product_id)
        wanted = self.quantities.get(product.id, 0) + quantity
        if quantity < 1 or wanted > MOST_OF_ONE_PRODUCT:
            raise ShopError(422, "bad_quantity", f"Between 1 and {MOST_OF_ONE_PRODUCT} of one product.")
        self.quantities[product.id] = wanted

    def contents(self) -> dict[str, Any]:
        """The lines and what they cost together."""
        items = [_line(product_id, quantity) for product_id, quantity in self.quantities.items()]
        return {"items": items, "total": sum(item["sum"] for item in items), "currency": "EUR"}

    def as_json(self) -> dict[str, Any]:
        """The cart as the API shows it."""
        return {"id": self.id, **self.contents()}


@dataclass(slots=True)
class Order:
    """A cart that somebody bought. What it holds and costs does not change any more."""

    id: str
    person_id: str
    contents: dict[str, Any]
    status: str = "placed"

    def as_json(self) -> dict[str, Any]:
        """The order as the API shows it."""
        return {"id": self.id, "status": self.status, **self.contents}


class Sales:
    """All carts and orders of the shop, as JSON. Safe to use from several threads."""

    def __init__(self) -> None:
        self._carts: dict[str, Cart] = {}
        self._orders: dict[str, Order] = {}
        self._numbers = itertools.count(1001)
        self._lock = threading.Lock()

    def open_cart(self, product_id: str, quantity: int, *, of: str) -> dict[str, Any]:
        """A new cart with something in it."""
        with self._lock:
            cart = Cart(id=f"cart-{next(self._numbers)}", person_id=of)
            cart.add(product_id, quantity)
            self._carts[cart.id] = cart
            return cart.as_json()

    def add(self, cart_id: str, product_id: str, quantity: int, *, of: str) -> dict[str, Any]:
        """Put something more into a cart."""
        with self._lock:
            cart = self._cart(cart_id, of)
            cart.add(product_id, quantity)
            return cart.as_json()

    def cart(self, cart_id: str, *, of: str) -> dict[str, Any]:
        """This person's cart."""
        with self._lock:
            return self._cart(cart_id, of).as_json()

    def drop_cart(self, cart_id: str, *, of: str) -> None:
        """Throw a cart away."""
        with self._lock:
            del self._carts[self._cart(cart_id, of).id]

    def place_order(self, cart_id: str, *, of: str) -> dict[str, Any]:
        """Buy what is in a cart; the cart is gone afterwards."""
        with self._lock:
            cart = self._carts.pop(self._cart(cart_id, of).id)
            order = Order(id=f"order-{next(self._numbers)}", person_id=of, contents=cart.contents())
            self._orders[order.id] = order
            return order.as_json()

    def order(self, order_id: str, *, of: str) -> dict[str, Any]:
        """This person's order."""
        with self._lock:
            return self._order(order_id, of).as_json()

    def cancel_order(self, order_id: str, *, of: str) -> dict[str, Any]:
        """Take an order back. A second time is refused."""
        with self._lock:
            order = self._order(order_id, of)
            if order.status != "placed":
                raise ShopError(409, "order_not_open", f"The order is {order.status}.")
            order.status = "cancelled"
            return order.as_json()

    # What belongs to somebody else is not found either, so that an id tells nothing.

    def _cart(self, cart_id: str, person_id: str) -> Cart:
        cart = self._carts.get(cart_id)
        if cart is None or cart.person_id != person_id:
            raise ShopError(404, "no_such_cart", "You have no such cart.")
        return cart

    def _order(self, order_id: str, person_id: str) -> Order:
        order = self._orders.get(order_id)
        if order is None or order.person_id != person_id:
            raise ShopError(404, "no_such_order", "You have no such order.")
        return order


def _line(product_id: str, quantity: int) -> dict[str, Any]:
    product = find_product(product_id)
    return {
        "product_id": product.id,
        "name": product.name,
        "price": product.price,
        "quantity": quantity,
        "sum": product.price * quantity,
    }
