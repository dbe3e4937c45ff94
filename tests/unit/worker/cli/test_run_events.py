"""What `baton trigger --json` prints of runs that a worker executes."""

import io
import json
import sys
from typing import Any

import pytest

from worker.cli.reporting import open_reports
from worker.cli.run_events import RunEvents, outlets_of
from worker.errors import UsageError
from worker.models.outcome import Counters, RunFailure, RunStatus
from worker.project.trigger import RequestedRun
from worker.realtime import ProgressUpdate, RunStats, UpdateType
from worker.reports.events import FORMAT_VERSION

_RESULT = {
    "test": "shop/pay",
    "verdict": "failed",
    "reason": "expected status 200, got 500",
    "error_category": "server_error",
    "blocked_by": None,
    "required_only": None,
    "attempts": 2,
    "started_at": "2026-03-01T12:00:00.123456+00:00",
    "finished_at": "2026-03-01T13:00:01+01:00",
    "total_ms": 877,
    "status_code": 500,
}


def _lines(stream: io.StringIO) -> list[dict[str, Any]]:
    return [json.loads(line) for line in stream.getvalue().splitlines()]


def test_runs_are_told_when_they_are_requested() -> None:
    """One line for each, with what the next lines call it."""
    stream = io.StringIO()
    RunEvents(stream).requested([RequestedRun(id="7", suites=("shop",), environment="prüf", status="queued")])
    assert _lines(stream) == [
        {
            "event": "run_requested",
            "version": FORMAT_VERSION,
            "run": "7",
            "suites": ["shop"],
            "environment": "prüf",
            "status": "queued",
        }
    ]
    assert stream.getvalue().isascii()


class _Left(io.StringIO):
    """A pipe whose reader has read enough."""

    def flush(self) -> None:
        raise BrokenPipeError


def test_a_reader_that_goes_ends_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    """The runs go on, so they are followed to their verdict; that nobody reads is said once."""
    pipe = _Left()
    events = RunEvents(pipe)
    for run in ("7", "8"):
        events.update(ProgressUpdate(type=UpdateType.TEST_RESULT, run_id=run, result=_RESULT))
    assert [line["run"] for line in _lines(pipe)] == ["7"]
    told = "Nobody reads the events any more. What happens is still told here, to the verdict.\n"
    assert capsys.readouterr() == ("", told)


def test_a_result_is_told_as_it_comes() -> None:
    """With its run, moments in UTC, and no evidence: that comes at the end."""
    stream = io.StringIO()
    RunEvents(stream).update(ProgressUpdate(type=UpdateType.TEST_RESULT, run_id="7", result=_RESULT))
    assert _lines(stream) == [
        {
            "event": "test_result",
            "run": "7",
            "test": "shop/pay",
            "verdict": "failed",
            "reason": "expected status 200, got 500",
            "category": "server_error",
            "blocked_by": None,
            "required_only": False,
            "attempts": 2,
            "started_at": "2026-03-01T12:00:00.123Z",
            "finished_at": "2026-03-01T12:00:01.000Z",
        }
    ]


def test_a_test_that_was_blocked_never_began() -> None:
    """No moments, no attempts, no reason."""
    stream = io.StringIO()
    nothing = dict.fromkeys(("reason", "attempts", "started_at", "finished_at"))
    row = {**_RESULT, **nothing, "verdict": "blocked", "blocked_by": "shop/login"}
    RunEvents(stream).update(ProgressUpdate(type=UpdateType.TEST_RESULT, run_id="7", result=row))
    [line] = _lines(stream)
    assert (line["blocked_by"], line["reason"], line["attempts"]) == ("shop/login", "", 0)
    assert line["started_at"] is line["finished_at"] is None


def test_the_state_of_a_run_has_its_counters() -> None:
    """And why it ended, where it did."""
    stream = io.StringIO()
    stats = RunStats(
        status=RunStatus.FAILED, failure=RunFailure.TESTS, counters=Counters(total=3, passed=2, failed=1)
    )
    RunEvents(stream).update(ProgressUpdate(type=UpdateType.RUN_STATUS, run_id="7", stats=stats))
    [line] = _lines(stream)
    assert (line["event"], line["run"], line["status"]) == ("run_status", "7", "failed")
    assert (line["failure"], line["counters"]["failed"]) == (RunFailure.TESTS.value, 1)


def test_what_the_context_knows_is_no_line() -> None:
    """It comes with the tests, at the end."""
    stream = io.StringIO()
    RunEvents(stream).update(ProgressUpdate(type=UpdateType.CONTEXT_UPDATED, run_id="7", context={}))
    assert stream.getvalue() == ""


def test_people_and_programs_do_not_read_the_same_stream() -> None:
    """With --json, text is the standard error's."""
    assert outlets_of([], as_json=False).people is sys.stdout
    assert outlets_of([], as_json=False).events is None
    outlets = outlets_of([], as_json=True)
    assert outlets.people is sys.stderr
    assert outlets.events is not None


def test_a_report_cannot_be_printed_between_events() -> None:
    """Whoever reads lines would find a document among them."""
    with pytest.raises(UsageError, match="cannot both be printed"):
        outlets_of(open_reports(["junit=-"]), as_json=True)
