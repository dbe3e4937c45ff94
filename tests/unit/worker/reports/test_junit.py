"""JUnit XML that Jenkins, GitLab and GitHub actions can read."""

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.worker.reports.listening import as_file
from tests.unit.worker.reports.runs import Story, a_story, attempt, exchange, outcome
from worker.models.events import RunFinished, TestFinished
from worker.models.outcome import Verdict

#: What the junit-10 schema allows: children and attributes of each element.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"testcase", "properties", "system-out", "system-err"},
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp", "hostname", "id", "file"},
    ),
    "testcase": (
        {
            "skipped",
            "error",
            "failure",
            "rerunFailure",
            "rerunError",
            "flakyFailure",
            "flakyError",
            "system-out",
        },
        {"name", "time", "classname"},
    ),
    "skipped": (set(), {"type", "message"}),
    "failure": (set(), {"type", "message"}),
    "error": (set(), {"type", "message"}),
    "rerunFailure": (set(), {"type", "message"}),
    "rerunError": (set(), {"type", "message"}),
    "flakyFailure": (set(), {"type", "message"}),
    "flakyError": (set(), {"type", "message"}),
    "system-out": (set(), set()),
}
REQUIRED = {"testsuite": {"name", "tests", "failures", "errors"}, "testcase": {"name"}}


def _check_schema(element: ElementTree.Element) -> None:
    children, attributes = ALLOWED[element.tag]
    assert element.attrib.keys() <= attributes
    assert element.attrib.keys() >= REQUIRED.get(element.tag, set())
    assert {child.tag for child in element} <= children
    for child in element:
        _check_schema(child)


async def _junit(story: Story, folder: Path) -> ElementTree.Element:
    return ElementTree.fromstring(await as_file("junit", story, folder))


async def test_elements_and_attributes_are_those_of_the_schema(tmp_path: Path) -> None:
    """Nothing is in the document that a strict reader would refuse."""
    _check_schema(await _junit(a_story(), tmp_path))


async def test_every_test_is_there_once(tmp_path: Path) -> None:
    """One testcase a test, classname its suite, name its key: its identity for years."""
    root = await _junit(a_story(), tmp_path)
    found = [(case.get("classname"), case.get("name")) for case in root.iter("testcase")]
    assert found == [("shop", key) for key in ("login", "catalog", "cart", "order", "pay", "stock", "refund")]


async def test_a_blocked_test_is_skipped_and_names_what_blocked_it(tmp_path: Path) -> None:
    """One failure stays one failure; what it stopped is not green."""
    root = await _junit(a_story(), tmp_path)
    case = root.find(".//testcase[@name='order']")
    assert case is not None
    skipped = case.find("skipped")
    assert skipped is not None
    assert str(skipped.get("message")).startswith("blocked by shop/cart: ")


async def test_counts_agree_with_the_testcases(tmp_path: Path) -> None:
    """Sums in attributes are the sums of what stands below."""
    root = await _junit(a_story(), tmp_path)
    suite = root[0]
    for attribute, tag in (("failures", "failure"), ("errors", "error"), ("skipped", "skipped")):
        assert int(suite.get(attribute, "")) == len(suite.findall(f"testcase/{tag}"))
    assert int(suite.get("tests", "")) == len(suite.findall("testcase"))


async def test_a_test_that_never_ran_is_skipped(tmp_path: Path) -> None:
    """A stopped run leaves no test out, and none of them is green."""
    story = a_story()
    root = await _junit(Story(plan=story.plan, events=story.until(TestFinished)), tmp_path)
    messages = {str(element.get("message")) for element in root.iter("skipped")}
    assert len(root.findall(".//testcase")) == 7
    assert messages == {"not run: the run was stopped before it"}


async def test_attempts_before_a_pass_are_kept(tmp_path: Path) -> None:
    """A test that passed at its second try is green and flaky, and one can see why."""
    root = await _junit(a_story(), tmp_path)
    flaky = root.find(".//testcase[@name='catalog']/flakyFailure")
    assert flaky is not None
    assert flaky.get("message") == "attempt 1: status is 503, expected 2xx"


@pytest.mark.parametrize("nasty", ["\x00", "\x1b[31m", "\ud800", "\ufffe", "]]>", "<&\"'>", "\r\n\t"])
async def test_no_text_breaks_the_document(nasty: str, tmp_path: Path) -> None:
    """Whatever an API answers, the document can be read again."""
    record = exchange(body=nasty)
    bad = attempt(verdict=Verdict.FAILED, reason=f"was {nasty}", category=nasty, record=record)
    found = outcome("shop/login", bad)
    story = Story(plan=a_story().plan, events=(a_story().events[0], TestFinished(outcome=found)))
    root = await _junit(story, tmp_path)
    assert root.find(".//failure") is not None


async def test_suites_that_a_plan_interleaves_are_one_element_each(tmp_path: Path) -> None:
    """A plan runs tests of several suites in turn; a document must not repeat a suite."""
    story = a_story()
    outcomes = [outcome(name, attempt()) for name in ("a/1", "b/1", "a/2")]
    from tests.unit.worker.reports.test_console import _of

    end = story.events[-1]
    assert isinstance(end, RunFinished)
    root = await _junit(_of(*outcomes, run=end.outcome), tmp_path)
    assert [suite.get("name") for suite in root] == ["a", "b"]


async def test_secrets_in_events_stay_inside(tmp_path: Path) -> None:
    """`ContextChange.secrets` is for the recorder only."""
    assert "eyCANARY" not in await as_file("junit", a_story(), tmp_path)
