"""JUnit XML that Jenkins, GitLab and GitHub actions can read."""

from datetime import date
from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.unit.worker.reports.listening import as_file
from tests.unit.worker.reports.runs import Story, a_story, attempt, exchange, outcome
from worker.models.events import RunFinished, TestFinished
from worker.models.outcome import Verdict
from worker.models.suite import Quarantine

#: What Maven Surefire's schema allows in a testcase, in this order; and what the parts of it are made of.
IN_A_TESTCASE = (
    "failure",
    "rerunFailure",
    "flakyFailure",
    "skipped",
    "error",
    "rerunError",
    "flakyError",
    "system-out",
)
_AGAIN = ({"stackTrace", "system-out"}, {"type", "message"})
#: Children and attributes of each element.
ALLOWED: dict[str, tuple[set[str], set[str]]] = {
    "testsuites": ({"testsuite"}, {"name", "time", "tests", "failures", "errors"}),
    "testsuite": (
        {"testcase", "properties"},
        {"name", "tests", "failures", "errors", "skipped", "time", "timestamp"},
    ),
    "properties": ({"property"}, set()),
    "property": (set(), {"name", "value"}),
    "testcase": (set(IN_A_TESTCASE), {"name", "time", "classname"}),
    "skipped": (set(), {"message"}),
    "failure": (set(), {"type", "message"}),
    "error": (set(), {"type", "message"}),
    "rerunFailure": _AGAIN,
    "rerunError": _AGAIN,
    "flakyFailure": _AGAIN,
    "flakyError": _AGAIN,
    "stackTrace": (set(), set()),
    "system-out": (set(), set()),
}
REQUIRED = {
    "testsuite": {"name", "tests", "failures", "errors", "skipped"},
    "testcase": {"name", "time"},
    "failure": {"type"},
    "error": {"type"},
    "flakyFailure": {"type"},
    "flakyError": {"type"},
    "rerunFailure": {"type"},
    "rerunError": {"type"},
}


def _check_schema(element: ElementTree.Element) -> None:
    children, attributes = ALLOWED[element.tag]
    assert element.attrib.keys() <= attributes
    assert element.attrib.keys() >= REQUIRED.get(element.tag, set())
    assert {child.tag for child in element} <= children
    if element.tag == "testcase":
        order = [IN_A_TESTCASE.index(child.tag) for child in element]
        assert order == sorted(order)
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


async def test_a_parser_of_others_finds_the_same(tmp_path: Path) -> None:
    """What CI systems use to read such files finds every test, its result and its attempts."""
    from junitparser.xunit2 import FlakyFailure, JUnitXml

    (tmp_path / "out.xml").write_text(await as_file("junit", a_story(), tmp_path), encoding="utf-8")
    document = JUnitXml.fromfile(str(tmp_path / "out.xml"))
    assert (document.tests, document.failures, document.errors) == (7, 1, 1)
    cases = {case.name: case for suite in document for case in suite}
    assert cases["order"].is_skipped
    assert cases["cart"].is_failure
    flaky = list(cases["catalog"].iterchildren(FlakyFailure))  # type: ignore[no-untyped-call] # theirs
    assert [each.stack_trace for each in flaky] == ["status is 503, expected 2xx"]


async def test_what_fails_in_quarantine_turns_no_build_red(tmp_path: Path) -> None:
    """It is skipped, says who answers for it, and its exchange is there to be read."""
    story = a_story()
    bad = attempt(verdict=Verdict.FAILED, reason="was 500", record=exchange(status=500))
    found = outcome("shop/cart", bad, quarantine=Quarantine(owner="ada", until=date(2026, 12, 1)))
    root = await _junit(
        Story(plan=story.plan, events=(story.events[0], TestFinished(outcome=found))), tmp_path
    )
    case = root.find(".//testcase[@name='cart']")
    assert case is not None
    skipped = case.find("skipped")
    assert skipped is not None
    assert skipped.get("message") == "failed in quarantine (ada, until 2026-12-01): was 500"
    assert "was 500" in (case.findtext("system-out") or "")
    assert root.get("failures") == "0"
    _check_schema(root)


@pytest.mark.parametrize("last", [Verdict.PASSED, Verdict.FAILED, Verdict.BROKEN])
async def test_attempts_of_every_kind_stand_in_the_order_of_the_schema(last: Verdict, tmp_path: Path) -> None:
    """However a test ended and whatever its attempts were, a strict reader takes it."""
    tries = [
        attempt(number, verdict, reason="no", record=exchange())
        for number, verdict in enumerate((Verdict.BROKEN, Verdict.FAILED, last), start=1)
    ]
    story = Story(
        plan=a_story().plan,
        events=(a_story().events[0], TestFinished(outcome=outcome("shop/login", *tries))),
    )
    root = await _junit(story, tmp_path)
    _check_schema(root)
    tags = [child.tag for child in root.find(".//testcase[@name='login']") or ()]
    again = "flaky" if last is Verdict.PASSED else "rerun"
    assert {f"{again}Failure", f"{again}Error"} <= set(tags)
