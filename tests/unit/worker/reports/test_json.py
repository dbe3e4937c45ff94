"""The run as a document for programs, and as lines."""

import io
import json
from pathlib import Path

from tests.unit.worker.reports.listening import as_file, tell
from tests.unit.worker.reports.runs import Story, a_story
from worker.models.events import RunFinished, TestFinished
from worker.reports import EventStream
from worker.reports.json import JsonReport


async def test_everything_about_a_test_is_there(tmp_path: Path) -> None:
    """Attempts, checks, exchanges, captures, places: nothing that is known is left out."""
    document = json.loads(await as_file("json", a_story(), tmp_path))
    cart = document["tests"][2]
    assert document["version"] == 1
    assert cart["where"] == {"path": "shop.yaml", "line": 9, "column": 3}
    assert [check["passed"] for check in cart["attempts"][0]["checks"]] == [False, False]
    assert cart["attempts"][0]["exchange"]["response"]["status"] == 500
    assert document["tests"][0]["attempts"][0]["captures"][0]["value"] == "***"


async def test_edges_have_their_kinds_and_reasons(tmp_path: Path) -> None:
    """Who reads the report can draw the graph."""
    document = json.loads(await as_file("json", a_story(), tmp_path))
    assert document["dependencies"][0] == {
        "dependent": "shop/catalog",
        "required": "shop/login",
        "kind": "data",
        "reasons": ["needs: shop/login"],
    }


async def test_edges_are_known_by_name_without_a_plan(tmp_path: Path) -> None:
    """A run that is only followed has no files; its edges are still there."""
    report = JsonReport(tmp_path / "out.json")
    await tell(report, a_story().events)
    edges = json.loads(report.path.read_text())["dependencies"]
    assert edges[0] == {"dependent": "shop/catalog", "required": "shop/login", "kind": None, "reasons": []}


async def test_a_stopped_run_is_cancelled_and_whole(tmp_path: Path) -> None:
    """Half a run is a valid document that says so."""
    story = a_story()
    text = await as_file("json", Story(plan=story.plan, events=story.until(RunFinished)[:4]), tmp_path)
    document = json.loads(text)
    assert document["run"]["status"] == "cancelled"
    assert document["run"]["counters"]["pending"] == 6
    assert len(document["tests"]) == 7


async def test_secrets_in_events_stay_inside(tmp_path: Path) -> None:
    """`ContextChange.secrets` is for the recorder only."""
    stream = io.StringIO()
    await tell(EventStream(stream), a_story().events)
    assert "eyCANARY" not in await as_file("json", a_story(), tmp_path)
    assert "eyCANARY" not in stream.getvalue()


async def test_lines_are_one_object_each_from_start_to_end() -> None:
    """Whoever follows `--json` can read line by line and knows when it is over."""
    stream = io.StringIO()
    await tell(EventStream(stream), a_story().events)
    events = [json.loads(line) for line in stream.getvalue().splitlines()]
    assert events[0]["event"] == "run_started"
    assert events[-1]["event"] == "run_finished"
    assert len([event for event in events if event["event"] == "test_finished"]) == 7


async def test_a_context_change_tells_names_and_masks() -> None:
    """Tokens are told by name, never by value."""
    stream = io.StringIO()
    story = a_story()
    await tell(EventStream(stream), [event for event in story.events if isinstance(event, TestFinished)][:1])
    context = json.loads(stream.getvalue())["context"]
    assert context["tokens"] == ["access_token"]
    assert context["captured_data"] == {"access_token": "***"}
