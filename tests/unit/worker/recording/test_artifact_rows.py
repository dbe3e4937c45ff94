"""Files that a test was answered, as they are recorded: what is in them apart from what tells of them."""

import json
from dataclasses import replace

from tests.runs import a_picture, with_file
from worker.models.outcome import FileRecord, TestOutcome
from worker.recording import outcome_of
from worker.recording.artifact_rows import artifact_rows
from worker.recording.rows import result_row


def told_of(outcome: TestOutcome) -> FileRecord | None:
    """The file, as it is read back from the evidence of the result."""
    row = json.loads(json.dumps(result_row(outcome)))
    [step] = outcome_of(row, row["details"]).attempts[0].steps
    return step.exchange.response_file if step.exchange else None


def test_a_file_travels_beside_its_evidence() -> None:
    """Evidence tells of it and is kept with the result; what is in it goes apart, each once."""
    outcome = with_file(a_picture())
    twice = replace(outcome, attempts=(outcome.attempts[0], replace(outcome.attempts[0], number=2)))
    assert artifact_rows(twice) == [
        {"test": "s/a", "category": "image", "media_type": "image/png", "content": "iVBORw=="}
    ]
    assert "iVBORw==" not in json.dumps(result_row(twice))
    assert told_of(outcome) == a_picture(content=None)


def test_a_file_that_is_not_kept_is_told_of() -> None:
    """With the reason."""
    unkept = a_picture(content=None, sha256="", note="it holds a secret")
    outcome = with_file(unkept)
    assert artifact_rows(outcome) == []
    assert told_of(outcome) == unkept
