"""The Common Test Report Format."""

import json
from pathlib import Path
from typing import Any

import jsonschema

from tests.unit.worker.reports.listening import as_file
from tests.unit.worker.reports.runs import Story, a_story
from tests.unit.worker.reports.whole import a_whole_run
from worker.models.events import TestFinished

_TEXT = {"type": "string"}
_NUMBER = {"type": "integer"}
_STATUS = {"enum": ["passed", "failed", "skipped", "pending", "other"]}
_ANYTHING = {"type": "object"}


def _closed(required: list[str], **properties: object) -> dict[str, Any]:
    return {
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": False,
    }


_ATTEMPT = _closed(
    ["attempt", "status"],
    attempt={"type": "integer", "minimum": 1},
    status=_STATUS,
    duration={"type": "integer", "minimum": 0},
    message=_TEXT,
    trace=_TEXT,
    start=_NUMBER,
    stop=_NUMBER,
)
_TEST = _closed(
    ["name", "status", "duration"],
    testId=_TEXT,
    name={"type": "string", "minLength": 1},
    status=_STATUS,
    duration=_NUMBER,
    start=_NUMBER,
    stop=_NUMBER,
    suite={"type": "array", "minItems": 1, "items": _TEXT},
    message=_TEXT,
    trace=_TEXT,
    line=_NUMBER,
    rawStatus=_TEXT,
    tags={"type": "array", "items": _TEXT},
    labels={"type": "object", "additionalProperties": _TEXT},
    filePath=_TEXT,
    retries={"type": "integer", "minimum": 0},
    retryAttempts={"type": "array", "minItems": 1, "items": _ATTEMPT},
    flaky={"type": "boolean"},
    steps={
        "type": "array",
        "items": _closed(["name", "status"], name=_TEXT, status=_STATUS, extra=_ANYTHING),
    },
    extra=_ANYTHING,
)
_SUMMARY = _closed(
    ["tests", "passed", "failed", "skipped", "pending", "other", "start", "stop"],
    **dict.fromkeys(
        (
            "tests",
            "passed",
            "failed",
            "skipped",
            "pending",
            "other",
            "flaky",
            "suites",
            "start",
            "stop",
            "duration",
        ),
        _NUMBER,
    ),
    extra=_ANYTHING,
)
#: What the specification documents, as far as these documents use it: no other fields, and these types.
SCHEMA = _closed(
    ["reportFormat", "specVersion", "results"],
    reportFormat={"const": "CTRF"},
    specVersion={"type": "string", "pattern": r"^[0-9]+\.[0-9]+\.[0-9]+$"},
    reportId={"type": "string", "pattern": "^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$"},
    timestamp=_TEXT,
    generatedBy=_TEXT,
    results=_closed(
        ["tool", "summary", "tests"],
        tool=_closed(["name"], name=_TEXT, version=_TEXT),
        summary=_SUMMARY,
        tests={"type": "array", "items": _TEST},
        environment=_closed([], testEnvironment=_TEXT, extra=_ANYTHING),
    ),
)


async def _results(folder: Path, story: Story | None = None) -> dict[str, Any]:
    document = json.loads(await as_file("ctrf", story or a_whole_run(), folder))
    jsonschema.validate(document, SCHEMA)
    results: dict[str, Any] = document["results"]
    return results


def _named(results: dict[str, Any], name: str) -> dict[str, Any]:
    return next(test for test in results["tests"] if test["name"] == name)


async def test_the_document_is_of_the_documented_format(tmp_path: Path) -> None:
    """Whatever happened in the run."""
    for story in (a_whole_run(), a_story()):
        await _results(tmp_path, story)


async def test_sums_are_those_of_the_tests(tmp_path: Path) -> None:
    """Every test is counted once."""
    results = await _results(tmp_path)
    summary, tests = results["summary"], results["tests"]
    for status in ("passed", "failed", "skipped", "pending", "other"):
        assert summary[status] == sum(test["status"] == status for test in tests)
    assert summary["tests"] == len(tests) == 8
    assert summary["flaky"] == 1
    assert summary["stop"] - summary["start"] == summary["duration"] == 2310


async def test_a_blocked_test_is_skipped_and_names_what_blocked_it(tmp_path: Path) -> None:
    """And says by `rawStatus` that nobody chose to skip it."""
    blocked = _named(await _results(tmp_path), "pay")
    assert (blocked["status"], blocked["rawStatus"]) == ("skipped", "blocked")
    assert blocked["extra"]["blockedBy"] == "shop/order"


async def test_what_fails_in_quarantine_is_no_failure(tmp_path: Path) -> None:
    """A bot that counts failures must not count it."""
    wobbly = _named(await _results(tmp_path), "wobbly")
    assert (wobbly["status"], wobbly["rawStatus"]) == ("other", "failed")
    assert wobbly["extra"]["quarantine"]["owner"] == "ada"


async def test_a_broken_test_counts_as_failed(tmp_path: Path) -> None:
    """The format has no word for it, but it makes the run fail."""
    stock = _named(await _results(tmp_path, a_story()), "stock")
    assert (stock["status"], stock["rawStatus"]) == ("failed", "broken")


async def test_earlier_attempts_are_kept(tmp_path: Path) -> None:
    """A test that passed at its second try is flaky, and one can see why."""
    upload = _named(await _results(tmp_path), "upload")
    assert upload["flaky"]
    assert upload["retries"] == 1
    assert upload["retryAttempts"][0]["message"] == "no answer came in 2 s"


async def test_steps_are_told(tmp_path: Path) -> None:
    """Each time that one was done."""
    order = _named(await _results(tmp_path), "order")
    assert [step["status"] for step in order["steps"]] == ["passed"] * 4 + ["failed"]


async def test_a_stopped_run_has_pending_tests(tmp_path: Path) -> None:
    """What was not run is neither passed nor missing."""
    story = a_story()
    results = await _results(tmp_path, Story(plan=story.plan, events=story.until(TestFinished)))
    assert results["summary"]["pending"] == 7


async def test_secrets_in_events_stay_inside(tmp_path: Path) -> None:
    """`ContextChange.secrets` is for the recorder only."""
    assert "eyCANARY" not in await as_file("ctrf", a_whole_run(), tmp_path)
