"""Evidence that comes after the result: undos, and tests that ran once more for their tokens."""

from datetime import UTC, datetime
from typing import Any

from worker.models.events import CleanupFinished, TokenRenewed
from worker.models.outcome import Attempt, Cleanup, ExchangeRecord, Renewal, StepRecord, Verdict
from worker.recording.batch import batch_of, entry_of
from worker.records.api.recording import RunBatch
from worker.records.base import read_answer

NOW = datetime(2026, 11, 20, 10, tzinfo=UTC)
STEP = StepRecord(
    name="away",
    verdict=Verdict.FAILED,
    reason="expected 204, but was 500",
    exchange=ExchangeRecord(method="DELETE", url="http://api.test/1", status_code=500, response_body="\0no"),
)


def test_how_an_undo_went_is_a_detail_of_its_test() -> None:
    """With what it sent and got; what the database cannot hold is shown as something else."""
    cleanup = Cleanup(test="shop/order", attempt=2, verdict=Verdict.FAILED, reason="no", steps=(STEP,))
    batch: dict[str, Any] = batch_of(
        filter(None, [entry_of(CleanupFinished(cleanup=cleanup))]), lease_seconds=60
    )
    [detail] = read_answer(RunBatch, batch, what="batch").details
    content: dict[str, Any] = dict(detail.content)
    assert (detail.test, detail.kind, detail.attempt) == ("shop/order", "cleanup", 2)
    assert content["verdict"] == "failed"
    [step] = content["steps"]
    assert [each["kind"] for each in step["evidence"]] == ["request", "response"]
    assert "\0" not in step["evidence"][1]["content"]["body"]
    assert [event["type"] for event in batch["events"]] == ["cleanup_finished"]


def test_a_renewal_is_a_detail_of_the_test_that_produces_the_token() -> None:
    """With the names of its tokens, and why it did not work."""
    attempt = Attempt(number=1, verdict=Verdict.FAILED, steps=(STEP,), started_at=NOW, finished_at=NOW)
    renewal = Renewal(
        test="accounts/login",
        tokens=("access",),
        cause="expired",
        wanted_by="shop/order",
        reason="it failed",
        attempts=(attempt,),
        started_at=NOW,
        finished_at=NOW,
    )
    entry = entry_of(TokenRenewed(renewal=renewal, change=None))
    assert entry is not None
    assert entry.details == 1
    [detail] = read_answer(RunBatch, batch_of([entry], lease_seconds=60), what="batch").details
    content: dict[str, Any] = dict(detail.content)
    assert (detail.test, detail.kind) == ("accounts/login", "renewal")
    assert (content["tokens"], content["worked"]) == (["access"], False)
    assert content["attempts"][0]["steps"][0]["reason"] == "expected 204, but was 500"
