"""An API whose tokens end: what a login gives out is good for a while, by a clock of one's own."""

import time
from collections.abc import Callable

from context.values import JsonValue


class TokenDesk:
    """Gives out tokens and checks them. `life_seconds` is how long one is good for, by `now`.

    With `announces` the answer of a login says so; else it has to be found out. `refuses` can be set
    to turn logins away. `on_check` is called before each check: a clock that moves with requests.
    """

    def __init__(self, *, life_seconds: float = 2.0, announces: bool = True) -> None:
        self.life_seconds = life_seconds
        self.announces = announces
        self.refuses = False
        self.now: Callable[[], float] = time.monotonic
        self.on_check: Callable[[], None] = lambda: None
        self.logins = 0
        #: When each of them was, by `now`.
        self.moments: list[float] = []
        self.refusals = 0
        self.good = 0
        self._ends: dict[str, float] = {}

    def login(self) -> tuple[int, JsonValue]:
        """Status and body of a login."""
        self.logins += 1
        if self.refuses:
            return 401, {"error": "wrong password"}
        self.moments.append(self.now())
        token = f"desk-token-number-{self.logins:05d}"
        self._ends[token] = self.now() + self.life_seconds
        body: dict[str, JsonValue] = {"access_token": token}
        if self.announces:
            body["expires_in"] = self.life_seconds
        return 200, body

    def check(self, authorization: str | None) -> tuple[int, JsonValue]:
        """Status and body of a request that needs a token."""
        self.on_check()
        token = (authorization or "").removeprefix("Bearer ")
        if self._ends.get(token, 0.0) <= self.now():
            self.refusals += 1
            return 401, {"error": "the token has expired"}
        self.good += 1
        return 200, {"number": self.good}

    def revoke(self) -> None:
        """No token that was given out so far is good any more."""
        self._ends.clear()
