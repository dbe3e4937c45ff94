"""Change tracking: immutable versions of suites, and who changed what."""

from pydantic import AwareDatetime

from worker.records.base import Record


class SuiteVersion(Record):
    """A suite as it was pushed, addressed by its content. Nothing changes it; runs refer to it."""

    suite: str
    number: int
    content_hash: str
    path: str
    created_by: str | None = None
    created_at: AwareDatetime
