"""What `baton db seed` prints."""

import json

from tests.manual_clock import ManualClock
from worker.cli.db_seed import _document, _now_and_then, _text
from worker.local.seed import SeedReport

REPORT = SeedReport(rows={"test_runs": 40, "test_results": 20_000}, seconds=2.5, history_seconds=2.0)


def test_rows_and_speed_are_told() -> None:
    """Results a second count the time of the history alone."""
    assert _text(REPORT).splitlines() == [
        "Made:",
        "  test_runs               40",
        "  test_results        20,000",
        "in 2.5 s, 10,000 results a second.",
    ]
    assert json.loads(_document(REPORT))["results_per_second"] == 10_000


async def test_steps_that_follow_too_soon_are_left_out() -> None:
    """There is one for every day of the history."""
    clock, told = ManualClock(), list[str]()
    tell = _now_and_then(told.append, clock)
    tell("first")
    tell("at once")
    await clock.advance(2.0)
    tell("later")
    assert told == ["first", "later"]
