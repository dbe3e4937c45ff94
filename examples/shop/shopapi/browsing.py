"""Looking at what there is. For customers who have signed in."""

from dataclasses import asdict

from shopapi.catalog import find_product, search
from shopapi.messages import Answer, Call, whole_number
from shopapi.parts import Parts


def catalog(parts: Parts, call: Call) -> Answer:
    """All products, or those with one tag (`?tag=race&limit=2`)."""
    parts.person_id(call)
    limit = whole_number(call.query.get("limit", "50"), name="limit")
    products = search(tag=call.query.get("tag"), limit=limit)
    return Answer(body={"products": products, "count": len(products)})


def product(parts: Parts, call: Call, product_id: str) -> Answer:
    """One product."""
    parts.person_id(call)
    return Answer(body=asdict(find_product(product_id)), headers={"Cache-Control": "max-age=60"})


def stock(parts: Parts, call: Call, product_id: str) -> Answer:
    """Whether there is some left. Flaky, when the shop was started so."""
    parts.person_id(call)
    found = find_product(product_id)
    parts.trouble.stumble()
    return Answer(body={"product_id": found.id, "in_stock": True})


def recommendations(parts: Parts, call: Call) -> Answer:
    """What one might like. Slow, when the shop was started so."""
    parts.person_id(call)
    parts.trouble.dawdle()
    return Answer(body={"products": search(tag="race", limit=3)})
