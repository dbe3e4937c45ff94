"""Contexts in this process's memory: what `baton run` uses on a laptop."""

import json
from dataclasses import dataclass, field, replace
from datetime import datetime

from context.errors import StaleVersion
from context.functions import Now, system_now
from context.state import ContextState
from context.store.base import ContextStore, document_of


@dataclass(frozen=True, slots=True)
class _Kept:
    """A context as any other store would keep it: as text, so that nobody can change it later."""

    text: str = field(repr=False)
    version: int
    expires_at: datetime


class MemoryStore(ContextStore):
    """Keeps contexts until they expire or the process ends."""

    def __init__(self, *, now: Now = system_now) -> None:
        super().__init__(now=now)
        self._kept: dict[str, _Kept] = {}

    async def _read(self, run_id: str, now: datetime) -> ContextState | None:
        kept = self._kept.get(run_id)
        if kept is None or kept.expires_at <= now:
            return None
        return ContextState.from_document(json.loads(kept.text))

    async def _write(
        self, run_id: str, state: ContextState, *, expected_version: int, expires_at: datetime
    ) -> int:
        kept = self._kept.get(run_id)
        version = kept.version if kept else 0
        if version != expected_version:
            raise StaleVersion(
                f"the run's context has version {version}, not {expected_version}",
                where=run_id,
                hint="somebody else wrote to it: load it again",
            )
        text = json.dumps(document_of(replace(state, version=version + 1)))
        self._kept[run_id] = _Kept(text, version + 1, expires_at)
        return version + 1

    async def _remove_expired(self, now: datetime) -> int:
        expired = [run_id for run_id, kept in self._kept.items() if kept.expires_at <= now]
        for run_id in expired:
            del self._kept[run_id]
        return len(expired)
