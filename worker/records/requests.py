"""Requests and responses: what a test sends, and what it expects and captures of the answer."""

from typing import ClassVar
from uuid import UUID

from pydantic import AwareDatetime, JsonValue

from worker.records.base import JsonObject, Row


class TestRequestConfig(Row):
    """The request of a test, or of one of its steps."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_request_configs"

    id: UUID
    organization_id: UUID
    project_id: UUID
    test_case_id: UUID
    step_index: int
    method: str
    path: str
    query: JsonObject
    headers: JsonObject
    body: JsonValue | None = None
    auth: JsonValue | None = None
    settings: JsonObject
    endpoint_id: UUID | None = None
    names_endpoint: bool
    metadata: JsonObject
    created_at: AwareDatetime
    updated_at: AwareDatetime


class TestResponseSpec(Row):
    """What is expected of the response, and what is captured from it."""

    __test__: ClassVar[bool] = False

    table: ClassVar[str] = "test_response_specs"

    id: UUID
    organization_id: UUID
    test_case_id: UUID
    step_index: int
    expectations: JsonObject
    captures: JsonObject
    metadata: JsonObject
    created_at: AwareDatetime
    updated_at: AwareDatetime
