"""All that a run knows, as it is kept: plain values that can be stored and restored."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from context.capture import CaptureTarget
from context.values import JsonValue

Values = Mapping[str, JsonValue]


@dataclass(frozen=True, slots=True, kw_only=True)
class Provenance:
    """Where a value came from. `test` is a full name; `capture` the rule, such as `$.user.id`.

    `used_by` are the full names of the tests whose templates have read it, in order. `expires_at` is
    when a token ends, where that is known.
    """

    name: str
    kind: CaptureTarget
    test: str
    capture: str
    secret: bool = False
    used_by: tuple[str, ...] = ()
    expires_at: datetime | None = None

    def as_record(self) -> dict[str, str]:
        """As it is written down with the run. Who used it follows from the suites, and would grow."""
        record = {"name": self.name, "kind": self.kind.value, "test": self.test, "capture": self.capture}
        if self.secret:
            record["secret"] = "true"
        if self.expires_at is not None:
            record["expires_at"] = self.expires_at.isoformat()
        return record

    @classmethod
    def from_record(cls, record: Mapping[str, Any]) -> "Provenance":
        """From what `as_record` gave."""
        return cls(
            name=str(record["name"]),
            kind=CaptureTarget(str(record["kind"])),
            test=str(record["test"]),
            capture=str(record.get("capture", "")),
            secret=record.get("secret") == "true",
            used_by=tuple(record.get("used_by") or ()),
            expires_at=_moment(record.get("expires_at")),
        )


def _moment(text: str | None) -> datetime | None:
    return datetime.fromisoformat(text) if text else None


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextState:
    """All that a run knows, with real values: never print, log or repr them.

    `captured_data` is by the tests' full names. `version` counts the writes.
    """

    version: int = 0
    tokens: Values = field(default_factory=dict, repr=False)
    variables: Values = field(default_factory=dict, repr=False)
    captured_data: Mapping[str, Values] = field(default_factory=dict, repr=False)
    provenance: tuple[Provenance, ...] = ()
    test_order: tuple[str, ...] = ()

    @classmethod
    def from_document(cls, document: Mapping[str, Any]) -> "ContextState":
        """From JSON with real values, as the database hands it to a worker."""
        return cls(
            version=document.get("version") or 0,
            tokens=document.get("tokens") or {},
            variables=document.get("variables") or {},
            captured_data=document.get("captured_data") or {},
            provenance=tuple(map(Provenance.from_record, document.get("provenance") or ())),
            test_order=tuple(document.get("test_order") or ()),
        )


@dataclass(frozen=True, slots=True, kw_only=True)
class ContextDelta:
    """What one test added. `secrets` holds the hidden values in clear, under `tokens`, `variables`
    and `captured_data`; only a recorder may read it. Everything else is masked."""

    test: str
    tokens: tuple[str, ...] = ()
    variables: Values = field(default_factory=dict)
    captured_data: Values = field(default_factory=dict)
    provenance: tuple[Mapping[str, str], ...] = ()
    secrets: Mapping[str, Values] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class CaptureRecordData:
    """What one capture found, masked."""

    name: str
    target: str
    source: str
    value: JsonValue


class Captured(NamedTuple):
    """What the captures of one test gave. `failures` say, masked, which required ones found nothing."""

    records: tuple[CaptureRecordData, ...] = ()
    failures: tuple[str, ...] = ()
    change: ContextDelta | None = None
