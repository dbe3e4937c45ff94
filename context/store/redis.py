"""Contexts in Redis (or Valkey), for several processes that read and write one run's context.

A context is one hash, and one script writes it: the version is compared and raised in the same step.
It is encrypted as a whole. Redis itself drops it when its time is over, also if nobody cleans up.
"""

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

from context.errors import StaleVersion, StoreError
from context.functions import Now, system_now
from context.state import ContextState
from context.store.base import ContextStore, document_of, without_secrets
from context.store.sealing import Seal

if TYPE_CHECKING:
    from redis.asyncio import Redis

#: First byte of a content: how the rest is to be read.
_SEALED, _OPEN = b"s", b"o"


class RedisStore(ContextStore):
    """Keeps contexts in Redis until they expire.

    With a `key` (32 random characters at least, the same for all who share contexts) everything is
    encrypted. Without one only contexts that hold no secret can be saved: a secret is never written in
    clear. `namespace` begins the name of every key; `where` is what errors call the place.
    """

    def __init__(
        self,
        client: "Redis",
        *,
        key: str | None,
        namespace: str = "baton",
        where: str = "Redis",
        now: Now = system_now,
    ) -> None:
        super().__init__(now=now)
        # Its types hold for every kind of client at once, and say little.
        self._client: Any = client
        self._seal = Seal(key) if key else None
        self._namespace = namespace
        self._where = where
        self._save = client.register_script(_script("save_context"))
        self._forget = client.register_script(_script("forget_context"))

    async def _read(self, run_id: str, now: datetime) -> ContextState | None:
        with self._in_words():
            fields = await self._client.hmget(self._key(run_id), ["content", "expires_at"])
        content, expires_at = fields
        if content is None or int(expires_at) <= _milliseconds(now):
            return None
        return ContextState.from_document(json.loads(self._text_of(content, run_id)))

    async def _write(
        self, run_id: str, state: ContextState, *, expected_version: int, expires_at: datetime
    ) -> int:
        import secrets

        content = self._content_of(run_id, replace(state, version=expected_version + 1))
        end = _milliseconds(expires_at)
        # By how long it is to live, not until when: the server may have another idea of the time.
        left = max(1, end - _milliseconds(self._now()))
        arguments: list[bytes | str | int] = [expected_version, secrets.token_hex(8), content, end, left]
        with self._in_words():
            written, version = await self._save(keys=[self._key(run_id)], args=arguments)
            if written:
                await self._client.zadd(self._index, {run_id: end})
        if not written:
            raise StaleVersion(
                f"the run's context has version {version}, not {expected_version}",
                where=run_id,
                hint="somebody else wrote to it: load it again",
            )
        return int(version)

    async def _remove_expired(self, now: datetime) -> int:
        moment = _milliseconds(now)
        removed = 0
        with self._in_words():
            for run_id in await self._client.zrangebyscore(self._index, 0, moment):
                if await self._forget(keys=[self._key(run_id.decode())], args=[moment]):
                    removed += await self._client.zrem(self._index, run_id)
        return removed

    def _content_of(self, run_id: str, state: ContextState) -> bytes:
        text = json.dumps(document_of(state))
        if self._seal is not None:
            return _SEALED + self._seal.close(text, purpose=run_id)
        _, hidden = without_secrets(state)
        if any(hidden.values()):
            raise StoreError(
                "the context holds secrets, and there is no key to encrypt them: nothing was written",
                where=self._where,
                hint="set BATON_REDIS_KEY, for example to what `openssl rand -base64 32` prints",
            )
        return _OPEN + text.encode()

    def _text_of(self, content: bytes, run_id: str) -> str:
        if content[:1] == _OPEN:
            return content[1:].decode()
        if self._seal is None:
            raise StoreError(
                "the context is encrypted, and there is no key",
                where=self._where,
                hint="set BATON_REDIS_KEY to the key of those who write contexts",
            )
        return self._seal.open(content[1:], purpose=run_id)

    def _key(self, run_id: str) -> str:
        return f"{self._namespace}:context:{run_id}"

    @property
    def _index(self) -> str:
        """When which context ends, to find those that are over."""
        return f"{self._namespace}:contexts"

    @contextmanager
    def _in_words(self) -> Iterator[None]:
        from redis.exceptions import RedisError

        try:
            yield
        except (RedisError, OSError) as error:
            # Only what kind of error: its words may repeat what was sent.
            raise StoreError(
                f"Redis did not do what was asked ({type(error).__name__})",
                where=self._where,
                hint="is it running, and are address and password right?",
            ) from None


def _milliseconds(moment: datetime) -> int:
    return int(moment.timestamp() * 1000)


def _script(name: str) -> str:
    return Path(__file__).with_name(f"{name}.lua").read_text(encoding="utf-8")
