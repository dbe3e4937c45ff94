"""What a run and an environment add to every request of theirs."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from worker.files import Files, NoFiles
from worker.models.environment import Service
from worker.models.exchange import Cookies, nobody_counts
from worker.models.request import NOTHING_SAID, Auth, Connection, CookieScope


def _forget(secret: str) -> None:
    """Nobody wants to know."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Origin:
    """Where requests come from. `connection` is the environment's, which a test may say otherwise;
    `forced` is the command line's, which no test can.

    `hide` is told of every secret that a request brings along, `renewed` of every token of OAuth 2 that
    was renewed for it, and whether because it had been refused.
    """

    base_url: str = ""
    services: Mapping[str, Service] = field(default_factory=dict)
    credentials: Mapping[str, Auth] = field(default_factory=dict, repr=False)
    connection: Connection = NOTHING_SAID
    forced: Connection = NOTHING_SAID
    files: Files = field(default_factory=NoFiles)
    test_cookies: Cookies | None = None
    run_cookies: Cookies | None = None
    hide: Callable[[str], None] = _forget
    renewed: Callable[[str, bool], None] = nobody_counts

    def cookies(self, scope: CookieScope) -> Cookies | None:
        """The jar of this scope; none where cookies are off."""
        if scope is CookieScope.TEST:
            return self.test_cookies
        return self.run_cookies if scope is CookieScope.RUN else None
