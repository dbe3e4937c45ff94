"""A run in which everything that a report can tell has happened, with values that want to break out."""

from dataclasses import replace
from datetime import date, timedelta

from tests.builders import a_plan, a_test, a_use
from tests.unit.worker.reports.runs import NOON, Story, a_login_change, attempt, exchange, outcome, place
from worker.models.contract import ContractCoverage, OperationCoverage
from worker.models.events import (
    CleanupFinished,
    Event,
    PlannedTest,
    RunFinished,
    RunStarted,
    TestFinished,
    TokenRenewed,
)
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.flow import TestRole
from worker.models.graph import Plan
from worker.models.outcome import (
    Attempt,
    CaptureRecord,
    CheckResult,
    Cleanup,
    Counters,
    ExchangeRecord,
    FileCategory,
    FileRecord,
    PartRecord,
    RedirectRecord,
    Renewal,
    RunFailure,
    RunOutcome,
    RunStatus,
    StepRecord,
    TestOutcome,
    Verdict,
)
from worker.models.suite import Priority, Quarantine

#: What an API answers, or somebody writes, who wants a page to run it.
HOSTILE = "</script><script>alert(1)</script><!--<img src=x onerror=alert(2)>\u2028\u202e]]>&amp;'\""


def a_whole_run() -> Story:
    """Hooks, steps that were repeated, attempts, rows, quarantine, renewals, undos, coverage, snapshots."""
    outcomes = _outcomes()
    tests = tuple(
        PlannedTest(
            name=found.test,
            title=HOSTILE,
            needs=tuple(_plan().requires[found.test]),
            required_only=found.required_only,
        )
        for found in outcomes
    )
    begin = RunStarted(
        tests=tests,
        environment="local",
        base_url="http://shop.test",
        jobs=4,
        started_at=NOON,
        notices=(f"only: true {HOSTILE}",),
    )
    middle: list[Event] = [
        TestFinished(outcome=found, change=a_login_change() if found.test == "shop/login" else None)
        for found in outcomes
    ]
    end = _end(outcomes)
    return Story(
        plan=_plan(),
        events=(
            begin,
            *middle,
            TokenRenewed(renewal=_renewal()),
            *(CleanupFinished(cleanup=cleanup) for cleanup in end.outcome.cleanups),
            end,
        ),
    )


def _plan() -> Plan:
    tests = (
        a_test("before-all", role=TestRole.BEFORE_ALL),
        replace(a_test("login", needs=["before-all"], priority=Priority.CRITICAL), where=place(3)),
        a_test("order", needs=["login"], uses=[a_use("tokens", "access_token")], tags=("smoke", HOSTILE)),
        a_test("pay", needs=["order"]),
        a_test("row[one]", needs=["login"], row_of="row"),
        a_test("upload", needs=["login"]),
        a_test("wobbly", needs=["login"]),
        a_test("after-all", role=TestRole.AFTER_ALL, after=["pay", "wobbly"]),
    )
    return a_plan(*tests)


def _check(*, passed: bool) -> CheckResult:
    expectation = Expectation(
        kind=ExpectationKind.JSON,
        operator=Operator.EQUALS,
        subject="$.state",
        expected="{{ wanted }}",
        where=place(5, 13, length=6),
    )
    return CheckResult(
        expectation=expectation,
        passed=passed,
        expected="done",
        actual=HOSTILE,
        message="" if passed else f"$.state: expected done, got {HOSTILE}",
        difference="" if passed else f"- done\n+ {HOSTILE}",
    )


def _odd_exchange() -> ExchangeRecord:
    """A form with a file that was led elsewhere."""
    return replace(
        exchange("POST", "http://shop.test/up", status=200, body=HOSTILE),
        request_parts=(PartRecord(name="a", file="a.png", content_type="image/png"),),
        request_gzip=True,
        curl_options=("--location",),
        graphql_complexity=12,
        redirects=(
            RedirectRecord(status_code=302, method="POST", url="http://shop.test/up", location=HOSTILE),
        ),
        truncated=True,
        response_file=FileRecord(
            name="a.png",
            media_type="image/png",
            category=FileCategory.IMAGE,
            size_bytes=4,
            sha256="5" * 64,
            content=b"\x89PNG",
        ),
    )


