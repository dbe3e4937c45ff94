"""Files that tests of recorded runs were answered, as reports hold them: some, those that matter first."""

from collections.abc import Sequence

import pytest

from tests.runs import a_picture, an_outcome, with_file
from worker.cli import recorded_files
from worker.cli.recorded_files import ReportFiles
from worker.errors import NotReachable, PlatformError
from worker.models.outcome import FileRecord, TestOutcome, Verdict

IDS = {"s/a": "1", "s/b": "2", "s/c": "3"}


class Kept:
    """A project that keeps a file of each test that is asked about, and notes who asks for what."""

    def __init__(self, *, gone: Sequence[str] = (), trouble: Exception | None = None) -> None:
        self.asked: list[tuple[str, str]] = []
        self._gone = gone
        self._trouble = trouble

    async def file(self, run_id: str, test_case_id: str, sha256: str) -> bytes | None:
        """What is in it."""
        self.asked.append((test_case_id, sha256))
        if self._trouble is not None:
            raise self._trouble
        return None if test_case_id in self._gone else f"{run_id} {test_case_id}".encode()


def a_test(name: str, verdict: Verdict = Verdict.PASSED, **file: object) -> TestOutcome:
    """One that was answered a file, which lies in the project."""
    return with_file(a_picture(content=None, **file), an_outcome(name, verdict))


def file_of(outcome: TestOutcome) -> FileRecord:
    """The file that it was answered."""
    exchange = outcome.attempts[0].steps[0].exchange
    assert exchange is not None
    assert exchange.response_file is not None
    return exchange.response_file


async def contents(kept: Kept, *outcomes: TestOutcome) -> list[bytes | None]:
    """What a report of this run holds of each test."""
    told = await ReportFiles(kept).put_into("run", outcomes, test_ids=IDS)
    assert [each.test for each in told] == [each.test for each in outcomes]
    return [file_of(each).content for each in told]


async def test_files_are_brought_into_their_tests() -> None:
    """By run, test and hash; where one is gone, or not for the reader, the others are there all the same."""
    kept = Kept(gone=["2"])
    assert await contents(kept, a_test("s/a"), a_test("s/b"), a_test("s/c")) == [b"run 1", None, b"run 3"]
    assert set(kept.asked) == {(number, "5" * 64) for number in "123"}


async def test_what_is_not_kept_is_not_asked_for() -> None:
    """The evidence says so already, with the reason."""
    kept = Kept()
    assert await contents(kept, a_test("s/a", sha256="", note="it holds a secret")) == [None]
    assert kept.asked == []


@pytest.mark.parametrize(("most_files", "most_bytes"), [(1, 1 << 20), (9, 5)])
async def test_failed_tests_come_first_where_there_is_no_room_for_all(
    monkeypatch: pytest.MonkeyPatch, most_files: int, most_bytes: int
) -> None:
    """Theirs is the picture that somebody wants to see."""
    monkeypatch.setattr(recorded_files, "MOST_FILES", most_files)
    monkeypatch.setattr(recorded_files, "MOST_BYTES", most_bytes)
    kept = Kept()
    assert await contents(kept, a_test("s/a"), a_test("s/b", Verdict.FAILED)) == [None, b"run 2"]
    assert kept.asked == [("2", "5" * 64)]


async def test_a_report_has_room_for_so_much_of_all_its_runs(monkeypatch: pytest.MonkeyPatch) -> None:
    """A batch of a hundred runs has no more than one."""
    monkeypatch.setattr(recorded_files, "MOST_FILES", 1)
    kept = Kept()
    files = ReportFiles(kept)
    for run_id in ("one", "two"):
        await files.put_into(run_id, [a_test("s/a")], test_ids=IDS)
    assert len(kept.asked) == 1


async def test_a_project_that_is_away_costs_files_and_no_report() -> None:
    """Nor is it asked again and again."""
    kept = Kept(trouble=NotReachable("the project does not answer"))
    outcomes = [a_test("s/a", sha256=f"{number}" * 64) for number in range(9)]
    told = await ReportFiles(kept).put_into("run", outcomes, test_ids=IDS)
    assert told == outcomes
    assert len(kept.asked) < len(outcomes)
    assert issubclass(NotReachable, PlatformError)


async def test_a_mistake_of_ours_is_not_hidden() -> None:
    """Only what the project says is taken for an answer."""
    with pytest.raises(KeyError):
        await contents(Kept(trouble=KeyError("content")), a_test("s/a"))
