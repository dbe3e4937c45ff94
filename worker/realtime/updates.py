"""What a subscriber is told."""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from worker.models.outcome import Counters, RunFailure, RunStatus


class UpdateType(StrEnum):
    """What an update is about."""

    CONTEXT_UPDATED = "context_updated"  # the run knows something new; see `context`
    TEST_RESULT = "test_result"  # a test has its verdict; see `result`
    RUN_STATUS = "run_status"  # the run's state or counters moved; see `stats`


@dataclass(frozen=True, slots=True, kw_only=True)
class RunStats:
    """The state of a run, with its counters."""

    status: RunStatus
    failure: RunFailure | None = None
    message: str = ""
    counters: Counters

    @property
    def is_over(self) -> bool:
        """Whether nothing can happen to the run any more."""
        return self.status in (RunStatus.COMPLETED, RunStatus.FAILED, RunStatus.CANCELLED)


@dataclass(frozen=True, slots=True, kw_only=True)
class ProgressUpdate:
    """One piece of news about a run. The field that its type names is filled, the others are None.

    `context`: all that the run knows by now, masked: `tokens` (names only), `variables`,
    `captured_data` (by test). `result`: a finished test: `test`, `verdict`, `reason`,
    `error_category`, `blocked_by`, `required_only`, `attempts`, `started_at`, `finished_at`,
    `total_ms`, `status_code`.
    """

    type: UpdateType
    run_id: str
    context: Mapping[str, Any] | None = None
    result: Mapping[str, Any] | None = None
    stats: RunStats | None = None