def _in_steps() -> Attempt:
    """begin; wait, three times, 3 ms apart; look, which fails."""
    done = [
        StepRecord(
            index=0,
            name="begin",
            verdict=Verdict.PASSED,
            exchange=exchange("POST"),
            started_at=NOON,
            seconds=0.002,
        ),
        *(
            StepRecord(
                index=1,
                name="wait",
                iteration=number,
                verdict=Verdict.PASSED,
                exchange=exchange(),
                started_at=NOON + timedelta(seconds=0.005 * number),
                seconds=0.002,
            )
            for number in (1, 2, 3)
        ),
        StepRecord(
            index=2,
            name=f"look {HOSTILE}",
            verdict=Verdict.FAILED,
            reason=f"look: {HOSTILE}",
            category="assertion_value",
            exchange=exchange(body=f'{{"state": "{len(HOSTILE)}"}}'),
            checks=(_check(passed=True), _check(passed=False)),
            captures=(CaptureRecord(name="id", target="data", source="$.id", value=[1, HOSTILE]),),
            started_at=NOON + timedelta(seconds=0.02),
            seconds=0.02,
        ),
    ]
    whole = attempt(verdict=Verdict.FAILED, reason=f"look: {HOSTILE}", category="assertion_value")
    return replace(whole, steps=tuple(done))


def _outcomes() -> tuple[TestOutcome, ...]:
    first = attempt(1, Verdict.BROKEN, reason="no answer came in 2 s", record=exchange(status=None))
    again = attempt(2, Verdict.FAILED, reason="status is 500", record=exchange(status=500))
    return (
        outcome("shop/before-all", attempt(record=exchange())),
        outcome("shop/login", attempt(record=exchange("POST", "http://shop.test/login"))),
        outcome("shop/order", _in_steps()),
        outcome(
            "shop/pay", verdict=Verdict.BLOCKED, blocked_by="shop/order", reason="blocked by shop/order: no"
        ),
        outcome("shop/row[one]", attempt(record=exchange())),
        outcome("shop/upload", first, attempt(2, record=_odd_exchange())),
        outcome(
            "shop/wobbly",
            first,
            again,
            quarantine=Quarantine(owner="ada", reason=HOSTILE, until=date(2099, 1, 1)),
        ),
        outcome("shop/after-all", attempt(record=exchange())),
    )


def _renewal() -> Renewal:
    return Renewal(
        test="shop/login",
        tokens=("access_token",),
        cause="it had expired",
        wanted_by="shop/order",
        attempts=(attempt(record=exchange("POST", "http://shop.test/login")),),
        started_at=NOON + timedelta(seconds=1),
        finished_at=NOON + timedelta(seconds=1.2),
    )


def _cleanups() -> tuple[Cleanup, ...]:
    undone = StepRecord(
        name="cancel", verdict=Verdict.FAILED, reason="status is 500", exchange=exchange(status=500)
    )
    return (
        Cleanup(
            test="shop/order",
            verdict=Verdict.FAILED,
            reason="status is 500",
            steps=(undone,),
            started_at=NOON + timedelta(seconds=2),
            finished_at=NOON + timedelta(seconds=2.1),
        ),
        Cleanup(test="shop/upload", verdict=Verdict.SKIPPED, reason="its time was over"),
    )


def _end(outcomes: tuple[TestOutcome, ...]) -> RunFinished:
    operation = OperationCoverage(
        method="POST",
        path=f"/orders/{HOSTILE}",
        requests=2,
        statuses=(201, 500),
        documented_statuses=("201",),
    )
    run = RunOutcome(
        status=RunStatus.FAILED,
        failure=RunFailure.TESTS,
        message="4 passed, 1 failed",
        counters=Counters(total=8, passed=5, failed=2, blocked=1, quarantined=1),
        seconds=2.31,
        critical_path=("shop/login", "shop/order"),
        critical_path_seconds=1.9,
        best_possible_seconds=2.0,
        renewals={"access_token": 1},
        cleanups=_cleanups(),
        contracts=(
            ContractCoverage(
                path="api.json",
                operations=(operation, OperationCoverage(method="GET", path="/orders")),
                undescribed=(f"GET /{HOSTILE}",),
            ),
        ),
        snapshots_written=("snapshots/order.json",),
    )
    return RunFinished(outcome=run, outcomes=outcomes)
