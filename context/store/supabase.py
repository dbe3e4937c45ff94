"""Contexts in a Supabase project, through its functions. Secrets are kept apart, encrypted, there.

The database merges what it is given, so only what is new is sent. It also decides when a context
expires: 24 hours after the run has ended.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, Protocol

from context.errors import StaleVersion, StoreError
from context.functions import Now, system_now
from context.state import ContextState
from context.store.base import ContextStore, Document, without_secrets
from context.values import JsonValue

#: The database's codes for "somebody else wrote" and "there is no such context".
_STALE, _ABSENT = "PT409", "PT404"


class Caller(Protocol):
    """Calls database functions by name. A refusal is an exception with the SQLSTATE in `code`."""

    async def call(self, function: str, **params: JsonValue) -> Any:
        """The function's answer."""
        ...


class SupabaseStore(ContextStore):
    """Keeps the contexts of the runs that a worker holds. `lease_numbers` says, by run, under which
    lease it holds them: without one nothing can be saved."""

    def __init__(self, database: Caller, *, lease_numbers: Mapping[str, int], now: Now = system_now) -> None:
        super().__init__(now=now)
        self._database = database
        self._lease_numbers = lease_numbers
        self._stored: dict[str, ContextState] = {}

    async def _read(self, run_id: str, now: datetime) -> ContextState | None:
        try:
            document = await self._database.call("get_execution_context", p_run_id=run_id)
        except Exception as error:
            if _code(error) == _ABSENT:
                return None
            raise
        state = ContextState.from_document(document)
        self._stored[run_id] = state
        return state

    async def _write(
        self, run_id: str, state: ContextState, *, expected_version: int, expires_at: datetime
    ) -> int:
        stored = self._stored.get(run_id) or await self._read(run_id, self._now()) or ContextState()
        seen, secrets = without_secrets(state)
        seen["test_order"] = [test for test in state.test_order if test not in set(stored.test_order)]
        version = await self._save(run_id, expected_version, seen, secrets)
        self._stored[run_id] = state
        return version

    async def _save(self, run_id: str, version: int, seen: Document, secrets: Document) -> int:
        try:
            answer = await self._database.call(
                "save_execution_context",
                p_run_id=run_id,
                p_lease_number=self._lease_number(run_id),
                p_version=version,
                p_context=seen,
                p_secrets=secrets,
            )
        except Exception as error:
            if _code(error) == _STALE:
                # What was stored is not what we thought.
                self._stored.pop(run_id, None)
                raise StaleVersion(str(error), where=run_id, hint="load it again") from None
            raise
        return int(answer)

    def _lease_number(self, run_id: str) -> int:
        if run_id not in self._lease_numbers:
            raise StoreError("this worker does not hold the run, so it cannot save its context", where=run_id)
        return self._lease_numbers[run_id]

    async def _remove_expired(self, now: datetime) -> int:
        self._stored.clear()
        return int(await self._database.call("cleanup_expired_contexts"))


def _code(error: Exception) -> str:
    return str(getattr(error, "code", ""))
