"""The shop itself: which call does what. No HTTP server here; `handle` is all there is."""

import re
import time
from collections.abc import Callable
from dataclasses import dataclass

from shopapi import account, browsing, buying, exports, graphs, mirror, partners, visits
from shopapi.messages import Answer, Call, ShopError
from shopapi.parts import Parts, ShopSettings

#: Every call the shop understands. A handler gets the parts, the call, and the path's {names}.
TABLE: tuple[tuple[str, str, Callable[..., Answer]], ...] = (
    ("GET", "/health", account.health),
    ("POST", "/auth/login", account.login),
    ("POST", "/auth/logout", account.logout),
    ("GET", "/me", account.me),
    ("GET", "/catalog", browsing.catalog),
    ("GET", "/products/{product_id}", browsing.product),
    ("GET", "/products/{product_id}/stock", browsing.stock),
    ("GET", "/recommendations", browsing.recommendations),
    ("POST", "/cart", buying.open_cart),
    ("GET", "/cart/{cart_id}", buying.show_cart),
    ("POST", "/cart/{cart_id}/items", buying.add_item),
    ("DELETE", "/cart/{cart_id}", buying.drop_cart),
    ("POST", "/orders", buying.order),
    ("GET", "/orders/{order_id}", buying.show_order),
    ("DELETE", "/orders/{order_id}", buying.cancel_order),
    ("POST", "/session", visits.begin),
    ("DELETE", "/session", visits.end),
    ("GET", "/profile", visits.profile),
    ("GET", "/welcome", visits.page),
    ("GET", "/feed.xml", visits.feed),
    ("POST", "/exports", exports.begin),
    ("GET", "/exports/{export_id}", exports.look),
    ("DELETE", "/exports/{export_id}", exports.drop),
    ("POST", "/oauth/token", partners.token),
    ("GET", "/partner/deliveries", partners.deliveries),
    ("GET", "/partner/stock", partners.stock_list),
    *((method, "/graphql", graphs.answer) for method in ("GET", "POST")),
    *((method, "/mirror", mirror.mirror) for method in ("GET", "POST", "PUT", "PATCH", "OPTIONS")),
)


@dataclass(frozen=True, slots=True)
class Route:
    """One method on one shape of path."""

    method: str
    path: re.Pattern[str]
    handler: Callable[..., Answer]


class Shop:
    """Answers calls. Safe to use from several threads."""

    def __init__(self, settings: ShopSettings, *, now: Callable[[], float] = time.time) -> None:
        self._parts = Parts.of(settings, now=now)
        self._routes = tuple(Route(method, _pattern(path), handler) for method, path, handler in TABLE)

    def handle(self, call: Call) -> Answer:
        """The answer to one call. Never raises: a refusal is an answer, too."""
        try:
            route, arguments = self._find_route(call)
            return route.handler(self._parts, call, **arguments)
        except ShopError as error:
            return error.answer()

    def _find_route(self, call: Call) -> tuple[Route, dict[str, str]]:
        allowed = []
        for route in self._routes:
            match = route.path.fullmatch(call.path)
            if match and route.method == call.method:
                return route, match.groupdict()
            if match:
                allowed.append(route.method)
        raise _no_route(call.path, allowed)


def _no_route(path: str, allowed: list[str]) -> ShopError:
    if not allowed:
        return ShopError(404, "no_such_page", f"There is nothing at {path}.")
    methods = ", ".join(sorted(allowed))
    return ShopError(405, "method_not_allowed", f"Only {methods} here.", Allow=methods)


def _pattern(path: str) -> re.Pattern[str]:
    return re.compile(re.sub(r"{(\w+)}", r"(?P<\1>[^/]+)", path))
