"""What crosses the border to Supabase: rows, arguments, answers, messages. Checked with pydantic.

One module for each group of the field: authentication, projects, configuration, requests, fixtures,
environments, credentials, execution, results, metrics, analysis, reporting, context, pipeline, cache,
vectors, changes, events, errors, api, batch. A test compares each row with the real schema. Inside, Baton
works with the dataclasses of worker.models; nothing of this is imported by `baton run`.
"""

from worker.records.api import (
    ClaimAnswer,
    ClaimedEnvironmentAnswer,
    ClaimedRunAnswer,
    ClaimedSelection,
    ClaimedSuiteAnswer,
    FinishAnswer,
    FinishedTestAnswer,
    RecordAnswer,
    RecordedContext,
    RecordedDetail,
    RecordedResult,
    RecordedSecrets,
    RunBatch,
    RunCounters,
    RunEnding,
)
from worker.records.authentication import MemberRole, Organization, OrganizationMember, User
from worker.records.base import Argument, JsonObject, Record, Row, is_shaped, read_answer
from worker.records.batch import BatchResult, BatchTestRunRequest, TestRunRequest, TestSelection
from worker.records.cache import CachedContext, CacheEntry
from worker.records.changes import SuiteVersion
from worker.records.configuration import TestCase, TestDependency
from worker.records.context import ContextDocument, DependencyContext, TestExecutionContext, ValueProvenance
from worker.records.environments import Environment, EnvironmentVariable
from worker.records.errors import ApiError, ContextManagementError, TestExecutionError
from worker.records.events import (
    AnyEventType,
    EventType,
    PlatformEvent,
    ProjectMessage,
    RequestedRunNews,
    RunMessage,
    WorkerMessage,
)
from worker.records.execution import RunExecutor, RunTrigger, TestRun
from worker.records.pipeline import PipelineEdge, PipelineStep, TestExecutionPipeline
from worker.records.projects import Project, PushAnswer, PushedSuiteAnswer, PushRequest, TestSuite
from worker.records.requests import TestRequestConfig, TestResponseSpec
from worker.records.results import (
    AssertionResult,
    AttemptResult,
    CaptureResult,
    DetailKind,
    ReceivedResponse,
    SentRequest,
    SourcePlace,
    TestResult,
    TestResultDetail,
)
from worker.records.vectors import EmbeddedText, SearchedKind, SearchMatch

__all__ = [
    "AnyEventType",
    "ApiError",
    "Argument",
    "AssertionResult",
    "AttemptResult",
    "BatchResult",
    "BatchTestRunRequest",
    "CacheEntry",
    "CachedContext",
    "CaptureResult",
    "ClaimAnswer",
    "ClaimedEnvironmentAnswer",
    "ClaimedRunAnswer",
    "ClaimedSelection",
    "ClaimedSuiteAnswer",
    "ContextDocument",
    "ContextManagementError",
    "DependencyContext",
    "DetailKind",
    "EmbeddedText",
    "Environment",
    "EnvironmentVariable",
    "EventType",
    "FinishAnswer",
    "FinishedTestAnswer",
    "JsonObject",
    "MemberRole",
    "Organization",
    "OrganizationMember",
    "PipelineEdge",
    "PipelineStep",
    "PlatformEvent",
    "Project",
    "ProjectMessage",
    "PushAnswer",
    "PushRequest",
    "PushedSuiteAnswer",
    "ReceivedResponse",
    "Record",
    "RecordAnswer",
    "RecordedContext",
    "RecordedDetail",
    "RecordedResult",
    "RecordedSecrets",
    "RequestedRunNews",
    "Row",
    "RunBatch",
    "RunCounters",
    "RunEnding",
    "RunExecutor",
    "RunMessage",
    "RunTrigger",
    "SearchMatch",
    "SearchedKind",
    "SentRequest",
    "SourcePlace",
    "SuiteVersion",
    "TestCase",
    "TestDependency",
    "TestExecutionContext",
    "TestExecutionError",
    "TestExecutionPipeline",
    "TestRequestConfig",
    "TestResponseSpec",
    "TestResult",
    "TestResultDetail",
    "TestRun",
    "TestRunRequest",
    "TestSelection",
    "TestSuite",
    "User",
    "ValueProvenance",
    "WorkerMessage",
    "is_shaped",
    "read_answer",
]
