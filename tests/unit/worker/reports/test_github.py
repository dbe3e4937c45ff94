"""What GitHub Actions shows of a run."""

import io
import os
from dataclasses import replace
from datetime import date
from pathlib import Path

import pytest

from tests.unit.worker.reports.listening import on_console, tell
from tests.unit.worker.reports.runs import a_green_story, a_story, attempt, exchange, outcome, place
from worker.models.events import PlannedTest, RunFinished, RunStarted, TestFinished
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus, Verdict
from worker.models.suite import Quarantine
from worker.reports.folding import GitHubFolding
from worker.reports.github import ANNOTATIONS_SHOWN, GitHubReport, annotations, command
from worker.reports.job_summary import CAUSES_SHOWN, job_summary
from worker.reports.record import RunRecord

GOLDEN = Path(__file__).parents[4] / "tests" / "golden" / "reports"
FAILED_RUN = RunOutcome(status=RunStatus.FAILED, failure=RunFailure.TESTS, counters=Counters(), seconds=1.0)


def a_record(*, story: str = "") -> RunRecord:
    """A run in which everything happens, or the green one."""
    told = a_green_story() if story == "green" else a_story()
    record = RunRecord(plan=told.plan)
    for event in told.events:
        record.take(event)
    return record


def many_failures(number: int, *, reason: str = "no") -> RunRecord:
    """A run in which so many tests failed."""
    record = RunRecord()
    begin = a_story().events[0]
    assert isinstance(begin, RunStarted)
    names = [f"shop/t{index}" for index in range(number)]
    record.take(replace(begin, tests=tuple(PlannedTest(name=name, title=name) for name in names)))
    for name in names:
        record.take(TestFinished(outcome=outcome(name, verdict=Verdict.FAILED, reason=reason)))
    record.take(RunFinished(outcome=FAILED_RUN, outcomes=tuple(record.outcomes.values())))
    return record


@pytest.mark.parametrize("name", ["job-summary.md", "job-summary-green.md"])
def test_the_summary_reads_like_the_golden_file(name: str) -> None:
    """A person reads the sum and every root cause; BATON_GOLDEN=write writes it anew."""
    text = job_summary(a_record(story="green" if "green" in name else ""))
    if os.environ.get("BATON_GOLDEN") == "write":
        (GOLDEN / name).write_text(text, encoding="utf-8")
    assert text == (GOLDEN / name).read_text(encoding="utf-8")


def test_annotations_read_like_the_golden_file() -> None:
    """One for each root cause, at the line of the expectation; nothing for what was blocked."""
    text = "".join(f"{line}\n" for line in annotations(a_record()))
    if os.environ.get("BATON_GOLDEN") == "write":
        (GOLDEN / "annotations.txt").write_text(text, encoding="utf-8")
    assert text == (GOLDEN / "annotations.txt").read_text(encoding="utf-8")


def test_a_command_is_escaped_as_github_wants_it() -> None:
    """A colon or a comma in a title, and a line feed in a message, must not end them."""
    where = replace(place(3), path="a,b.yaml")
    line = command("error", "100%: a, b", "first\nsecond 50%\r", where)
    assert line == (
        "::error file=a%2Cb.yaml,line=3,endLine=3,col=3,endColumn=4,title=100%25%3A a%2C b"
        "::first%0Asecond 50%25\\x0d"
    )


def test_paths_are_told_as_they_are_in_the_checkout(tmp_path: Path) -> None:
    """GitHub finds the line only below its workspace, wherever the command was started."""
    where = replace(place(1), path=str(tmp_path / "tests" / "shop.yaml"))
    assert "file=tests/shop.yaml," in command("error", "t", "m", where, root=tmp_path)
    assert f"file={where.path}," in command("error", "t", "m", where, root=tmp_path / "elsewhere")


