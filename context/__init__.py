"""What a run knows: tokens, variables, captured data, and where each of them came from."""

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.errors import (
    ContextError,
    StaleVersion,
    StateTooLarge,
    StoreError,
    TemplateError,
    UndefinedName,
)
from context.execution import ExecutionContext
from context.extract import ResponseView, extract, find_in
from context.manager import DependencyContext, RunEnvironment, TestExecutionContextManager
from context.masking import Mask
from context.outcomes import Found, NotFound
from context.state import Captured, CaptureRecordData, ContextDelta, ContextState, Provenance
from context.store import ContextStore, MemoryStore, SupabaseStore
from context.templating import NameReference, names_in, render
from context.values import MASK, JsonValue

__all__ = [
    "MASK",
    "CaptureRecordData",
    "CaptureRule",
    "CaptureSource",
    "CaptureTarget",
    "Captured",
    "ContextDelta",
    "ContextError",
    "ContextState",
    "ContextStore",
    "DependencyContext",
    "ExecutionContext",
    "Found",
    "JsonValue",
    "Mask",
    "MemoryStore",
    "NameReference",
    "NotFound",
    "Provenance",
    "ResponseView",
    "RunEnvironment",
    "StaleVersion",
    "StateTooLarge",
    "StoreError",
    "SupabaseStore",
    "TemplateError",
    "TestExecutionContextManager",
    "UndefinedName",
    "extract",
    "find_in",
    "names_in",
    "render",
]
