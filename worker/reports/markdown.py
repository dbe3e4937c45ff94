"""A run as a page of Markdown: the sum, and every root cause with what it blocked."""

from collections.abc import Iterable
from typing import ClassVar

from worker.reports.base import FileReport
from worker.reports.job_summary import job_summary
from worker.reports.record import RunRecord


class MarkdownReport(FileReport):
    """What GitHub shows beside a job, as a file: for a comment on a merge request, a chat, a wiki."""

    kind: ClassVar[str] = "markdown"

    def pieces(self, record: RunRecord) -> Iterable[str]:
        """The page."""
        yield job_summary(record)
