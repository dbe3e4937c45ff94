"""What the shop sells. Prices are whole cents."""

from dataclasses import asdict, dataclass
from typing import Any

from shopapi.messages import ShopError


@dataclass(frozen=True, slots=True)
class Product:
    """One thing one can buy."""

    id: str
    name: str
    price: int
    currency: str = "EUR"
    tags: tuple[str, ...] = ()


PRODUCTS = (
    Product("baton-oak", "Oak baton", 1290, tags=("baton", "wood")),
    Product("baton-steel", "Steel baton", 2450, tags=("baton", "metal")),
    Product("bib-number", "Bib number", 350, tags=("race",)),
    Product("chalk", "Box of chalk", 490, tags=("race",)),
    Product("stopwatch", "Stopwatch", 3999, tags=("race", "metal")),
    Product("water-bottle", "Water bottle", 899, tags=("drink",)),
)

_BY_ID = {product.id: product for product in PRODUCTS}


def find_product(product_id: str) -> Product:
    """The product with this id.

    Raises:
        ShopError: 404, when there is none.
    """
    if product_id not in _BY_ID:
        raise ShopError(404, "no_such_product", f"There is no product {product_id!r}.")
    return _BY_ID[product_id]


def search(*, tag: str | None, limit: int) -> list[dict[str, Any]]:
    """Products with this tag, or all of them, in the order of their ids."""
    found = [product for product in PRODUCTS if tag is None or tag in product.tags]
    return [asdict(product) for product in found[:limit]]
