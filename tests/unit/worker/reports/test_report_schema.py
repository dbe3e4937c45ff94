"""The published schema of the JSON report."""

import json
from pathlib import Path
from typing import Any

import jsonschema
import pytest

from tests.unit.worker.reports.listening import as_file
from tests.unit.worker.reports.runs import Story, a_green_story, a_story
from tests.unit.worker.reports.whole import a_whole_run
from worker.models.events import RunFinished, TestFinished

SCHEMA: dict[str, Any] = json.loads(
    (Path(__file__).parents[4] / "docs" / "report.schema.json").read_text(encoding="utf-8")
)


def _cut(story: Story, at: type) -> Story:
    return Story(plan=story.plan, events=story.until(at))


STORIES = {
    "everything": a_whole_run(),
    "some of it": a_story(),
    "green": a_green_story(),
    "stopped at once": _cut(a_whole_run(), TestFinished),
    "end not seen": _cut(a_whole_run(), RunFinished),
}


def test_the_schema_is_one() -> None:
    """Tools that read schemas can read it."""
    jsonschema.Draft202012Validator.check_schema(SCHEMA)


@pytest.mark.parametrize("name", STORIES)
async def test_reports_are_as_the_schema_says(name: str, tmp_path: Path) -> None:
    """It names every field: what it does not know is not in a report."""
    document = json.loads(await as_file("json", STORIES[name], tmp_path))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


async def test_every_field_of_the_schema_is_in_some_report(tmp_path: Path) -> None:
    """It promises nothing that nobody writes."""
    found: set[str] = set()
    for story in STORIES.values():
        _gather(json.loads(await as_file("json", story, tmp_path)), found)
    assert _named(SCHEMA) <= found


def _gather(value: object, found: set[str]) -> None:
    if isinstance(value, dict):
        found.update(value)
        for inner in value.values():
            _gather(inner, found)
    elif isinstance(value, list):
        for inner in value:
            _gather(inner, found)


def _named(schema: object) -> set[str]:
    if isinstance(schema, list):
        return {name for inner in schema for name in _named(inner)}
    if not isinstance(schema, dict):
        return set()
    own = set(schema["properties"]) if isinstance(schema.get("properties"), dict) else set()
    return own | {name for inner in schema.values() for name in _named(inner)}
