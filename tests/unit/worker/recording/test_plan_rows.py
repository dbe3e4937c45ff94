"""What a run is about to do, as it is recorded: within bounds, and only between its own tests."""

from datetime import UTC, datetime

from worker.models.dependency import DependencyKind
from worker.models.events import PlannedTest, RunStarted
from worker.models.graph import Dependency
from worker.recording.batch import batch_of, entry_of
from worker.recording.plan_rows import plan_row


def an_edge(dependent: str, required: str, *reasons: str) -> Dependency:
    """An edge by which data goes."""
    return Dependency(dependent=dependent, required=required, kind=DependencyKind.DATA, reasons=reasons)


def a_start(*edges: Dependency) -> RunStarted:
    """A run of three tests."""
    return RunStarted(
        tests=(
            PlannedTest(name="s/a", title="a", required_only=True),
            PlannedTest(name="s/b", title="b"),
            PlannedTest(name="s/c", title="c"),
        ),
        environment="local",
        base_url="",
        jobs=1,
        started_at=datetime(2026, 1, 1, tzinfo=UTC),
        dependencies=edges,
    )


def test_a_plan_says_the_tests_and_who_waits_for_whom() -> None:
    """With the reasons, which hold nothing that the database refuses."""
    assert plan_row(a_start(an_edge("s/b", "s/a", "json.id\0 mentions it"))) == {
        "tests": [
            {"test": "s/a", "required_only": True},
            {"test": "s/b", "required_only": False},
            {"test": "s/c", "required_only": False},
        ],
        "edges": [
            {"dependent": "s/b", "required": "s/a", "type": "data", "reasons": ["json.id\ufffd mentions it"]}
        ],
    }


def test_an_edge_to_a_test_of_no_part_in_the_run_is_left_out() -> None:
    """The database refuses it, and a run is not to be lost for that."""
    row = plan_row(a_start(an_edge("s/b", "other/x"), an_edge("other/x", "s/a")))
    assert row is not None
    assert row["edges"] == []


def test_what_is_too_much_goes_without_reasons_and_then_not_at_all() -> None:
    """The picture is not worth the run."""
    start = a_start(*(an_edge("s/b", "s/a", "why " * 100) for _ in range(10)))
    shorter = plan_row(start, most_bytes=2_000)
    assert shorter is not None
    assert [edge["reasons"] for edge in shorter["edges"]] == [[]] * 10  # type: ignore[index,union-attr,call-overload]  # a list of rows
    assert plan_row(start, most_bytes=100) is None


def test_the_plan_goes_with_the_first_batch() -> None:
    """Beside how many tests there are."""
    entry = entry_of(a_start(an_edge("s/b", "s/a")))
    assert entry is not None
    batch = batch_of([entry], lease_seconds=60)
    assert (batch["status"], batch["total"]) == ("running", 3)
    assert set(batch["plan"]) == {"tests", "edges"}  # type: ignore[arg-type]  # a row
    assert entry.size > 200
