"""When a test runs at all, and when it is tried once more."""

import pytest

from context.execution import ExecutionContext
from tests.engines import BASE_URL, Play, no_answer
from tests.flows import a_play, a_written_suite, in_turn, json
from worker.engine.conditions import is_true
from worker.graph import make_plan
from worker.models.environment import Environment, EnvironmentKind
from worker.models.outcome import Verdict


@pytest.mark.parametrize("value", [True, 1, "yes", "true", "anything", [0], {"a": None}])
def test_what_counts_as_true(value: object) -> None:
    """Whatever is something, but texts that say no."""
    assert is_true(value)  # type: ignore[arg-type] # JSON all the same


@pytest.mark.parametrize("value", [False, 0, 0.0, None, "", " ", "false", "No", "off", "0", "null", [], {}])
def test_what_counts_as_false(value: object) -> None:
    """Variables of an environment are texts: `false` means what it says."""
    assert not is_true(value)  # type: ignore[arg-type] # JSON all the same


async def test_a_test_whose_condition_is_not_true_is_skipped() -> None:
    """With the condition as its reason; nothing is sent."""
    play = await a_play('a: { GET: /a, when: "{{ env.deep }}" }', variables={"deep": "off"}).run()
    outcome = play.outcome("a")
    assert (outcome.verdict, outcome.reason) == (Verdict.SKIPPED, "{{ env.deep }} is not true")
    assert (play.started, play.sender.sent) == ([], [])


async def test_a_condition_may_ask_for_what_another_test_captured() -> None:
    """So the test waits for that one."""
    tests = """
        b: { GET: /b, when: "{{ captured_data.a.total > 3 }}" }
        a: { GET: /a, capture: { total: $.total } }
    """
    assert (await a_play(tests, {"a": json('{"total": 4}')}).run()).verdicts["b"] is Verdict.PASSED
    assert (await a_play(tests, {"a": json('{"total": 3}')}).run()).verdicts["b"] is Verdict.SKIPPED


async def test_a_condition_that_cannot_be_told_breaks_the_test() -> None:
    """It is not skipped: nobody knows whether it should be."""
    outcome = (await a_play('a: { GET: /a, when: "{{ env.deep }}" }').run()).outcome("a")
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "undefined_variable")


@pytest.mark.parametrize(
    ("name", "kind", "verdict"),
    [
        ("local", EnvironmentKind.LOCAL, Verdict.PASSED),
        ("eu-west", EnvironmentKind.STAGING, Verdict.PASSED),
        ("live", EnvironmentKind.PRODUCTION, Verdict.SKIPPED),
    ],
)
async def test_a_test_runs_only_where_it_may(name: str, kind: EnvironmentKind, verdict: Verdict) -> None:
    """By the environment's name or kind; production stays safe."""
    suite = a_written_suite("a: { POST: /reset, requires: { environment: [local, staging] } }")
    play = Play(make_plan([suite]), context=ExecutionContext(base_url=BASE_URL))
    await play.run(environment=Environment(name=name, kind=kind, base_url=BASE_URL))
    assert play.outcome("a").verdict is verdict
    if verdict is Verdict.SKIPPED:
        reason = "requires the environment local or staging, and this is live"
        assert play.outcome("a").reason == reason


async def attempts_of(retries: str, *lines: object) -> int:
    """How often a test with these retries is sent."""
    tests = f"a: {{ GET: /a, retries: {retries}, expect: {{ status: 200, json: {{ ok: true }} }} }}"
    play = await a_play(tests, {"a": in_turn(*lines)}).run()  # type: ignore[arg-type] # lines of a script
    return len(play.sender.sent)


BAD = json('{"ok": false}')


@pytest.mark.parametrize(
    ("retries", "line", "attempts"),
    [
        ("2", 503, 3),
        ("{ count: 2, on: 5xx }", 503, 3),
        ("{ count: 2, on: [429] }", 503, 1),
        ("{ count: 2, on: [429] }", 429, 3),
        ("{ count: 2, on: [connect] }", no_answer("connect_refused"), 3),
        ("{ count: 2, on: [connect] }", no_answer("read_timeout"), 1),
        ("{ count: 2, on: [timeout] }", no_answer("read_timeout"), 3),
        ("{ count: 2, on: [failed] }", BAD, 3),
        ("{ count: 2, on: [broken] }", BAD, 1),
        ("{ count: 2, on: [broken] }", no_answer("protocol"), 3),
        ('{ count: 2, when: "{{ status == 503 }}" }', 503, 3),
        ('{ count: 2, when: "{{ status == 503 }}" }', BAD, 1),
        ('{ count: 2, when: "{{ not json.ok }}" }', BAD, 3),
        ('{ count: 2, when: "{{ status is none }}" }', no_answer(), 3),
        ('{ count: 2, on: 5xx, when: "{{ status == 500 }}" }', 503, 1),
    ],
)
async def test_another_attempt_is_made_when_the_test_wishes_it(
    retries: str, line: object, attempts: int
) -> None:
    """After what its rule names, while its condition is true of the last answer."""
    assert await attempts_of(retries, line) == attempts


@pytest.mark.parametrize(
    ("retries", "seconds"),
    [
        ("{ count: 3, delay: 2s }", [0, 2, 6, 14]),
        ("{ count: 3, delay: 2s, backoff: fixed }", [0, 2, 4, 6]),
        ("{ count: 3, delay: 2s, max_delay: 3s }", [0, 2, 5, 8]),
    ],
)
async def test_the_pause_grows_as_the_rule_says(retries: str, seconds: list[int]) -> None:
    """Doubled, or always the same, and never above its limit."""
    play = a_play(f"a: {{ GET: /a, retries: {retries} }}", {"a": 503})
    began = play.clock.now()
    await play.run()
    attempts = play.outcome("a").attempts
    assert [round((each.started_at - began).total_seconds()) for each in attempts] == seconds
