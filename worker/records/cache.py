"""Cache: what is kept near a worker, and may be forgotten at any time: Supabase has it as well."""

from datetime import datetime

from pydantic import AwareDatetime

from worker.records.base import Record
from worker.records.context import ContextDocument


class CacheEntry(Record):
    """What all that is cached has: a key, the version it is of, and until when it may be used."""

    key: str
    version: int
    stored_at: AwareDatetime
    expires_at: AwareDatetime | None = None

    def is_usable(self, now: datetime, *, version: int | None = None) -> bool:
        """Whether it may be used now, for whoever needs this version or a newer one."""
        fresh = self.expires_at is None or now < self.expires_at
        return fresh and (version is None or self.version >= version)


class CachedContext(CacheEntry):
    """The context of a run, with real values: only in memory, or in a store as well guarded."""

    context: ContextDocument
