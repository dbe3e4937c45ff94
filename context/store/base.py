"""The contract of a place where contexts are kept. What all places have in common is decided here:

versions (a writer who knows an older one is refused, never merged), how long a context lives, how
large it may become, and what of it is secret.
"""

import json
from abc import ABC, abstractmethod
from datetime import datetime, timedelta

from context.capture import CaptureTarget
from context.errors import StateTooLarge
from context.functions import Now, system_now
from context.masking import Mask
from context.state import ContextState
from context.values import MASK, JsonValue

#: How long a context is kept after the run: long enough to take a failed run up again next morning.
LIFETIME = timedelta(hours=24)

#: The largest context, as JSON. It is read and written as a whole, many times in a run.
MAX_STATE_BYTES = 8_000_000

Document = dict[str, JsonValue]


class ContextStore(ABC):
    """Keeps what runs know. Adapters read and write; everything else is here."""

    def __init__(self, *, now: Now = system_now) -> None:
        self._now = now

    async def load(self, run_id: str) -> ContextState | None:
        """What is stored of this run, with its version; None if there is nothing, or no more."""
        return await self._read(run_id, self._now())

    async def save(self, run_id: str, state: ContextState, *, expected_version: int) -> int:
        """Write, if the stored version is still the expected one (0: nothing is stored).

        Gives the new version. Raises StaleVersion or StateTooLarge; then nothing was written.
        """
        check_size(state)
        return await self._write(
            run_id, state, expected_version=expected_version, expires_at=self._now() + LIFETIME
        )

    async def forget_expired(self) -> int:
        """Remove contexts whose time is over, with their secrets; says how many."""
        return await self._remove_expired(self._now())

    @abstractmethod
    async def _read(self, run_id: str, now: datetime) -> ContextState | None: ...

    @abstractmethod
    async def _write(
        self, run_id: str, state: ContextState, *, expected_version: int, expires_at: datetime
    ) -> int: ...

    @abstractmethod
    async def _remove_expired(self, now: datetime) -> int: ...


def check_size(state: ContextState) -> None:
    """Refuse a context that is too large, and say which test made it so."""
    size = _size(document_of(state))
    if size <= MAX_STATE_BYTES:
        return
    by_test = {test: _size(dict(values)) for test, values in state.captured_data.items()}
    largest = max(by_test, key=lambda test: by_test[test], default="")
    raise StateTooLarge(
        f"the run's context has grown to {size / 1e6:.1f} MB; {MAX_STATE_BYTES / 1e6:.0f} MB is the limit",
        where=largest or None,
        hint=f"'{largest}' captured {by_test[largest] / 1e6:.1f} MB: capture less of it" if largest else None,
    )


def _size(document: Document) -> int:
    return len(json.dumps(document, ensure_ascii=False).encode("utf-8", "surrogatepass"))


def document_of(state: ContextState) -> Document:
    """The whole context as JSON, with real values. `ContextState.from_document` is its way back."""
    return {
        "version": state.version,
        "tokens": dict(state.tokens),
        "variables": dict(state.variables),
        "captured_data": {test: dict(values) for test, values in state.captured_data.items()},
        "provenance": [
            {**origin.as_record(), "used_by": list(origin.used_by)} for origin in state.provenance
        ],
        "test_order": list(state.test_order),
    }


def without_secrets(state: ContextState) -> tuple[Document, Document]:
    """The context in two parts: what people may see, and the hidden values in clear.

    A value is hidden if its origin says so, and masked wherever else it turns up.
    """
    mask, hidden = _mask_of(state), _hidden_places(state)
    secret_variables = {name for kind, _, name in hidden if kind is CaptureTarget.VARIABLE}
    secret_captures = {(test, name) for _, test, name in hidden}
    variables: Document = {}
    visible: Document = {}
    secret: Document = {}
    for name, value in state.variables.items():
        variables[name] = MASK if name in secret_variables else mask.value(value)
    for test, values in state.captured_data.items():
        clear = {name: value for name, value in values.items() if (test, name) in secret_captures}
        visible[test] = {name: MASK if name in clear else mask.value(value) for name, value in values.items()}
        if clear:
            secret[test] = clear
    seen: Document = {
        "token_names": sorted(state.tokens),
        "variables": variables,
        "captured_data": visible,
        "provenance": [dict(origin.as_record()) for origin in state.provenance],
        "test_order": list(state.test_order),
    }
    kept: Document = {
        "tokens": dict(state.tokens),
        "variables": {
            name: state.variables[name] for name in sorted(secret_variables & set(state.variables))
        },
        "captured_data": secret,
    }
    return seen, kept


def _hidden_places(state: ContextState) -> set[tuple[CaptureTarget, str, str]]:
    return {
        (origin.kind, origin.test, origin.name)
        for origin in state.provenance
        if origin.secret or origin.kind is CaptureTarget.TOKEN
    }


def _mask_of(state: ContextState) -> Mask:
    mask = Mask()
    mask.add_value(state.tokens)
    for kind, test, name in _hidden_places(state):
        mask.add_value(state.captured_data.get(test, {}).get(name))
        if kind is CaptureTarget.VARIABLE:
            mask.add_value(state.variables.get(name))
    return mask
