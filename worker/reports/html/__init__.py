"""A run as one page that works without a network."""

from worker.reports.html.report import HtmlReport

__all__ = ["HtmlReport"]
