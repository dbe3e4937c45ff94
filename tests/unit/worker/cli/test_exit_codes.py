"""What Baton tells the shell."""

import pytest

from worker.cli.exit_codes import ExitCode, code_for, code_for_error, worst
from worker.errors import (
    BatonError,
    LocalStackError,
    NotSignedIn,
    Refused,
    RunInterrupted,
    SettingsError,
    SuiteError,
    TransportError,
    UsageError,
)
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus


def test_the_worst_is_told() -> None:
    """Where several hold: 130, then 2, then 3, then 1."""
    assert worst([]) == 0
    assert worst([0, 1]) == 1
    assert worst([1, 3]) == 3
    assert worst([3, 2, 1]) == 2
    assert worst([130, 2, 3, 1, 0]) == 130


@pytest.mark.parametrize(
    ("status", "failure", "code"),
    [
        (RunStatus.COMPLETED, None, 0),
        (RunStatus.FAILED, RunFailure.TESTS, 1),
        (RunStatus.FAILED, RunFailure.ENVIRONMENT, 3),
        (RunStatus.FAILED, RunFailure.TIMEOUT, 3),
        (RunStatus.FAILED, RunFailure.INTERRUPTED, 3),
        (RunStatus.CANCELLED, None, 130),
    ],
)
def test_a_run_has_a_code(status: RunStatus, failure: RunFailure | None, code: int) -> None:
    """Red tests are told apart from a run that could not be carried out."""
    outcome = RunOutcome(status=status, failure=failure, counters=Counters(), seconds=0)
    assert code_for(outcome) == code


@pytest.mark.parametrize(
    ("error", "code"),
    [
        (UsageError("x"), ExitCode.BAD_INPUT),
        (SettingsError("x"), ExitCode.BAD_INPUT),
        (SuiteError(()), ExitCode.BAD_INPUT),
        (LocalStackError("x"), ExitCode.NOT_CARRIED_OUT),
        (NotSignedIn("x"), ExitCode.NOT_CARRIED_OUT),
        (TransportError("x", category="dns"), ExitCode.NOT_CARRIED_OUT),
        (Refused("there is no such environment", code="PT422"), ExitCode.BAD_INPUT),
        (Refused("you may not", code="PT403"), ExitCode.NOT_CARRIED_OUT),
        (BatonError("x"), ExitCode.NOT_CARRIED_OUT),
        (RunInterrupted("x"), ExitCode.INTERRUPTED),
    ],
)
def test_an_error_has_a_code(error: BatonError, code: ExitCode) -> None:
    """Bad input is told apart from bad luck."""
    assert code_for_error(error) is code
