"""`--report kind=path`."""

import sys
from pathlib import Path

import pytest

from worker.cli.reporting import close_all, open_reports, stream_for_people
from worker.errors import BatonError, UsageError
from worker.models.events import Event
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


class _Listener:
    """Ends as it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.is_closed = False
        self._error = error

    async def on(self, event: Event) -> None:
        """Nothing is kept."""

    async def close(self) -> None:
        """The end, or what went wrong at it."""
        self.is_closed = True
        if self._error:
            raise self._error


async def test_one_that_cannot_be_closed_keeps_no_other_from_it() -> None:
    """All are closed; what went wrong is told, all of it."""
    listeners = [
        _Listener(BatonError("no room", where="a.xml")),
        _Listener(),
        _Listener(BatonError("no right", where="b.html")),
        _Listener(),
    ]
    with pytest.raises(BatonError, match=r"no room \(a.xml\); no right \(b.html\)"):
        await close_all(listeners)
    assert all(listener.is_closed for listener in listeners)


async def test_a_mistake_of_ours_is_not_hidden_by_a_full_disk() -> None:
    """It is told as what it is, and the others are closed all the same."""
    listeners = [_Listener(BatonError("no room")), _Listener(KeyError("x")), _Listener()]
    with pytest.raises(KeyError):
        await close_all(listeners)
    assert listeners[-1].is_closed


def test_people_read_elsewhere_when_a_report_is_printed() -> None:
    """What a program reads is not mixed with what people do."""
    assert stream_for_people(open_reports(["json=-"])) is sys.stderr
    assert stream_for_people(open_reports([])) is sys.stdout
