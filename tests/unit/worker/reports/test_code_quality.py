"""GitLab's code quality report: what it requires, and that one issue stays one issue."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.unit.worker.reports.listening import tell
from tests.unit.worker.reports.runs import a_green_story, a_story, place
from tests.unit.worker.reports.test_github import GOLDEN, a_record, many_failures
from tests.unit.worker.reports.whole import a_whole_run
from worker.models.events import RunStarted
from worker.models.problem import Problem, ProblemKind
from worker.models.suite import Priority, Quarantine
from worker.reports.code_quality import CodeQualityReport, issues, issues_of_problems
from worker.reports.record import RunRecord

#: What GitLab's parser requires of an issue, and what its documentation says besides.
SCHEMA = {
    "type": "array",
    "items": {
        "type": "object",
        "required": ["description", "check_name", "fingerprint", "severity", "location"],
        "properties": {
            "description": {"type": "string", "minLength": 1},
            "check_name": {"type": "string", "minLength": 1},
            "fingerprint": {"type": "string", "minLength": 32},
            "severity": {"enum": ["info", "minor", "major", "critical", "blocker"]},
            "location": {
                "type": "object",
                "required": ["path", "lines"],
                "properties": {
                    "path": {"type": "string", "pattern": "^[^./]"},
                    "lines": {
                        "type": "object",
                        "required": ["begin"],
                        "properties": {"begin": {"type": "integer", "minimum": 1}},
                    },
                },
            },
        },
    },
}


def _read(path: Path) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = json.loads(path.read_text(encoding="utf-8"))
    jsonschema.validate(found, SCHEMA)
    return found


async def test_it_is_what_gitlab_reads(tmp_path: Path) -> None:
    """An issue for each root cause at the line of its expectation; none for what was blocked."""
    await tell(report := CodeQualityReport(tmp_path / "q.json", plan=a_story().plan), a_story().events)
    found = _read(report.path)
    annotations = (GOLDEN / "annotations.txt").read_text(encoding="utf-8").splitlines()
    assert [f",line={issue['location']['lines']['begin']}," in line
            for issue, line in zip(found, annotations, strict=True)] == [True] * len(found)  # fmt: skip


async def test_whatever_is_in_a_run_it_is_what_gitlab_reads(tmp_path: Path) -> None:
    """Hooks, rows, attempts, and texts that an API has made up."""
    story = a_whole_run()
    await tell(report := CodeQualityReport(tmp_path / "q.json", plan=story.plan), story.events)
    found = _read(report.path)
    assert found
    assert len({issue["fingerprint"] for issue in found}) == len(found)


async def test_of_a_green_run_there_is_an_empty_list(tmp_path: Path) -> None:
    """A merge request shows by it what was mended."""
    await tell(report := CodeQualityReport(tmp_path / "q.json"), a_green_story().events)
    assert _read(report.path) == []


async def test_several_environments_are_one_file(tmp_path: Path) -> None:
    """GitLab takes one of a job; the same test is another issue in another environment."""
    story = a_story()
    report = CodeQualityReport(tmp_path / "q.json")
    for environment in ("staging", "production"):
        report.tell_of(plan=story.plan, sources={})
        events = [
            replace(event, environment=environment) if isinstance(event, RunStarted) else event
            for event in story.events
        ]
        await tell(report, events)
    found = _read(report.path)
    staging = [issue for issue in found if " in staging: " in issue["description"]]
    assert len(found) == 2 * len(staging) > 0
    assert len({issue["fingerprint"] for issue in found}) == len(found)


def test_an_issue_is_known_again_though_its_line_moves() -> None:
    """GitLab compares fingerprints, so that a merge request shows what is new."""
    before, after = a_record(), a_record()
    assert after.plan is not None
    moved = {
        name: replace(test, where=replace(test.where, line=99)) for name, test in after.plan.tests.items()
    }
    after.plan = replace(after.plan, tests=moved)
    for one, other in zip(issues(before), issues(after), strict=True):
        assert one["fingerprint"] == other["fingerprint"]


@pytest.mark.parametrize(("priority", "severity"), [(Priority.CRITICAL, "blocker"), (Priority.LOW, "minor")])
def test_what_matters_more_is_graver(priority: Priority, severity: str) -> None:
    """By the priority of the test."""
    record = a_record()
    assert record.plan is not None
    tests = {name: replace(test, priority=priority) for name, test in record.plan.tests.items()}
    record.plan = replace(record.plan, tests=tests)
    assert {issue["severity"] for issue in issues(record)} == {severity}


def test_in_quarantine_it_is_a_note() -> None:
    """It does not fail the run."""
    record = a_record()
    held = Quarantine(owner="ann", reason="slow", until=None)
    record.outcomes = {name: replace(each, quarantine=held) for name, each in record.outcomes.items()}
    assert {issue["severity"] for issue in issues(record)} == {"info"}


def test_without_a_line_there_is_no_issue() -> None:
    """GitLab refuses one without a place."""
    record: RunRecord = many_failures(2)
    assert issues(record) == []


def test_mistakes_in_files_are_issues_below_the_checkout(tmp_path: Path) -> None:
    """Two alike are two."""
    where = replace(place(3), path=str(tmp_path / "tests" / "shop.yaml"))
    mistake = Problem(
        kind=ProblemKind.UNKNOWN_KEY, what="there is no 'GTE'", where=where, hint="did you mean GET?"
    )
    found = issues_of_problems([mistake, mistake], root=tmp_path)
    jsonschema.validate(found, SCHEMA)
    assert len({str(issue["fingerprint"]) for issue in found}) == 2
    assert found[0]["location"] == {"path": "tests/shop.yaml", "lines": {"begin": 3}}
