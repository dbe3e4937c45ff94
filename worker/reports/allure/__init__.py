"""A folder of results that Allure makes its report of."""

from worker.reports.allure.report import AllureReport

__all__ = ["AllureReport"]
