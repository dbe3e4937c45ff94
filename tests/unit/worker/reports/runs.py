"""A small run as events: everything that can happen to a test happens once."""

import asyncio
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta

from tests.builders import a_test
from worker.models.dependency import DependencyKind
from worker.models.events import (
    ContextChange,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TestStarted,
)
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.graph import Dependency, Plan
from worker.models.outcome import (
    Attempt,
    CaptureRecord,
    CheckResult,
    Counters,
    ExchangeRecord,
    RunFailure,
    RunOutcome,
    RunStatus,
    StepRecord,
    TestOutcome,
    Verdict,
)
from worker.models.problem import Location

NOON = datetime(2026, 3, 1, 12, tzinfo=UTC)
PATH = "shop.yaml"
SOURCE = """\
suite: shop
tests:
  login:
    POST: /auth/login
    expect: { status: 200 }
  catalog:
    GET: /catalog
    retries: 2
  cart:
    POST: /cart
    json: { product_id: 7 }
    expect: { status: 201, json: { count: 1 } }
  order:
    POST: /orders
    needs: [cart]
  pay:
    POST: /payments
    needs: [order]
  stock:
    GET: /stock
  refund:
    POST: /refunds
    skip: not built yet
"""


class ManualClock:
    """A clock that stands still until a test moves it."""

    def __init__(self) -> None:
        self.seconds = 100.0

    def now(self) -> datetime:
        """The moment it shows."""
        return NOON + timedelta(seconds=self.seconds)

    def monotonic(self) -> float:
        """The seconds it shows."""
        return self.seconds

    async def sleep(self, seconds: float) -> None:
        """Nobody waits, but others get their turn."""
        self.seconds += seconds
        await asyncio.sleep(0)

    def new_id(self) -> str:
        """Always the same id."""
        return "00000000-0000-0000-0000-000000000000"


@dataclass(frozen=True, slots=True, kw_only=True)
class Story:
    """A run: its plan and its events in order."""

    plan: Plan
    events: tuple[Event, ...]

    def until(self, last: type) -> tuple[Event, ...]:
        """Everything before the first event of this type."""
        first = next(number for number, event in enumerate(self.events) if isinstance(event, last))
        return self.events[:first]


def place(line: int, column: int = 3, *, length: int = 1) -> Location:
    """A place in the file of the story."""
    return Location(PATH, line, column, length)


def exchange(
    method: str = "GET", url: str = "http://shop.test/catalog", *, status: int | None = 200, body: str = "{}"
) -> ExchangeRecord:
    """A request and its response, or no response where `status` is None."""
    return ExchangeRecord(
        method=method,
        url=url,
        request_headers=(("authorization", "Bearer ***"), ("content-type", "application/json")),
        request_body='{"product_id": 7}' if method == "POST" else None,
        request_bytes=17 if method == "POST" else 0,
        status_code=status,
        response_headers=(("content-type", "application/json"),) if status else (),
        response_body=body if status else None,
        response_bytes=len(body) if status else 0,
        http_version="HTTP/1.1" if status else "",
        timings={"total": 0.012},
    )


def attempt(
    number: int = 1,
    verdict: Verdict = Verdict.PASSED,
    *,
    reason: str = "",
    category: str | None = None,
    record: ExchangeRecord | None = None,
    checks: Sequence[CheckResult] = (),
    captures: Sequence[CaptureRecord] = (),
    took: float = 0.041,
) -> Attempt:
    """One try that began at noon."""
    return Attempt(
        number=number,
        verdict=verdict,
        reason=reason,
        category=category,
        steps=(
            StepRecord(
                verdict=verdict,
                reason=reason,
                category=category,
                exchange=record,
                checks=tuple(checks),
                captures=tuple(captures),
                seconds=took,
            ),
        ),
        started_at=NOON,
        finished_at=NOON + timedelta(seconds=took),
        execution_seconds=took,
    )


def outcome(name: str, *attempts: Attempt, **more: object) -> TestOutcome:
    """How a test ended: as its last attempt did, if nothing else is said."""
    last = attempts[-1] if attempts else None
    said: dict[str, object] = {
        "verdict": last.verdict if last else Verdict.SKIPPED,
        "reason": last.reason if last else "",
        "category": last.category if last else None,
        "started_at": NOON if last else None,
        "finished_at": last.finished_at if last else None,
        **more,
    }
    return TestOutcome(test=name, attempts=attempts, **said)  # type: ignore[arg-type] # fields by name


def _status_check(line: int, column: int, *, expected: int, actual: int) -> CheckResult:
    expectation = Expectation(
        kind=ExpectationKind.STATUS,
        operator=Operator.EQUALS,
        expected=expected,
        where=place(line, column, length=3),
    )
    held = expected == actual
    message = "" if held else f"status is {actual}, expected {expected}"
    return CheckResult(
        expectation=expectation, passed=held, expected=expected, actual=actual, message=message
    )


def _count_check() -> CheckResult:
    expectation = Expectation(
        kind=ExpectationKind.JSON,
        operator=Operator.EQUALS,
        subject="$.count",
        expected=1,
        where=place(12, 43, length=1),
    )
    return CheckResult(
        expectation=expectation,
        passed=False,
        expected=1,
        actual=None,
        message="$.count is not there, expected 1",
        difference="- 1\n+ nothing",
    )


