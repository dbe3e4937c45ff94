"""Where reports are written."""

import json
import os
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.runs import an_outcome, run_started
from tests.unit.worker.reports.listening import tell
from tests.unit.worker.reports.runs import a_green_story
from worker.errors import BatonError, UsageError
from worker.models.events import Event, TestFinished
from worker.models.outcome import Verdict
from worker.reports import REPORTS, report_of
from worker.reports.json import JsonReport
from worker.reports.junit import JunitReport


def test_a_folder_is_no_file(tmp_path: Path) -> None:
    """A path that cannot be written is refused before anything is sent."""
    with pytest.raises(UsageError, match="cannot be written"):
        JunitReport(tmp_path).check()


def test_a_file_in_the_way_of_a_folder_is_refused(tmp_path: Path) -> None:
    """A parent that is a file is an error with the path in it, not a traceback."""
    (tmp_path / "out").write_text("")
    with pytest.raises(UsageError) as refused:
        JunitReport(tmp_path / "out" / "junit.xml").check()
    assert refused.value.where == str(tmp_path / "out" / "junit.xml")


def test_missing_folders_are_made(tmp_path: Path) -> None:
    """Nobody has to make `build/reports` first."""
    JunitReport(tmp_path / "build" / "reports" / "junit.xml").check()
    assert (tmp_path / "build" / "reports").is_dir()


def test_checking_leaves_nothing_behind(tmp_path: Path) -> None:
    """A check is not a report."""
    (tmp_path / "junit.xml").write_text("the old one")
    JunitReport(tmp_path / "junit.xml").check()
    assert [path.name for path in tmp_path.iterdir()] == ["junit.xml"]
    assert (tmp_path / "junit.xml").read_text() == "the old one"


async def test_the_document_appears_whole_and_alone(tmp_path: Path) -> None:
    """No half-written file, no left-over beside it."""
    report = JunitReport(tmp_path / "junit.xml")
    await tell(report, a_green_story().events)
    assert [path.name for path in tmp_path.iterdir()] == ["junit.xml"]


async def test_a_link_stays_a_link(tmp_path: Path) -> None:
    """What the link points at is replaced, not the link."""
    (tmp_path / "latest.xml").symlink_to(tmp_path / "real.xml")
    report = JunitReport(tmp_path / "latest.xml")
    report.check()
    await tell(report, a_green_story().events)
    assert (tmp_path / "latest.xml").is_symlink()
    assert (tmp_path / "real.xml").exists()


async def test_a_device_is_written_into(tmp_path: Path) -> None:
    """/dev/null must survive a report."""
    report = JunitReport(Path(os.devnull))
    report.check()
    await tell(report, a_green_story().events)
    assert not Path(os.devnull).is_file()


async def test_a_folder_that_vanished_is_an_error_with_its_path(tmp_path: Path) -> None:
    """What goes wrong at the end is said, too."""
    report = JunitReport(tmp_path / "gone" / "junit.xml")
    with pytest.raises(BatonError, match="could not be written"):
        await tell(report, a_green_story().events)


async def test_no_run_no_file(tmp_path: Path) -> None:
    """A run that never began leaves no empty document that somebody could take for green."""
    await tell(JunitReport(tmp_path / "junit.xml"), ())
    assert not (tmp_path / "junit.xml").exists()


def test_every_report_says_its_kind() -> None:
    """The word in `--report` is the report's own."""
    assert all(report_of(kind).kind == kind for kind in REPORTS)


async def test_half_a_character_does_not_cost_the_report(tmp_path: Path) -> None:
    """An API may answer a lone surrogate; JSON gets it back as it was, XML as the escape."""
    story: list[Event] = [
        run_started("s/a"),
        TestFinished(outcome=an_outcome("s/a", Verdict.FAILED, reason="got \ud800")),
    ]
    for report in (JsonReport(tmp_path / "run.json"), JunitReport(tmp_path / "junit.xml")):
        await tell(report, story)
    document = json.loads((tmp_path / "run.json").read_text(encoding="utf-8"))
    assert document["tests"][0]["reason"] == "got \ud800"
    assert "got" in (tmp_path / "junit.xml").read_text(encoding="utf-8")
    ElementTree.parse(tmp_path / "junit.xml")
