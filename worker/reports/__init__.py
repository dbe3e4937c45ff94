"""A run as people and programs read it."""

from importlib import import_module
from typing import cast

from worker.reports.base import Report
from worker.reports.console import ConsoleReport
from worker.reports.ndjson import EventStream

#: What `--report kind=path` can write: module and class. They are imported when they are asked for.
REPORTS: dict[str, tuple[str, str]] = {
    "allure": ("worker.reports.allure", "AllureReport"),
    "codequality": ("worker.reports.code_quality", "CodeQualityReport"),
    "ctrf": ("worker.reports.ctrf", "CtrfReport"),
    "html": ("worker.reports.html", "HtmlReport"),
    "json": ("worker.reports.json", "JsonReport"),
    "junit": ("worker.reports.junit", "JunitReport"),
    "markdown": ("worker.reports.markdown", "MarkdownReport"),
}


def report_of(kind: str) -> type[Report]:
    """The class of a report; `kind` is one of `REPORTS`."""
    module, name = REPORTS[kind]
    return cast(type[Report], getattr(import_module(module), name))


__all__ = ["REPORTS", "ConsoleReport", "EventStream", "Report", "report_of"]