def _outcomes() -> tuple[TestOutcome, ...]:
    token = CaptureRecord(name="access_token", target="token", source="$.access_token", value="***")
    slow = attempt(1, Verdict.FAILED, reason="status is 503, expected 2xx", record=exchange(status=503))
    bad = attempt(
        verdict=Verdict.FAILED,
        reason="status is 500, expected 201",
        category="SERVER_5XX",
        record=exchange("POST", "http://shop.test/cart", status=500, body='{"error": "no stock"}'),
        checks=[_status_check(12, 23, expected=201, actual=500), _count_check()],
        took=0.012,
    )
    no_answer = attempt(
        verdict=Verdict.BROKEN,
        reason="no answer came: the connection was refused",
        category="ENV_REFUSED",
        record=exchange(url="http://shop.test/stock", status=None),
        took=0.003,
    )
    return (
        outcome(
            "shop/login", attempt(record=exchange("POST", "http://shop.test/auth/login"), captures=[token])
        ),
        outcome("shop/catalog", slow, attempt(2, took=1.25, record=exchange()), required_only=True),
        outcome("shop/cart", bad),
        outcome(
            "shop/order",
            verdict=Verdict.BLOCKED,
            blocked_by="shop/cart",
            reason="blocked by shop/cart: status is 500, expected 201",
        ),
        outcome(
            "shop/pay",
            verdict=Verdict.BLOCKED,
            blocked_by="shop/cart",
            reason="blocked by shop/cart: status is 500, expected 201",
        ),
        outcome("shop/stock", no_answer),
        outcome("shop/refund", verdict=Verdict.SKIPPED, reason="not built yet"),
    )


def a_story() -> Story:
    """Seven tests: passed, passed at the second attempt, failed, two blocked, broken, skipped."""
    outcomes = _outcomes()
    needs = {
        "shop/catalog": ("shop/login",),
        "shop/cart": ("shop/catalog",),
        "shop/order": ("shop/cart",),
        "shop/pay": ("shop/order",),
    }
    tests = tuple(
        PlannedTest(
            name=found.test,
            title=found.test.partition("/")[2],
            needs=needs.get(found.test, ()),
            required_only=found.required_only,
        )
        for found in outcomes
    )
    begin = RunStarted(tests=tests, environment="local", base_url="http://shop.test", jobs=4, started_at=NOON)
    middle: list[Event] = []
    for found in outcomes:
        middle += [
            TestStarted(test=found.test, attempt=one.number, started_at=NOON) for one in found.attempts
        ]
        middle.append(
            TestFinished(outcome=found, change=a_login_change() if found.test == "shop/login" else None)
        )
    return Story(plan=_plan(needs), events=(begin, *middle, _the_end(outcomes)))


def a_login_change() -> ContextChange:
    """What the run knows after its login."""
    return ContextChange(
        test="shop/login",
        tokens=("access_token",),
        captured_data={"access_token": "***"},
        provenance=(
            {"name": "access_token", "kind": "token", "test": "shop/login", "capture": "$.access_token"},
        ),
        secrets={"tokens": {"access_token": "eyCANARY"}},
    )


def _the_end(outcomes: tuple[TestOutcome, ...]) -> RunFinished:
    run = RunOutcome(
        status=RunStatus.FAILED,
        failure=RunFailure.TESTS,
        counters=Counters(total=7, passed=2, failed=1, broken=1, blocked=2, skipped=1),
        seconds=2.31,
        critical_path=("shop/login", "shop/catalog", "shop/cart"),
        critical_path_seconds=1.9,
    )
    return RunFinished(outcome=run, outcomes=outcomes)


def _plan(needs: Mapping[str, tuple[str, ...]]) -> Plan:
    lines = {"login": 3, "catalog": 6, "cart": 9, "order": 13, "pay": 16, "stock": 19, "refund": 21}
    tests = {
        f"shop/{key}": replace(a_test(key), where=place(line, length=len(key))) for key, line in lines.items()
    }
    requires = {
        name: {
            need: Dependency(
                dependent=name, required=need, kind=DependencyKind.DATA, reasons=(f"needs: {need}",)
            )
            for need in needs.get(name, ())
        }
        for name in tests
    }
    return Plan(
        tests=tests,
        requires=requires,
        dependents={name: () for name in tests},
        weight=dict.fromkeys(tests, 1.0),
    )


def a_green_story() -> Story:
    """One test that passed."""
    story = a_story()
    found = outcome("shop/login", attempt(record=exchange("POST", "http://shop.test/auth/login")))
    begin = story.events[0]
    assert isinstance(begin, RunStarted)
    run = RunOutcome(status=RunStatus.COMPLETED, counters=Counters(total=1, passed=1), seconds=0.05)
    events = (
        replace(begin, tests=begin.tests[:1]),
        TestFinished(outcome=found),
        RunFinished(outcome=run, outcomes=(found,)),
    )
    return Story(plan=story.plan, events=events)
