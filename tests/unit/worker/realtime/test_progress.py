"""What is news to a subscriber."""

from typing import Any

from worker.models.outcome import RunStatus
from worker.realtime import UpdateType
from worker.realtime.progress import Progress

RUN = "5b0c6a3e-0000-4000-8000-000000000001"


def a_message(sequence: int, *events: dict[str, Any], status: str = "running", **more: Any) -> dict[str, Any]:
    """A run_progress message as the database sends it."""
    return {
        "run_id": RUN,
        "sequence": sequence,
        "status": status,
        "reason": None,
        "counters": {"total": 3, "passed": sequence},
        "events": list(events),
        "truncated": False,
        "context_version": 1,
        **more,
    }


def a_result(test: str, verdict: str = "passed") -> dict[str, Any]:
    """An event that says how a test ended."""
    return {"type": "test_completed", "test": test, "verdict": verdict}


def a_row(status: str = "running", sequence: int = 0, **more: Any) -> dict[str, Any]:
    """The run's row."""
    return {"id": RUN, "status": status, "sequence": sequence, "total": 3, "reason": None, **more}


def begun(sequence: int = 0) -> Progress:
    """A subscriber who has read the tables once."""
    progress = Progress(RUN)
    progress.from_tables(a_row(sequence=sequence), [], None)
    return progress


def test_a_message_in_its_turn_is_told_in_full() -> None:
    """Results first, then what the run knows, then its counters."""
    change = {
        "type": "context_updated",
        "test": "s/a",
        "tokens": ["t"],
        "variables": {"v": 1},
        "captured_data": {"c": 2},
    }
    updates = begun().from_message(a_message(1, a_result("s/a"), change))
    assert [update.type for update in updates] == [
        UpdateType.TEST_RESULT,
        UpdateType.CONTEXT_UPDATED,
        UpdateType.RUN_STATUS,
    ]
    assert updates[1].context == {"tokens": ["t"], "variables": {"v": 1}, "captured_data": {"s/a": {"c": 2}}}
    assert updates[2].stats is not None
    assert updates[2].stats.counters.passed == 1


def test_a_message_that_was_told_already_is_old() -> None:
    """Rows that were read hold everything up to their number."""
    progress = begun(sequence=5)
    assert progress.is_old(a_message(5))
    assert not progress.is_old(a_message(6))


def test_a_missing_number_is_a_gap() -> None:
    """Who missed a message cannot know what was in it."""
    progress = begun(sequence=5)
    assert not progress.leaves_a_gap(a_message(6))
    assert progress.leaves_a_gap(a_message(7))


def test_the_first_message_of_all_is_a_gap() -> None:
    """Without having read the tables nobody knows what came before."""
    assert Progress(RUN).leaves_a_gap(a_message(1))


def test_a_message_that_was_cut_is_a_gap() -> None:
    """Too many events for one message: the tables have the rest."""
    assert begun().leaves_a_gap(a_message(1, truncated=True))


def test_names_without_values_are_a_gap() -> None:
    """Large values are not sent; they are read."""
    change = {"type": "context_updated", "test": "s/a", "names_only": True}
    assert begun().leaves_a_gap(a_message(1, change))


def test_the_end_is_read_from_rows() -> None:
    """The last message has no words; the run's row has."""
    assert begun().leaves_a_gap(a_message(1, status="completed"))
    [update] = begun().from_tables(a_row("failed", 1, reason="tests", message="1 failed"), [], None)
    assert update.stats is not None
    assert update.stats.is_over
    assert update.stats.message == "1 failed"


def test_a_result_is_told_once() -> None:
    """From a message, from rows, and again from rows: it is one piece of news."""
    progress = begun()
    first = progress.from_message(a_message(1, a_result("s/a")))
    again = progress.from_tables(a_row(sequence=2), [{"test": "s/a", "verdict": "passed"}], None)
    assert [update.type for update in first].count(UpdateType.TEST_RESULT) == 1
    assert UpdateType.TEST_RESULT not in [update.type for update in again]
    assert progress.told == {"s/a"}


def test_the_same_state_is_not_told_twice() -> None:
    """Reading again what is known is no news."""
    progress = begun()
    assert progress.from_tables(a_row(), [], None) == []
    assert progress.stats is not None
    assert progress.stats.status is RunStatus.RUNNING


def test_an_older_context_is_not_told() -> None:
    """What was read late must not replace what is known."""
    progress = begun()
    new = {"version": 4, "tokens": ["t"], "variables": {}, "captured_data": {}}
    old = {"version": 3, "tokens": [], "variables": {}, "captured_data": {}}
    assert progress.from_tables(a_row(), [], new)[0].type is UpdateType.CONTEXT_UPDATED
    assert progress.from_tables(a_row(), [], old) == []
