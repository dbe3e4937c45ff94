"""One Redis (or Valkey) as all parts of a worker use it: reconnecting, and with errors in our words."""

from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from worker.clock import Clock, SystemClock
from worker.errors import SettingsError, SharingError
from worker.shared.errands import Errands
from worker.shared.news import News

if TYPE_CHECKING:
    from redis.asyncio import Redis
    from redis.commands.core import AsyncScript

#: Begins the name of everything that is ours.
NAMESPACE = "baton"

#: How long a single answer may take, in seconds.
ANSWER_SECONDS = 5.0

#: A server that restarts is back within this many tries, whose pauses double up to a second: 6 s.
TRIES = 8

#: Connections of one worker. Whoever needs one more waits for it.
MOST_CONNECTIONS = 32


class Connection:
    """A Redis by its address. Nothing is sent before the first call.

    `news` says when something that is shared has become free; `errands` is what nobody waits for.
    """

    def __init__(self, url: str, *, clock: Clock | None = None, tries: int = TRIES) -> None:
        """Raises SettingsError for an address that means nothing, or where the client is missing."""
        self.clock = clock or SystemClock()
        self.where = address_of(url)
        self.client = _client(url, tries)
        self.news = News(self.client, pattern=f"{NAMESPACE}:*", clock=self.clock)
        self.errands = Errands()

    def script(self, name: str) -> "AsyncScript":
        """A script of this package, to be given to `run`."""
        text = Path(__file__).with_name(f"{name}.lua").read_text(encoding="utf-8")
        return self.client.register_script(text)

    async def run(
        self, script: "AsyncScript", *, keys: Sequence[str], args: Sequence[str | int | float]
    ) -> Any:
        """The script's answer. Raises SharingError when there is none."""
        from redis.exceptions import RedisError

        try:
            return await script(keys=list(keys), args=list(args))
        except (RedisError, OSError) as error:
            # Only what kind of error: its words may repeat what was sent.
            raise SharingError(
                f"Redis did not do what was asked ({type(error).__name__})",
                where=self.where,
                hint="is it running, and are address and password in BATON_REDIS_URL right?",
            ) from None

    async def check(self) -> None:
        """See whether it answers. Raises SharingError."""
        await self.run(self.client.register_script("return 1"), keys=(), args=())

    async def close(self) -> None:
        """Do what is still to be done, and let go."""
        await self.errands.finish()
        await self.news.close()
        await self.client.aclose()


def address_of(url: str) -> str:
    """The address without user and password, for people."""
    parts = urlsplit(url)
    host = parts.netloc.rpartition("@")[2]
    return f"{parts.scheme}://{host}{parts.path}"


def _client(url: str, tries: int) -> "Redis":
    try:
        from redis.asyncio import BlockingConnectionPool, Redis
        from redis.asyncio.retry import Retry
        from redis.backoff import ExponentialBackoff
        from redis.exceptions import ConnectionError as NoConnection
        from redis.exceptions import TimeoutError as NoAnswer
    except ImportError:
        raise SettingsError(
            "BATON_REDIS_URL is set, but the client is not installed",
            where="BATON_REDIS_URL",
            hint="pip install 'baton[redis]'",
        ) from None
    try:
        pool = BlockingConnectionPool.from_url(
            url,
            max_connections=MOST_CONNECTIONS,
            timeout=None,
            socket_timeout=ANSWER_SECONDS,
            socket_connect_timeout=ANSWER_SECONDS,
            socket_keepalive=True,
            health_check_interval=30,
            retry=Retry(ExponentialBackoff(cap=1.0, base=0.05), tries),
            retry_on_error=[NoConnection, NoAnswer],
            # What every Redis and every Valkey speaks.
            protocol=2,
        )
    except (ValueError, TypeError):
        raise SettingsError(
            "this is not an address of a Redis",
            where="BATON_REDIS_URL",
            hint="write redis://host:6379/0, rediss://… with TLS, or unix:///path/of/the.socket",
        ) from None
    return Redis.from_pool(pool)