def test_the_last_annotation_says_how_many_are_missing() -> None:
    """GitHub drops what comes after the tenth without a word; we have one."""
    lines = annotations(many_failures(25))
    assert len(lines) == ANNOTATIONS_SHOWN
    assert "16 more tests did not pass" in lines[-1]


def test_a_test_in_quarantine_is_a_warning() -> None:
    """It does not fail the run, so it is no error."""
    record = many_failures(1)
    found = record.outcomes["shop/t0"]
    kept = Quarantine(owner="anna", reason="flaky", until=date(2027, 1, 1))
    record.outcomes["shop/t0"] = replace(found, quarantine=kept)
    [line] = annotations(record)
    assert line.startswith("::warning ")


def test_the_numbers_are_told_once() -> None:
    """In the table; the run's own sentence is for what no table says, such as an environment that is down."""
    record = a_record()
    assert record.finished is not None
    record.finished = replace(record.finished, message="2 passed and so on", failure=RunFailure.TESTS)
    assert "2 passed and so on" not in job_summary(record)
    record.finished = replace(record.finished, message="no answer came", failure=RunFailure.ENVIRONMENT)
    assert "### ❌ Baton in local: the environment is down; " in job_summary(record)
    assert "\nno answer came\n" in job_summary(record)


def test_a_summary_stays_short() -> None:
    """A thousand failures are thirty, and a number."""
    text = job_summary(many_failures(1000, reason="x" * 10_000))
    assert f"{1000 - CAUSES_SHOWN} more tests" in text
    assert len(text) < 1024 * 1024


def test_a_reason_cannot_leave_its_fence() -> None:
    """What an API answered is shown, never obeyed as Markdown."""
    text = job_summary(many_failures(1, reason="```\n# Passed!\n<img src=x>\n````"))
    assert "`````text\n```\n# Passed!\n<img src=x>\n````\n`````" in text


def test_a_name_stays_in_its_line() -> None:
    """Whatever Markdown takes for the end of one: files of a pull request are named by anybody."""
    record = a_record()
    assert record.plan is not None
    hostile = "a\r# Passed!\u2028`<img src=x>|.yaml"
    tests = {
        name: replace(test, where=replace(test.where, path=hostile))
        for name, test in record.plan.tests.items()
    }
    record.plan = replace(record.plan, tests=tests)
    text = job_summary(record)
    assert "'<img src=x>\\|.yaml" in text
    assert not [line for line in text.splitlines() if line.startswith("# Passed!")]


async def test_the_summary_is_added_to_what_other_steps_wrote(tmp_path: Path) -> None:
    """The file is shared by all steps of a job; the annotations go to the log."""
    path = tmp_path / "summary.md"
    path.write_text("# Before\n", encoding="utf-8")
    stream = io.StringIO()
    report = GitHubReport(stream, summary=path, plan=a_story().plan)
    await tell(report, a_story().events)
    assert path.read_text(encoding="utf-8").startswith("# Before\n### ❌ Baton in local")
    assert stream.getvalue().startswith("::error file=")


async def test_an_api_cannot_give_orders_to_github() -> None:
    """All that a test or an answer says is written while GitHub obeys nothing but a secret word."""
    evil = attempt(
        record=exchange("GET", "http://shop.test/"), verdict=Verdict.FAILED, reason="::add-mask::x"
    )
    story = a_green_story()
    begin, *_ = story.events
    found = outcome("shop/login", evil, verdict=Verdict.FAILED, reason="::set-output name=a::b")
    events = (begin, TestFinished(outcome=found), RunFinished(outcome=FAILED_RUN, outcomes=(found,)))
    text = await on_console(replace(story, events=events), folding=GitHubFolding("word"))
    lines = text.splitlines()
    assert any("::set-output" in line for line in lines)
    heard = True
    for line in lines:
        if line == "::word::":
            heard = True
        elif line.startswith("::stop-commands::"):
            heard = False
        else:
            assert (
                not heard or not line.strip().startswith("::") or line.startswith(("::group::", "::endgroup"))
            )
    assert heard
