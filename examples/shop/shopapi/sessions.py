"""Visits of the shop's web pages, which a cookie stands for."""

import secrets
import threading

from shopapi.messages import Call, ShopError

COOKIE = "session"


class Visits:
    """Who is signed in by a cookie. Safe to use from several threads."""

    def __init__(self) -> None:
        self._people: dict[str, str] = {}
        self._lock = threading.Lock()

    def begin(self, person_id: str) -> str:
        """A new visit of this person; gives its secret number."""
        number = secrets.token_hex(16)
        with self._lock:
            self._people[number] = person_id
        return number

    def person_id(self, call: Call) -> str:
        """Whose visit the call belongs to.

        Raises:
            ShopError: 401, when it brings no cookie of a visit.
        """
        person_id = self._people.get(_cookies(call).get(COOKIE, ""))
        if person_id is None:
            raise ShopError(401, "no_visit", "Sign in first: POST /session.")
        return person_id

    def end(self, call: Call) -> None:
        """The call's visit is over."""
        with self._lock:
            self._people.pop(_cookies(call).get(COOKIE, ""), None)


def _cookies(call: Call) -> dict[str, str]:
    pairs = (pair.strip().partition("=") for pair in call.headers.get("cookie", "").split(";"))
    return {name: value for name, _, value in pairs}
