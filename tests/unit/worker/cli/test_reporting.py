"""`--report kind=path`."""

from pathlib import Path

import pytest

from worker.cli.reporting import open_reports
from worker.errors import UsageError
from worker.reports.json import JsonReport
from worker.reports.junit import JunitReport


def test_reports_are_made_by_kind(tmp_path: Path) -> None:
    """Several at once."""
    reports = open_reports([f"junit={tmp_path}/a.xml", f"json={tmp_path}/b.json"])
    assert [type(report) for report in reports] == [JunitReport, JsonReport]


@pytest.mark.parametrize("option", ["htlm=out.html", "junit", "junit=", "", "=x", "allure=-"])
def test_what_is_no_report_is_refused(option: str) -> None:
    """The refusal says what to write."""
    with pytest.raises(UsageError) as refused:
        open_reports([option])
    assert refused.value.where == "--report"
    assert refused.value.hint


def test_two_reports_cannot_be_one_file(tmp_path: Path) -> None:
    """The second would silently replace the first."""
    with pytest.raises(UsageError, match="one file"):
        open_reports([f"junit={tmp_path}/a", f"json={tmp_path}/x/../a"])


def test_a_path_that_cannot_be_written_is_refused_now(tmp_path: Path) -> None:
    """Before anything is sent, not after an hour of tests."""
    with pytest.raises(UsageError, match="cannot be written"):
        open_reports([f"junit={tmp_path}"])
