"""One try of one test, and when there is another."""

from dataclasses import replace

import pytest

from context.execution import ExecutionContext
from tests.builders import a_capture, a_plan, a_request, a_token, an_environment, an_expectation
from tests.engines import Line, Play, a_step, no_answer
from worker.models.exchange import Response
from worker.models.expectation import ExpectationKind, Operator
from worker.models.outcome import TestOutcome, Verdict
from worker.models.problem import Location
from worker.models.request import Auth, AuthKind, BodyKind
from worker.models.suite import Test


async def outcome_of(test: Test, line: Line = 200) -> TestOutcome:
    """How this test ends when it is answered like this."""
    play = await Play(a_plan(test), {test.key: line}).run()
    return play.outcome(test.key)


async def test_all_expectations_are_evaluated_none_hides_the_rest() -> None:
    """The reason names the first and counts the others; every check has its own message."""
    expect = [
        an_expectation(201),
        an_expectation("text/html", kind=ExpectationKind.HEADER, subject="Content-Type"),
        an_expectation(1, kind=ExpectationKind.JSON, subject="$.id"),
    ]
    answer = Response(status_code=200, headers=(("content-type", "text/plain"),), body=b'{"id": 2}')
    outcome = await outcome_of(a_step("a", expect=expect), answer)
    assert outcome.reason == "expected status 201, got 200 (and 2 more)"
    assert [check.message for check in outcome.attempts[0].checks] == [
        "expected status 201, got 200",
        'header Content-Type: expected "text/html", got "text/plain"',
        "$.id: expected 1, got 2",
    ]


async def test_what_is_expected_may_be_a_template() -> None:
    """The check shows what was really expected."""
    expectation = an_expectation("{{ env.city }}", kind=ExpectationKind.JSON, subject="$.city")
    test = a_step("a", expect=[expectation], request=a_request(url="/a"))
    context = ExecutionContext(variables={"city": "Rome"})
    answer = Response(status_code=200, body=b'{"city": "Rome"}')
    play = await Play(a_plan(test), {"a": answer}, context=context).run()
    check = play.outcome("a").attempts[0].checks[0]
    assert (check.passed, check.expected) == (True, "Rome")


@pytest.mark.parametrize(
    ("change", "reason"),
    [
        ({"request": a_request(url="/{{ nope }}")}, "url: {{ nope }}: 'nope' is not known"),
        (
            {"request": a_request(headers={"X-Id": "{{ nope }}"})},
            "headers.X-Id: {{ nope }}: 'nope' is not known",
        ),
        (
            {"request": a_request(body_kind=BodyKind.JSON, body={"a": ["{{ nope }}"]})},
            "json: {{ nope }}: 'nope' is not known",
        ),
        (
            {"request": a_request(auth=Auth(kind=AuthKind.BEARER, values={"token": "{{ nope }}"}))},
            "auth.token: {{ nope }}: 'nope' is not known",
        ),
        (
            {"expect": [an_expectation("{{ nope }}", kind=ExpectationKind.JSON, subject="$.a")]},
            "expect.json: {{ nope }}: 'nope' is not known",
        ),
    ],
)
async def test_an_undefined_name_breaks_the_test_and_says_where(
    change: dict[str, object], reason: str
) -> None:
    """We could not find out, so it is broken, not failed."""
    outcome = await outcome_of(a_step("a", **change))
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "undefined_variable")
    assert outcome.reason.startswith(reason)


async def test_a_request_that_cannot_be_sent_breaks_the_test() -> None:
    """The reason has the place and the hint."""
    play = await Play(a_plan(a_step("a"))).run(environment=an_environment(base_url=""))
    outcome = play.outcome("a")
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "test_definition_error")
    assert outcome.reason.startswith("url: /a is a path, and there is no base URL to put before it (give")


async def test_no_answer_breaks_the_test_and_keeps_the_request() -> None:
    """The record shows what was sent, without an answer."""
    outcome = await outcome_of(a_step("a"), no_answer("connect_refused"))
    exchange = outcome.attempts[0].exchange
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "connect_refused")
    assert exchange is not None
    assert (exchange.url, exchange.status_code) == ("http://api.test/a", None)


async def test_every_required_capture_that_finds_nothing_is_told_at_its_place() -> None:
    """The first does not hide the others, and what was expected and held stays."""
    test = a_step("a", capture=[a_capture("id"), a_capture("good"), a_capture("other")])
    places = tuple(Location("a.yaml", line, 7) for line in (4, 5, 6))
    test = replace(test, steps=(replace(test.steps[0], capture_places=places),))
    outcome = await outcome_of(test, Response(status_code=200, body=b'{"good": 1}'))
    [attempt] = outcome.attempts
    wrong = [check for check in attempt.checks if not check.passed]
    assert [check.expectation.where.line for check in wrong] == [4, 6]
    assert [check.message.partition(": ")[0] for check in wrong] == ["capture 'id'", "capture 'other'"]
    assert (wrong[0].expectation.kind, wrong[0].expectation.subject) == (ExpectationKind.JSON, "$.id")
    assert len(attempt.checks) == 3


