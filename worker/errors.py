"""Everything that stops the worker or the command line, drawn as a tree.

BatonError                  carries what, where and hint; the command line prints them
├── SuiteError              files cannot be run; carries their problems; nothing was sent
├── UsageError              a wrong argument or option
├── SettingsError           a setting is missing or wrong
├── LocalStackError         the local Supabase cannot be started, stopped or reached
│   ├── MigrationFailed     the schema could not be applied; the data is as it was
│   └── OtherSchema         the data folder was made from another schema
├── PlatformError           the Supabase project did not do what was asked
│   ├── NotReachable        no answer came
│   ├── NotSignedIn         no session, or it cannot be refreshed
│   ├── Refused             it said no: rights, state or input
│   └── LeaseLost           somebody else holds this run now: drop what is in hand
├── SharingError            what workers share (locks, limits) cannot be had
├── ArchiveError            an archive cannot be written or read; nothing of it was deleted
├── RequestError            a request cannot be sent as it was written
├── FixtureError            data that tests begin with cannot be had
├── FileUnreadable          a file that a suite names cannot be had
├── TransportError          no answer came from the API under test; carries a failure category
└── RunInterrupted          a person or the system stopped the run

A test that fails is none of these: it is a value (worker/models/outcome.py).
"""

from collections.abc import Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from worker.models.problem import Problem


class BatonError(Exception):
    """Something a person must know: what happened, where, and what to do about it."""

    def __init__(self, what: str, *, where: str | None = None, hint: str | None = None) -> None:
        super().__init__(what)
        self.what = what
        self.where = where
        self.hint = hint


class SuiteError(BatonError):
    """The files cannot be run. Nothing was sent."""

    def __init__(self, problems: "Sequence[Problem]") -> None:
        super().__init__(f"{len(problems)} problem{'s' if len(problems) != 1 else ''} in the suite files")
        self.problems = tuple(problems)


class UsageError(BatonError):
    """The command was called in a way that cannot work."""


class SettingsError(BatonError):
    """A setting is missing, or cannot be what it is."""


class LocalStackError(BatonError):
    """The local Supabase cannot be started, stopped or reached."""


class MigrationFailed(LocalStackError):
    """The schema could not be applied. The data is as it was before."""


class OtherSchema(LocalStackError):
    """The data folder was made from another schema and was left untouched."""


class PlatformError(BatonError):
    """The Supabase project did not do what was asked."""


class NotReachable(PlatformError):
    """No answer came from the Supabase project."""


class NotSignedIn(PlatformError):
    """There is no session, or it cannot be refreshed."""


class Refused(PlatformError):
    """The Supabase project said no: rights, state or input. `code` is its SQLSTATE."""

    def __init__(
        self, what: str, *, code: str = "", where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.code = code


class LeaseLost(PlatformError):
    """Somebody else holds this run now; whatever is in hand must be dropped."""


class SharingError(BatonError):
    """What workers share with one another, such as locks and limits, cannot be had."""


class ArchiveError(BatonError):
    """An archive cannot be written, or read. Nothing of what it is to hold was deleted."""


class RequestError(BatonError):
    """A request cannot be sent as it was written. `where` is the field of the test."""


class TransportError(BatonError):
    """No answer came from the API under test. `category` is the failure category, such as dns."""

    def __init__(
        self, what: str, *, category: str, where: str | None = None, hint: str | None = None
    ) -> None:
        super().__init__(what, where=where, hint=hint)
        self.category = category


class FixtureError(BatonError):
    """Data that tests begin with cannot be had. `where` is the fixture or its file."""


class FileUnreadable(BatonError):
    """A file that a suite names cannot be had. `where` is its path."""


class RunInterrupted(BatonError):
    """A person or the system stopped the run before its end."""
