"""Results as Allure reads them."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.runs import a_picture
from tests.unit.worker.reports.listening import tell
from tests.unit.worker.reports.runs import PATH, SOURCE, Story, a_story, exchange
from tests.unit.worker.reports.whole import HOSTILE, a_whole_run
from worker.errors import UsageError
from worker.reports.allure import AllureReport
from worker.reports.allure.attachments import Attachments

_STATUS = {"enum": ["passed", "failed", "broken", "skipped"]}
_DETAILS = {
    "type": "object",
    "properties": {
        "message": {"type": "string"},
        "trace": {"type": "string"},
        "known": {"type": "boolean"},
        "muted": {"type": "boolean"},
        "flaky": {"type": "boolean"},
    },
    "additionalProperties": False,
}
_PAIRS = {
    "type": "array",
    "items": {
        "type": "object",
        "properties": {"name": {"type": "string"}, "value": {"type": "string"}},
        "required": ["name", "value"],
        "additionalProperties": False,
    },
}
_PART = {
    "name": {"type": "string", "minLength": 1},
    "status": _STATUS,
    "statusDetails": _DETAILS,
    "stage": {"const": "finished"},
    "start": {"type": "integer"},
    "stop": {"type": "integer"},
    "steps": {"type": "array", "items": {"$ref": "#/$defs/step"}},
    "attachments": {
        "type": "array",
        "items": {
            "type": "object",
            "properties": {name: {"type": "string"} for name in ("name", "source", "type")},
            "required": ["name", "source", "type"],
            "additionalProperties": False,
        },
    },
    "parameters": _PAIRS,
}
_DEFS = {
    "step": {
        "type": "object",
        "properties": _PART,
        "required": ["name", "status"],
        "additionalProperties": False,
    }
}
#: The result and the container of Allure's documented model: no other fields, and these types.
RESULT = {
    "$defs": _DEFS,
    "type": "object",
    "properties": {
        **_PART,
        **{
            name: {"type": "string"}
            for name in ("uuid", "historyId", "testCaseId", "fullName", "description")
        },
        "titlePath": {"type": "array", "items": {"type": "string"}},
        "labels": _PAIRS,
        "links": {"type": "array"},
    },
    "required": ["uuid", "historyId", "testCaseId", "fullName", "name", "status", "start", "stop"],
    "additionalProperties": False,
}
CONTAINER = {
    "$defs": _DEFS,
    "type": "object",
    "properties": {
        "uuid": {"type": "string"},
        "name": {"type": "string"},
        "children": {"type": "array", "items": {"type": "string"}},
        "befores": {"type": "array", "items": {"$ref": "#/$defs/step"}},
        "afters": {"type": "array", "items": {"$ref": "#/$defs/step"}},
    },
    "required": ["uuid", "children", "befores", "afters"],
    "additionalProperties": False,
}


async def _written(folder: Path, story: Story | None = None) -> Path:
    told = story or a_whole_run()
    report = AllureReport(folder / "allure", plan=told.plan, sources={PATH: SOURCE})
    report.check()
    await tell(report, told.events)
    return report.path


def _documents(folder: Path, kind: str) -> list[dict[str, Any]]:
    return [json.loads(path.read_text(encoding="utf-8")) for path in sorted(folder.glob(f"*-{kind}.json"))]


def _of(results: list[dict[str, Any]], name: str) -> list[dict[str, Any]]:
    return sorted((each for each in results if each["name"] == name), key=lambda each: int(each["start"]))


async def test_every_file_is_of_the_documented_model(tmp_path: Path) -> None:
    """Results, containers and attachments have the fields that Allure knows, of the right types."""
    folder = await _written(tmp_path)
    for result in _documents(folder, "result"):
        jsonschema.validate(result, RESULT)
    for container in _documents(folder, "container"):
        jsonschema.validate(container, CONTAINER)


async def test_every_attachment_that_is_named_is_there(tmp_path: Path) -> None:
    """And no file lies about that nothing names."""
    folder = await _written(tmp_path)
    text = "".join(path.read_text(encoding="utf-8") for path in folder.glob("*.json"))
    files = {path.name for path in folder.glob("*-attachment.*")}
    assert files
    assert all(f'"{name}"' in text for name in files)


async def test_attempts_are_results_of_one_history(tmp_path: Path) -> None:
    """Allure shows the last one, and the others as its retries."""
    results = _of(_documents(await _written(tmp_path), "result"), "upload")
    assert [each["status"] for each in results] in (["broken", "passed"], ["passed", "broken"])
    assert len({each["historyId"] for each in results}) == 1
    assert len({each["uuid"] for each in results}) == 2


async def test_identities_are_the_same_in_another_run(tmp_path: Path) -> None:
    """A test keeps its history, a result is of one run only."""
    first = _documents(await _written(tmp_path / "a"), "result")
    second = _documents(await _written(tmp_path / "b", a_story()), "result")
    one, other = _of(first, "login")[0], _of(second, "login")[0]
    assert one["historyId"] == other["historyId"]


async def test_a_row_is_a_parameter_of_one_test_case(tmp_path: Path) -> None:
    """All rows of a test belong together."""
    [row] = _of(_documents(await _written(tmp_path), "result"), "row[one]")
    assert row["parameters"] == [{"name": "row", "value": "one"}]
    assert row["testCaseId"] != row["historyId"]


async def test_a_blocked_test_is_skipped_and_names_what_blocked_it(tmp_path: Path) -> None:
    """Never missing, never green."""
    [blocked] = _of(_documents(await _written(tmp_path), "result"), "pay")
    assert blocked["status"] == "skipped"
    assert blocked["statusDetails"]["message"].startswith("blocked by shop/order")


async def test_a_quarantined_failure_is_muted(tmp_path: Path) -> None:
    """And says who answers for it."""
    wobbly = _of(_documents(await _written(tmp_path), "result"), "wobbly")
    assert all(each["statusDetails"]["muted"] for each in wobbly)
    assert {"name": "owner", "value": "ada"} in wobbly[0]["labels"]


async def test_labels_tell_suite_tags_and_severity(tmp_path: Path) -> None:
    """What people filter by."""
    results = _documents(await _written(tmp_path), "result")
    labels = _of(results, "order")[0]["labels"]
    assert {"name": "suite", "value": "shop"} in labels
    assert {"name": "tag", "value": "smoke"} in labels
    assert {"name": "severity", "value": "blocker"} in _of(results, "login")[0]["labels"]


async def test_steps_hold_their_exchanges_and_checks(tmp_path: Path) -> None:
    """Each step with what it sent; each expectation that did not hold with its place and difference."""
    [order] = _of(_documents(await _written(tmp_path), "result"), "order")
    assert [step["status"] for step in order["steps"]] == ["passed"] * 4 + ["failed"]
    look = order["steps"][-1]
    assert [each["name"] for each in look["attachments"]] == ["Request (curl)", "Response", "Response body"]
    failed = next(each for each in look["steps"] if each["status"] == "failed")
    assert "shop.yaml:5:13" in failed["statusDetails"]["trace"]
    assert failed["name"] == "expect json $.state equals done"
    capture = next(each for each in look["steps"] if each["name"].startswith("capture"))
    assert json.loads(capture["parameters"][0]["value"]) == [1, HOSTILE]


async def test_hooks_and_undos_are_containers_of_the_tests_they_are_for(tmp_path: Path) -> None:
    """Hooks of a suite of all its tests; an undo of the test whose traces it removed."""
    folder = await _written(tmp_path)
    containers = {each["name"]: each for each in _documents(folder, "container")}
    names = {each["uuid"]: each["name"] for each in _documents(folder, "result")}
    undo = containers["clean-up of shop/order"]
    assert [names[child] for child in undo["children"]] == ["order"]
    assert undo["afters"][0]["status"] == "failed"
    assert containers["shop/before-all"]["befores"]
    assert containers["shop/after-all"]["afters"]
    assert all(child in names for each in containers.values() for child in each["children"])


async def test_no_answer_of_an_api_is_shown_as_a_page(tmp_path: Path) -> None:
    """Attachments are texts or JSON by what they are, not what they claim; files are pictures, or bytes."""
    results = _documents(await _written(tmp_path), "result")
    kinds = {each["type"] for result in results for each in result["attachments"]}
    assert kinds <= {"text/plain", "application/json", "image/png"}
    assert "<img" not in "".join(str(result["description"]) for result in results)
    assert HOSTILE.startswith("</script>")


@pytest.mark.parametrize(
    ("media_type", "told", "ending"),
    [
        ("image/png", "image/png", ".png"),
        ("text/html", "application/octet-stream", ".bin"),
        # A drawing of this kind may hold scripts.
        ("image/svg+xml", "application/octet-stream", ".bin"),
        ("application/zip", "application/octet-stream", ".bin"),
    ],
)
def test_a_file_that_was_answered_is_an_attachment(
    tmp_path: Path, media_type: str, told: str, ending: str
) -> None:
    """Shown where that runs nothing of it, else there to be saved; one that is not here is none."""
    asked = replace(exchange(), response_file=a_picture(media_type=media_type, content=b"<script>"))
    *_, file = Attachments(tmp_path, prefix="baton-").exchange(asked)
    assert (file["name"], file["type"], Path(str(file["source"])).suffix) == ("File: a.png", told, ending)
    assert (tmp_path / str(file["source"])).read_bytes() == b"<script>"
    elsewhere = replace(asked, response_file=a_picture(content=None))
    names = [each["name"] for each in Attachments(tmp_path, prefix="baton-").exchange(elsewhere)]
    assert "File: a.png" not in names


async def test_a_folder_holds_one_run_and_what_others_have_put_there(tmp_path: Path) -> None:
    """Old results would be taken for retries; those of other tools are none of our business."""
    (tmp_path / "allure").mkdir()
    (tmp_path / "allure" / "theirs-result.json").write_text("{}")
    (tmp_path / "allure" / "categories.json").write_text("[]")
    await _written(tmp_path)
    await _written(tmp_path, a_story())
    folder = tmp_path / "allure"
    assert (folder / "theirs-result.json").exists()
    assert (folder / "categories.json").read_text() == "[]"
    assert "1 failed, 1 broken, 2 blocked by cart" in (folder / "environment.properties").read_text()
    assert len(list(folder.glob("baton-*-result.json"))) == 8


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    """A path that cannot be a folder is refused before anything is sent."""
    (tmp_path / "file").write_text("")
    with pytest.raises(UsageError, match="allure report cannot be written"):
        AllureReport(tmp_path / "file").check()


async def test_secrets_in_events_stay_inside(tmp_path: Path) -> None:
    """`ContextChange.secrets` is for the recorder only."""
    folder = await _written(tmp_path)
    assert not [path for path in folder.iterdir() if b"eyCANARY" in path.read_bytes()]
