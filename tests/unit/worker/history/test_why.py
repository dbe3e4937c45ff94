"""Why a test waits, what it got, and what kept it from passing; as facts and as people read it."""

from datetime import timedelta
from pathlib import Path

import pytest

from context.values import JsonValue
from tests.builders import a_suite, a_test, a_token, a_use
from tests.runs import MOMENT
from tests.unit.worker.history.shelves import SECRET, SUITE, remember
from worker.graph import build_graph
from worker.history.facts import Edge, RunFacts, TestFacts
from worker.history.from_files import facts_of_files, joined
from worker.history.plain import plain_explanation
from worker.history.telling import Teller
from worker.history.why import context_after, explain
from worker.models.dependency import DependencyKind
from worker.models.outcome import Verdict
from worker.reports.style import Style

PASSED, FAILED, BLOCKED = Verdict.PASSED, Verdict.FAILED, Verdict.BLOCKED
WELL = {"login": PASSED, "cart": PASSED, "order": PASSED, "health": PASSED}


async def a_run(folder: Path, **verdicts: Verdict) -> RunFacts:
    """A remembered run; tests that are not named have passed."""
    shelf = await remember(folder, {**WELL, **verdicts})
    return shelf.read(shelf.find())


def told(run: RunFacts, test: str, *, context: bool = False) -> str:
    """What a person reads, three minutes after the run."""
    teller = Teller(explain(run, f"shop/{test}"), style=Style(), now=MOMENT + timedelta(minutes=3))
    return "\n".join(teller.context() if context else teller.lines())


async def test_what_a_test_got_and_from_whom(tmp_path: Path) -> None:
    """In the user's own lines, and never a secret."""
    text = told(await a_run(tmp_path), "cart")
    assert text == (
        "shop/cart  suite.yaml:1:1\n"
        "✓ passed in local · 3 minutes ago · run 20260101-120000000-0000\n"
        "\n"
        "waits for\n"
        "  login, for its token\n"
        "      uses tokens.access in auth.bearer  suite.yaml:1:1\n"
        "      uses user_id in json.id  suite.yaml:1:1\n"
        "\n"
        "received\n"
        "  tokens.access = ***  from login, whose capture $.access found it\n"
        "  user_id = 7  from login, whose capture $.user_id found it\n"
        "\n"
        "is waited for by\n"
        "  order"
    )


async def test_a_blocked_test_names_the_root_and_the_way(tmp_path: Path) -> None:
    """With what failed there, as it was sent and answered."""
    text = told(await a_run(tmp_path, cart=FAILED, order=BLOCKED), "order")
    assert "⊘ was blocked in local" in text
    assert "why it was blocked\n  cart → order\n  cart failed" in text
    assert "GET http://127.0.0.1/things/1 → 200 in" in text


async def test_a_chain_is_told_up_to_its_beginning(tmp_path: Path) -> None:
    """Each edge once, deeper ones further in."""
    text = told(await a_run(tmp_path), "order")
    assert "  cart, for its data\n      needs cart  suite.yaml:1:1\n    login, for its token" in text


async def test_what_was_never_sent_received_nothing(tmp_path: Path) -> None:
    """What it would have got is no news."""
    assert "received" not in told(await a_run(tmp_path, cart=FAILED, order=BLOCKED), "order")


async def test_the_context_after_a_test_says_who_added_what(tmp_path: Path) -> None:
    """What the test itself has added is marked."""
    run = await a_run(tmp_path)
    assert [(each.gift.name, own) for each, own in context_after(run, "shop/login")] == [
        ("access", True),
        ("user_id", True),
    ]
    text = told(run, "cart", context=True)
    assert "the context after it, 2 of 4 that ended" in text
    assert '    env.email = "ada@example.com"\n    secrets.password = ***\n' in text
    assert "    tokens.access = ***  login, $.access\n" in text


async def test_a_test_that_never_ended_has_no_context(tmp_path: Path) -> None:
    """It says so."""
    text = told(await a_run(tmp_path, cart=FAILED, order=BLOCKED), "order", context=True)
    assert "knows no context after it" in text


def test_files_alone_say_who_waits_for_whom() -> None:
    """Nothing was run, so there are no values, but there are names."""
    text = told(facts_of_files(build_graph([SUITE])), "cart")
    assert "not run: this is what the files say" in text
    assert (
        "will receive\n  tokens.access = ***  from login, whose capture $.access finds it\n  user_id  from"
        in text
    )
    login = told(facts_of_files(build_graph([SUITE])), "login")
    assert "will hand on\n  tokens.access = ***  $.access  used by cart\n" in login


async def test_files_win_over_what_was_remembered_of_edges(tmp_path: Path) -> None:
    """The verdict is of the run; who waits for whom is as the files have it now."""
    now = a_suite(
        a_test("login", capture=[a_token("access")]),
        a_test("cart", uses=[a_use("tokens", "access")]),
        a_test("order", needs=["login"]),
        a_test("new"),
    )
    run = joined(facts_of_files(build_graph([now])), await a_run(tmp_path))
    assert [edge.required for edge in run.tests["shop/order"].edges] == ["shop/login"]
    assert run.tests["shop/order"].verdict is PASSED
    assert run.tests["shop/new"].verdict is None
    assert "did not come to it" in told(run, "new")


async def test_programs_read_the_same(tmp_path: Path) -> None:
    """Every field by its name, no secret in any."""
    found = plain_explanation(explain(await a_run(tmp_path, cart=FAILED, order=BLOCKED), "shop/order"))
    assert found["verdict"] == "blocked"
    assert found["way"] == ["shop/cart", "shop/order"]
    assert _names(found["waits_for"], "required") == ["shop/cart", "shop/login"]
    assert _names(found["context"], "name") == []
    assert SECRET not in str(found)


def _names(found: JsonValue, field: str) -> list[JsonValue]:
    assert isinstance(found, list)
    return [each[field] for each in found if isinstance(each, dict)]


@pytest.mark.parametrize("length", [5000])
def test_a_long_chain_is_explained_as_well(length: int) -> None:
    """Nothing here calls itself."""
    names = [f"s/t{number}" for number in range(length)]
    edges = [(), *((Edge(required=name, kind=DependencyKind.DATA),) for name in names)]
    tests = {
        name: TestFacts(name=name, edges=before, verdict=BLOCKED if before else FAILED, blocked_by=names[0])
        for name, before in zip(names, edges, strict=False)
    }
    found = explain(RunFacts(id="x", tests=tests), names[-1])
    assert len(found.links) == length - 1
    assert len(found.way) == length


def test_what_an_api_answers_cannot_move_the_cursor() -> None:
    """Control characters are shown, not obeyed."""
    test = TestFacts(name="shop/a", verdict=FAILED, reason="\x1b[2Jgone")
    assert "\x1b" not in told(RunFacts(id="x", environment="e", tests={"shop/a": test}), "a")
