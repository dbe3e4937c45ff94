"""Errors: what went wrong, as a value that can be stored, sent and shown. Masked like everything else."""

from pydantic import AwareDatetime

from worker.errors import PlatformError, Refused
from worker.models.outcome import Verdict
from worker.records.base import Record


class ApiError(Record):
    """A refusal by the Supabase project: its SQLSTATE or code, what it says, and what to do about it."""

    code: str = ""
    message: str
    hint: str | None = None
    details: str | None = None

    @classmethod
    def of(cls, error: PlatformError) -> "ApiError":
        """An error of ours as one of these."""
        code = error.code if isinstance(error, Refused) else ""
        return cls(code=code, message=error.what, hint=error.hint)


class TestExecutionError(Record):
    """Why a test did not pass. `category` and `fingerprint` are those of the failure groups; `blocked_by`
    is the root cause of a blocked test."""

    __test__ = False

    verdict: Verdict
    message: str
    category: str | None = None
    fingerprint: str | None = None
    blocked_by: str | None = None
    status_code: int | None = None
    attempts: int = 1
    happened_at: AwareDatetime | None = None


class ContextManagementError(Record):
    """Why a context could not be read or written: it is gone, or somebody else wrote first."""

    run_id: str
    operation: str
    error: ApiError

    @classmethod
    def of(cls, error: PlatformError, *, run_id: str, operation: str) -> "ContextManagementError":
        """What came of an operation, such as "update_shared_tokens", on the context of this run."""
        return cls(run_id=run_id, operation=operation, error=ApiError.of(error))

    @property
    def is_stale(self) -> bool:
        """Whether somebody else wrote first: read again, and decide anew."""
        return self.error.code == "PT409"
