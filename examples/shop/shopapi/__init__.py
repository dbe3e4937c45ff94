"""A small shop with an HTTP API, made to be tested. Everything lives in memory."""

from shopapi.app import Shop
from shopapi.httpd import ShopServer
from shopapi.messages import Answer, Call, ShopError
from shopapi.parts import ShopSettings

__all__ = ["Answer", "Call", "Shop", "ShopError", "ShopServer", "ShopSettings"]
