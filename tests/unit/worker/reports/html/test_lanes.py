"""The timeline."""

from hypothesis import given
from hypothesis import strategies as st

from tests.unit.worker.reports.whole import a_whole_run
from worker.models.outcome import Verdict
from worker.reports.html.lanes import Bar, bars, lanes
from worker.reports.record import RunRecord


def _bar(start: float, length: float) -> Bar:
    return Bar(kind="test", test="s/a", number=1, verdict=Verdict.PASSED, start=start, end=start + length)


@given(st.lists(st.tuples(st.floats(0, 10), st.floats(0.001, 5)), max_size=40))
def test_no_two_bars_of_a_lane_overlap(spans: list[tuple[float, float]]) -> None:
    """And no lane is opened while another one is free."""
    found = sorted((_bar(*span) for span in spans), key=lambda bar: (bar.start, bar.end))
    rows = lanes(found)
    for lane in set(rows):
        ends = 0.0
        for bar in (bar for bar, row in zip(found, rows, strict=True) if row == lane):
            assert bar.start >= ends
            ends = bar.end
    most = max((sum(bar.start <= at.start < bar.end for bar in found) for at in found), default=0)
    assert len(set(rows)) == most


def test_attempts_renewals_and_undos_are_on_it() -> None:
    """All that took time is seen; an undo that was not done took none."""
    record = RunRecord()
    for event in a_whole_run().events:
        record.take(event)
    kinds = [bar.kind for bar in bars(record)]
    assert kinds.count("test") == 9
    assert kinds.count("renewal") == 1
    assert kinds.count("clean-up") == 1


def test_a_bar_shows_when_its_steps_were_in_flight() -> None:
    """Each where it was sent: what lies between them was waiting."""
    record = RunRecord()
    for event in a_whole_run().events:
        record.take(event)
    bar = next(bar for bar in bars(record) if bar.test == "shop/order")
    assert [(part.name.split()[0], round(part.start, 6), round(part.end, 6)) for part in bar.steps] == [
        ("begin", 0.0, 0.002),
        ("wait", 0.005, 0.007),
        ("wait", 0.01, 0.012),
        ("wait", 0.015, 0.017),
        ("look", 0.02, 0.04),
    ]
