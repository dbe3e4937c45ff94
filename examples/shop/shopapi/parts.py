"""What the handlers work with, and how the shop behaves."""

import time
from collections.abc import Callable
from dataclasses import dataclass, field

from shopapi.carts import Sales
from shopapi.jobs import Exports
from shopapi.messages import Call
from shopapi.people import People, Person
from shopapi.sessions import Visits
from shopapi.tokens import Claims, Tokens, bearer_token
from shopapi.trouble import Trouble

#: The customers everybody may know; their password can be chosen when the shop is started.
ADA = ("p-1", "Ada", "ada@shop.example")
BEN = ("p-2", "Ben", "ben@shop.example")
PASSWORD = "pass-the-baton"


@dataclass(frozen=True, slots=True, kw_only=True)
class ShopSettings:
    """How the shop behaves. Times are in seconds; `flaky` is the share of calls that fail, 0 to 1."""

    password: str = field(default=PASSWORD, repr=False)
    token_lifetime: int = 3600
    slow: float = 0.0
    flaky: float = 0.0
    seed: int | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Parts:
    """Everything a handler may need."""

    people: People
    tokens: Tokens
    sales: Sales
    trouble: Trouble
    visits: Visits
    exports: Exports
    password: str = field(repr=False)

    @classmethod
    def of(cls, settings: ShopSettings, *, now: Callable[[], float] = time.time) -> "Parts":
        """The parts of a shop that behaves like this."""
        return cls(
            people=People(*(Person(*who, settings.password) for who in (ADA, BEN))),
            tokens=Tokens(lifetime_seconds=settings.token_lifetime, now=now),
            sales=Sales(),
            trouble=Trouble(slow_seconds=settings.slow, flaky_share=settings.flaky, seed=settings.seed),
            visits=Visits(),
            exports=Exports(),
            password=settings.password,
        )

    def claims(self, call: Call) -> Claims:
        """What the call's token says.

        Raises:
            ShopError: 401, without a token that is good now.
        """
        return self.tokens.read(bearer_token(call.headers.get("authorization")))

    def person_id(self, call: Call) -> str:
        """Who calls. Raises as `claims` does."""
        return self.claims(call).person_id
