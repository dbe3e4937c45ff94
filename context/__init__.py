"""What a run knows: tokens, variables, captured data, and where each of them came from."""

from importlib import import_module
from typing import TYPE_CHECKING

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
from context.masking import Mask
from context.outcomes import Found, NotFound
from context.state import Captured, CaptureRecordData, ContextDelta, ContextState, Provenance
from context.templating import NameReference, names_in, render
from context.values import MASK, JsonValue

if TYPE_CHECKING:
    from context.manager import DependencyContext, RunEnvironment, TestExecutionContextManager
    from context.store import ContextStore, MemoryStore, SupabaseStore

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

#: What only a recorded run needs: it is imported when somebody asks for it.
_LATER = {
    **dict.fromkeys(
        ("DependencyContext", "RunEnvironment", "TestExecutionContextManager"), "context.manager"
    ),
    **dict.fromkeys(("ContextStore", "MemoryStore", "SupabaseStore"), "context.store"),
}


def __getattr__(name: str) -> object:
    if name not in _LATER:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(_LATER[name]), name)
