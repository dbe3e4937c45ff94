"""Context: what a run knows, as members see it and as its worker gets it."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, Field, JsonValue

from worker.models.dependency import DependencyKind
from worker.models.outcome import Verdict
from worker.records.base import JsonObject, Record, Row


class TestExecutionContext(Row):
    """What a run knows. Of tokens there are only names, and secret values are masked."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_execution_context"

    id: UUID
    organization_id: UUID
    run_id: UUID
    shared_auth_tokens: JsonObject
    shared_variables: JsonObject
    captured_data: JsonObject
    provenance: tuple[JsonValue, ...]
    test_order: tuple[str, ...]
    version: int
    expires_at: AwareDatetime | None = None
    created_at: AwareDatetime
    updated_at: AwareDatetime


class ValueProvenance(Record):
    """Where a value came from: the test's full name, and the capture. Says whether it is secret, and
    when a token ends."""

    name: str
    kind: str
    test: str
    capture: str = ""
    secret: str | None = None
    expires_at: str | None = None


class ContextDocument(Record):
    """What a run knows, with real values, for its worker only: never print, log or store it."""

    version: int = 0
    tokens: JsonObject = Field(default_factory=dict, repr=False)
    variables: JsonObject = Field(default_factory=dict, repr=False)
    captured_data: dict[str, JsonObject] = Field(default_factory=dict, repr=False)
    provenance: tuple[ValueProvenance, ...] = ()
    test_order: tuple[str, ...] = ()


class MissingDependency(Record):
    """A test that another waits for, and how it stands: no verdict yet, or one that is not enough."""

    test: str
    type: DependencyKind
    verdict: Verdict | None = None


class ReceivedValues(Record):
    """What a test receives of those it needs, with real values: never print, log or store it."""

    tokens: JsonObject = Field(default_factory=dict, repr=False)
    variables: JsonObject = Field(default_factory=dict, repr=False)
    captured_data: dict[str, JsonObject] = Field(default_factory=dict, repr=False)


class DependencyContext(Record):
    """What resolve_test_dependencies answers: whether a test can start, what is missing, what it receives."""

    test: str
    ready: bool
    missing: tuple[MissingDependency, ...] = ()
    receives: ReceivedValues = ReceivedValues()
