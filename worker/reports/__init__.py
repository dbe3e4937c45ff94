"""A run as people and programs read it."""

from worker.reports.base import Report
from worker.reports.console import ConsoleReport
from worker.reports.json import JsonReport
from worker.reports.junit import JunitReport
from worker.reports.ndjson import EventStream

#: Documents that `--report kind=path` can write.
REPORTS: dict[str, type[Report]] = {
    "json": JsonReport,
    "junit": JunitReport,
}

__all__ = ["REPORTS", "ConsoleReport", "EventStream", "JsonReport", "JunitReport", "Report"]
