"""Files that tests of recorded runs were answered, brought into outcomes for the reports that show them."""

import asyncio
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Protocol

from worker.errors import PlatformError
from worker.models.outcome import Attempt, FileRecord, StepRecord, TestOutcome, Verdict

#: What one report holds at most, in memory until it is written: as much as one run keeps.
MOST_BYTES = 64 << 20
#: Each is asked for by itself: so many take seconds.
MOST_FILES = 500
_AT_ONCE = 4

#: Whose files come first, where there are more than these.
_FIRST = (Verdict.FAILED, Verdict.BROKEN)

_Contents = Mapping[str, bytes]


class ReadsFiles(Protocol):
    """Whoever can tell what is in a file."""

    async def file(self, run_id: str, test_case_id: str, sha256: str) -> bytes | None:
        """None where it is not kept, or not for this reader. Raises PlatformErrors."""
        ...


@dataclass(frozen=True, slots=True)
class _Wanted:
    test: str
    sha256: str
    size_bytes: int


class ReportFiles:
    """The files of one report, of however many runs: those of tests that did not pass before the others, as
    long as there is room. What is not here is still told of, and lies in the project."""

    def __init__(self, reader: ReadsFiles) -> None:
        self._reader = reader
        self._bytes_left = MOST_BYTES
        self._files_left = MOST_FILES

    async def put_into(
        self, run_id: str, outcomes: Sequence[TestOutcome], *, test_ids: Mapping[str, str]
    ) -> list[TestOutcome]:
        """These outcomes of a run with what is in their files. A project that cannot be asked any more is
        no reason to go without a report: then the rest stays there."""
        wanted = list(self._room_for(_wanted(outcomes)))
        found: dict[str, dict[str, bytes]] = {}
        for start in range(0, len(wanted), _AT_ONCE):
            some = wanted[start : start + _AT_ONCE]
            asked = [self._reader.file(run_id, test_ids[each.test], each.sha256) for each in some]
            answers = await asyncio.gather(*asked, return_exceptions=True)
            for each, content in zip(some, answers, strict=True):
                if isinstance(content, bytes):
                    found.setdefault(each.test, {})[each.sha256] = content
            if any(_is_trouble(answer) for answer in answers):
                break
        return [_with_files(outcome, found.get(outcome.test, {})) for outcome in outcomes]

    def _room_for(self, wanted: Sequence[_Wanted]) -> Iterator[_Wanted]:
        for each in wanted:
            if self._files_left and each.size_bytes <= self._bytes_left:
                self._files_left -= 1
                self._bytes_left -= each.size_bytes
                yield each


def _is_trouble(answer: object) -> bool:
    if isinstance(answer, BaseException) and not isinstance(answer, PlatformError):
        raise answer  # a mistake of ours
    return isinstance(answer, PlatformError)


def _wanted(outcomes: Sequence[TestOutcome]) -> list[_Wanted]:
    """Each file of a test once; those of tests that did not pass first."""
    in_order = sorted(outcomes, key=lambda outcome: outcome.verdict not in _FIRST)
    found = (
        _Wanted(outcome.test, file.sha256, file.size_bytes)
        for outcome in in_order
        for attempt in outcome.attempts
        for step in attempt.steps
        if (file := _file_of(step)) is not None and file.sha256
    )
    return list(dict.fromkeys(found))


def _file_of(step: StepRecord) -> FileRecord | None:
    return step.exchange.response_file if step.exchange else None


def _with_files(outcome: TestOutcome, contents: _Contents) -> TestOutcome:
    if not contents:
        return outcome
    return replace(outcome, attempts=tuple(_attempt(attempt, contents) for attempt in outcome.attempts))


def _attempt(attempt: Attempt, contents: _Contents) -> Attempt:
    return replace(attempt, steps=tuple(_step(step, contents) for step in attempt.steps))


def _step(step: StepRecord, contents: _Contents) -> StepRecord:
    file = _file_of(step)
    if step.exchange is None or file is None or file.sha256 not in contents:
        return step
    held = replace(file, content=contents[file.sha256])
    return replace(step, exchange=replace(step.exchange, response_file=held))
