"""What is in the files that tests were answered, in the words of record_run. Evidence tells of them apart."""

from base64 import b64encode
from collections.abc import Iterator

from worker.models.outcome import FileRecord, TestOutcome
from worker.recording.evidence_rows import Row


def artifact_rows(outcome: TestOutcome) -> list[Row]:
    """What is in the files of which the details tell, ready for `artifacts` of a batch; each once."""
    kept = {file.sha256: _artifact(outcome, file, file.content) for file in _files(outcome) if file.content}
    return list(kept.values())


def _files(outcome: TestOutcome) -> Iterator[FileRecord]:
    for attempt in outcome.attempts:
        for step in attempt.steps:
            if step.exchange is not None and step.exchange.response_file is not None:
                yield step.exchange.response_file


def _artifact(outcome: TestOutcome, file: FileRecord, content: bytes) -> Row:
    return {
        "test": outcome.test,
        "category": file.category.value,
        "media_type": file.media_type,
        "content": b64encode(content).decode(),
    }
