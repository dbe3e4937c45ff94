"""What Baton tells the shell."""

from collections.abc import Iterable
from enum import IntEnum
from typing import TYPE_CHECKING

from worker.errors import BatonError, Refused, RunInterrupted, SettingsError, SuiteError, UsageError

if TYPE_CHECKING:
    from worker.models.outcome import RunOutcome


#: How a project says that what it was given cannot be, whoever asks and whenever.
WRONG_INPUT = "PT422"


class ExitCode(IntEnum):
    """The five answers. Scripts rely on them: they are never renumbered."""

    OK = 0  # everything asked for was done, every test passed or was skipped by choice
    TESTS_FAILED = 1  # a test failed, broke or was blocked
    BAD_INPUT = 2  # bad usage or bad files; nothing was sent
    NOT_CARRIED_OUT = 3  # no stack, no access, the environment down: it could not be done
    INTERRUPTED = 130  # a person or the system stopped it


#: Where several hold, the first of these is told.
_WORST_FIRST = (
    ExitCode.INTERRUPTED,
    ExitCode.BAD_INPUT,
    ExitCode.NOT_CARRIED_OUT,
    ExitCode.TESTS_FAILED,
    ExitCode.OK,
)


def worst(codes: Iterable[int]) -> ExitCode:
    """The one code that is told where several hold; OK of none."""
    found = {ExitCode(code) for code in codes}
    return next((code for code in _WORST_FIRST if code in found), ExitCode.OK)


def code_for(outcome: "RunOutcome") -> ExitCode:
    """The exit code of a run that ended like this."""
    from worker.models.outcome import RunFailure, RunStatus

    if outcome.status is RunStatus.COMPLETED:
        return ExitCode.OK
    if outcome.status is RunStatus.CANCELLED:
        return ExitCode.INTERRUPTED
    return ExitCode.TESTS_FAILED if outcome.failure is RunFailure.TESTS else ExitCode.NOT_CARRIED_OUT


def code_for_error(error: BatonError) -> ExitCode:
    """The exit code of a command that ended with this error."""
    if isinstance(error, RunInterrupted):
        return ExitCode.INTERRUPTED
    if isinstance(error, UsageError | SuiteError | SettingsError):
        return ExitCode.BAD_INPUT
    # To ask again for what cannot be would end alike, and 3 is what pipelines try again.
    if isinstance(error, Refused) and error.code == WRONG_INPUT:
        return ExitCode.BAD_INPUT
    return ExitCode.NOT_CARRIED_OUT