async def test_a_required_capture_that_finds_nothing_breaks_the_test() -> None:
    """Every expectation held, but what others need is not there."""
    test = a_step("a", capture=[a_capture("id"), a_capture("other", required=False)])
    outcome = await outcome_of(test, Response(status_code=200, body=b'{"ID": 1}'))
    assert (outcome.verdict, outcome.category) == (Verdict.BROKEN, "capture_failed")
    assert "capture 'id': $.id" in outcome.reason


async def test_a_test_without_expectations_passes_with_any_answer() -> None:
    """The parser adds the usual expectation; the engine adds nothing."""
    assert (await outcome_of(a_step("a", expect=[]), 500)).verdict is Verdict.PASSED


async def test_the_time_limit_is_the_tests_own_within_the_environments() -> None:
    """The smaller of both counts; where the test says nothing, that of the environment."""
    said = {"said": frozenset({"timeout"})}
    steps = (a_step("a", timeout_seconds=5.0, **said), a_step("b", timeout_seconds=1.0, **said), a_step("c"))
    play = Play(a_plan(*steps))
    await play.run(environment=an_environment(base_url="http://api.test", timeout_seconds=3))
    assert play.sender.timeouts == [3, 1.0, 3]


async def test_where_nobody_is_let_in_the_test_says_that_it_has_no_auth() -> None:
    """Its endpoint wants one."""
    outcome = await outcome_of(a_step("a", auth_wanted="bearer"), 401)
    assert outcome.reason.endswith(" (its endpoint wants bearer, and the test has no auth)")
    assert "wants" not in (await outcome_of(a_step("a", auth_wanted="bearer"), 500)).reason


async def test_the_phases_of_an_attempt_add_up() -> None:
    """Set-up, exchange and tear-down; the exchange is the answer's time."""
    play = await Play(a_plan(a_step("a")), lasts={"a": 2}).run()
    attempt = play.outcome("a").attempts[0]
    assert (attempt.setup_seconds, attempt.execution_seconds, attempt.teardown_seconds) == (0, 2, 0)
    assert (attempt.finished_at - attempt.started_at).total_seconds() == 2
    assert play.outcome("a").seconds == 2


async def test_a_retry_comes_after_a_pause_that_doubles() -> None:
    """Half a second, one, two: attempts at 0, 0.5, 1.5 and 3.5."""
    play = await Play(a_plan(a_step("a", retries=3)), {"a": 500}).run()
    began = play.outcome("a").attempts[0].started_at
    pauses = [(each.started_at - began).total_seconds() for each in play.outcome("a").attempts]
    assert pauses == [0, 0.5, 1.5, 3.5]
    assert play.started == ["a"] * 4


async def test_a_test_that_passes_at_last_has_passed_and_keeps_its_attempts() -> None:
    """The last attempt decides; the others are not forgotten."""
    lines = [500, 200]
    play = await Play(a_plan(a_step("a", retries=3)), {"a": lambda: lines.pop(0)}).run()
    outcome = play.outcome("a")
    assert (outcome.verdict, outcome.reason, outcome.category) == (Verdict.PASSED, "", None)
    assert [attempt.verdict for attempt in outcome.attempts] == ["failed", "passed"]
    assert [attempt.number for attempt in outcome.attempts] == [1, 2]


async def test_what_is_not_idempotent_is_only_tried_again_when_nothing_was_sent() -> None:
    """A refused connection did nothing; half an answer may have done everything."""
    refused = a_step("a", retries=2, idempotent=False)
    assert len((await outcome_of(refused, no_answer("connect_refused"))).attempts) == 3
    assert len((await outcome_of(refused, no_answer("read_timeout"))).attempts) == 1
    assert len((await outcome_of(refused, 503)).attempts) == 1


async def test_an_undefined_name_is_not_tried_again() -> None:
    """It would be as undefined the next time."""
    test = a_step("a", retries=3, request=a_request(url="/{{ nope }}"))
    assert len((await outcome_of(test)).attempts) == 1


async def test_secrets_are_masked_in_every_part_of_an_attempt() -> None:
    """URL, headers, bodies, checks, differences, captures and reasons."""
    secret = "correct-horse-battery"
    body = f'{{"echo": "{secret}", "token": "eyAnotherSecret"}}'
    expect = [
        an_expectation("nothing", kind=ExpectationKind.JSON, subject="$.echo"),
        an_expectation(secret, kind=ExpectationKind.JSON, subject="$.token", operator=Operator.CONTAINS),
        an_expectation("x", kind=ExpectationKind.HEADER, subject="X-Echo"),
    ]
    request = a_request(
        "POST",
        "/a?q={{ secrets.password }}",
        headers={"X-Key": "{{ secrets.password }}"},
        body_kind=BodyKind.TEXT,
        body="p={{ secrets.password }}",
    )
    context = ExecutionContext(secrets={"password": secret})
    answer = Response(status_code=200, headers=(("X-Echo", secret),), body=body.encode())
    test = a_step("a", request=request, expect=expect, capture=[a_token("token")])
    play = await Play(a_plan(test), {"a": answer}, context=context).run()
    told = str(play.events)
    assert play.outcome("a").verdict is Verdict.FAILED
    assert secret not in told
    assert "eyAnotherSecret" not in told
    assert "***" in play.outcome("a").reason
