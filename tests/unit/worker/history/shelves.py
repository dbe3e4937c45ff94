"""Remembered runs in one line each."""

from collections.abc import Mapping
from datetime import timedelta
from pathlib import Path

from context.execution import ExecutionContext
from tests.builders import a_suite, a_test, a_token, a_use, a_variable
from tests.runs import MOMENT, an_outcome
from worker.graph import make_plan
from worker.history.head import Asked, Head
from worker.history.keeper import Keeper
from worker.history.shelf import Shelf
from worker.models.events import PlannedTest, RunFinished, RunStarted, TestFinished
from worker.models.exchange import Response
from worker.models.outcome import Counters, RunFailure, RunOutcome, RunStatus, TestOutcome, Verdict
from worker.models.suite import TestName

#: login hands a token and an id to cart, and cart's order waits for its data.
SUITE = a_suite(
    a_test("login", capture=[a_token("access"), a_variable("user_id")]),
    a_test("cart", uses=[a_use("tokens", "access", field="auth.bearer"), a_use("user_id", field="json.id")]),
    a_test("order", needs=["cart"]),
    a_test("health"),
)
SECRET = "hush-hush-token"


def a_head(run: str = "20260101-120000-aaaa", **more: object) -> Head:
    """A run that is over; further fields of `Head` by name."""
    fields: dict[str, object] = {
        "id": run,
        "started_at": MOMENT.isoformat(),
        "asked": Asked(folder="/", command="baton run shop.yaml"),
        "environment": "local",
        "status": "completed",
        **more,
    }
    return Head(**fields)  # type: ignore[arg-type] # fields are checked by their users


async def remember(
    folder: Path,
    verdicts: Mapping[str, Verdict],
    *,
    ended: bool = True,
    asked: Asked | None = None,
    number: float = 0,
) -> Shelf:
    """A run of SUITE that ended like this, on a shelf in this folder. Tests without a verdict were not
    come to."""
    shelf = Shelf(folder)
    plan = make_plan([SUITE])
    context = ExecutionContext(secrets={"password": "correct horse"}, variables={"email": "ada@example.com"})
    keeper = Keeper(
        shelf,
        plan=plan,
        suites=[SUITE],
        context=context,
        asked=asked or Asked(folder=str(folder), command="baton run shop.yaml"),
        new_id=lambda: f"{hash(number) % 65536:04x}",
    )
    started_at = MOMENT + timedelta(seconds=number)
    tests = tuple(PlannedTest(name=name, title="") for name in plan.tests)
    await keeper.on(
        RunStarted(tests=tests, environment="local", base_url="http://x", jobs=1, started_at=started_at)
    )
    outcomes = tuple(_outcome(f"shop/{key}", verdict) for key, verdict in verdicts.items())
    for outcome in outcomes:
        _hand_over(context, outcome)
        await keeper.on(TestFinished(outcome=outcome))
    if ended:
        await keeper.on(RunFinished(outcome=_sum(outcomes), outcomes=outcomes))
    await keeper.close()
    return shelf


def _outcome(name: TestName, verdict: Verdict) -> TestOutcome:
    if verdict is Verdict.BLOCKED:
        return TestOutcome(test=name, verdict=verdict, blocked_by="shop/cart", reason="blocked by cart")
    return an_outcome(name, verdict, reason="" if verdict is Verdict.PASSED else "expected 200, got 500")


def _hand_over(context: ExecutionContext, outcome: TestOutcome) -> None:
    """What the engine does with the context when a test is over."""
    test = SUITE.tests[outcome.test.partition("/")[2]]
    for use in test.uses if outcome.attempts and context.values_of("shop/login") else ():
        context.render(f"{{{{ {'.'.join(map(str, use.path))} }}}}", suite="shop", test=test.key)
    if outcome.verdict is Verdict.PASSED:
        body = f'{{"access": "{SECRET}", "user_id": 7}}'.encode()
        answer = Response(status_code=200, body=body)
        context.capture(answer, suite="shop", test=test.key, rules=test.captures)
    if outcome.attempts:
        context.finished(outcome.test)


def _sum(outcomes: tuple[TestOutcome, ...]) -> RunOutcome:
    bad = any(each.verdict is not Verdict.PASSED for each in outcomes)
    return RunOutcome(
        status=RunStatus.FAILED if bad else RunStatus.COMPLETED,
        failure=RunFailure.TESTS if bad else None,
        counters=Counters(total=len(SUITE.tests)),
        seconds=1.0,
    )
