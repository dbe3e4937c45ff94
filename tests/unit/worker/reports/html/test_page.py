"""The page: one file, offline, and nothing in it that an API could have made run."""

import json
import re
from pathlib import Path

import pytest

from tests.unit.worker.reports.html.pages import page_of
from tests.unit.worker.reports.listening import as_file
from tests.unit.worker.reports.runs import Story, a_green_story, a_story
from tests.unit.worker.reports.whole import HOSTILE, a_whole_run
from worker.models.events import PlannedTest, RunFinished, RunStarted
from worker.reports.html import report as module

PAGE = Path(module.__file__).with_name("page")
#: Ways from a text to an element or a program, and out of the page.
FORBIDDEN = (
    *("innerHTML", "outerHTML", "insertAdjacentHTML", "document.write", "DOMParser", "eval(", "Function("),
    *("fetch(", "XMLHttpRequest", "WebSocket", "import(", "localStorage"),
)


async def test_the_title_is_the_verdict_in_words(tmp_path: Path) -> None:
    """What went wrong, and what it stopped, can be read without any script."""
    text = await as_file("html", a_story(), tmp_path)
    assert "<h1>1 failed, 1 broken, 2 blocked by cart</h1>" in text
    assert "<title>1 failed, 1 broken, 2 blocked by cart</title>" in text


async def test_a_green_run_says_so(tmp_path: Path) -> None:
    """Nobody has to count."""
    text = await as_file("html", a_green_story(), tmp_path)
    assert "<h1>1 test passed</h1>" in text
    assert '<header class="well">' in text


async def test_hostile_values_make_no_element(tmp_path: Path) -> None:
    """The page has the same elements, whatever an API has answered and people have written."""
    hostile, harmless = await page_of(tmp_path), await page_of(tmp_path, a_story())
    extra = [tag for tag in set(hostile.tags) if tag not in harmless.tags]
    assert not extra
    assert hostile.tags.count("img") == 0
    # Its own script, the index, and the details of each of eight tests.
    assert hostile.tags.count("script") == 1 + 1 + 8


async def test_the_data_survives_its_escaping(tmp_path: Path) -> None:
    """What was taken apart for HTML is whole again when it is read."""
    page = await page_of(tmp_path)
    index = json.loads(page.data["index"])
    assert index["tests"][0]["title"] == HOSTILE
    body = json.loads(page.data["test-5"])["attempts"][1]["steps"][0]["exchange"]["response"]["body"]
    assert body == HOSTILE


async def test_nothing_is_asked_of_anybody(tmp_path: Path) -> None:
    """No address in any attribute, and a policy that forbids every request and every other script."""
    page = await page_of(tmp_path)
    assert not {name for name, _ in page.attributes} & {"src", "href", "action", "data", "srcset"}
    policy = next(str(value) for name, value in page.attributes if value and "default-src" in value)
    assert "default-src 'none'" in policy
    assert "unsafe" not in policy
    assert "url(" not in (PAGE / "page.css").read_text(encoding="utf-8")
    assert "@import" not in (PAGE / "page.css").read_text(encoding="utf-8")


@pytest.mark.parametrize("script", sorted(path.name for path in PAGE.glob("*.js")))
def test_scripts_write_text_only(script: str) -> None:
    """No way from a value to HTML, to a program, to an address, or to a server."""
    text = (PAGE / script).read_text(encoding="utf-8")
    for word in FORBIDDEN:
        assert word not in text
    addresses = re.findall(r"\b(?:href|src|srcdoc)\b", text)
    # There they are looked at first: what is in the page itself, and nothing else.
    assert addresses == (["src", "href"] if script == "files.js" else [])


async def test_every_test_is_there_with_its_details(tmp_path: Path) -> None:
    """None is missing, also those that a stopped run never came to."""
    story = a_whole_run()
    page = await page_of(tmp_path, Story(plan=story.plan, events=story.until(RunFinished)[:3]))
    index = json.loads(page.data["index"])
    assert index["title"].startswith("Stopped, 6 tests not run")
    assert [test["name"] for test in index["tests"]] == [planned.name for planned in _planned(story)]
    assert all(f"test-{number}" in page.data for number in range(8))


def _planned(story: Story) -> tuple[PlannedTest, ...]:
    begin = story.events[0]
    assert isinstance(begin, RunStarted)
    return begin.tests


async def test_details_point_at_the_users_own_line(tmp_path: Path) -> None:
    """Expectations carry the line of the file, as masked sources have it."""
    page = await page_of(tmp_path, a_story())
    check = json.loads(page.data["test-2"])["attempts"][0]["steps"][0]["checks"][0]
    assert check["where"]["text"].strip() == "expect: { status: 201, json: { count: 1 } }"
    assert check["where"]["line"] == 12


async def test_a_value_tells_where_it_came_from_and_who_used_it(tmp_path: Path) -> None:
    """The chain of what was handed on can be followed."""
    page = await page_of(tmp_path)
    handed_on = json.loads(page.data["test-1"])["handed_on"]
    assert handed_on == [
        {
            "name": "access_token",
            "kind": "token",
            "test": "shop/login",
            "capture": "$.access_token",
            "used_by": [2],
        }
    ]


async def test_what_was_done_beside_the_tests_is_told(tmp_path: Path) -> None:
    """Renewals with their cause, undos with what became of them, operations, snapshots."""
    index = json.loads((await page_of(tmp_path)).data["index"])
    assert [(each["tokens"], each["cause"], each["worked"]) for each in index["renewals"]] == [
        ("access_token", "it had expired", True)
    ]
    assert [each["verdict"] for each in index["cleanups"]] == ["failed", "skipped"]
    assert index["contracts"][0]["touched"] == 1
    assert index["snapshots"] == ["snapshots/order.json"]


async def test_a_page_that_grows_too_large_keeps_what_failed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Exchanges of tests that passed are left out then, and the page says so."""
    monkeypatch.setattr(module, "BUDGET", 1)
    page = await page_of(tmp_path)
    failed = json.loads(page.data["test-2"])["attempts"][0]["steps"][-1]["exchange"]
    passed = json.loads(page.data["test-1"])["attempts"][0]["steps"][0]["exchange"]
    assert failed["response"]["body"]
    assert passed["left_out"]
    assert passed["request"]["body"] is None


async def test_secrets_in_events_stay_inside(tmp_path: Path) -> None:
    """`ContextChange.secrets` is for the recorder only."""
    assert "eyCANARY" not in await as_file("html", a_whole_run(), tmp_path)


async def test_a_picture_that_was_answered_is_in_the_page(tmp_path: Path) -> None:
    """As data of its own: the policy lets nothing come from elsewhere. What is no picture is only saved."""
    page = await page_of(tmp_path, a_whole_run())
    files = [
        step["exchange"]["file"]
        for name, text in page.data.items()
        if name.startswith("test-")
        for attempt in json.loads(text)["attempts"]
        for step in attempt["steps"]
        if step["exchange"] and step["exchange"]["file"]
    ]
    assert [file["address"] for file in files] == ["data:image/png;base64,iVBORw=="]
    policy = next(str(value) for name, value in page.attributes if value and "default-src" in value)
    assert "img-src data:;" in policy
