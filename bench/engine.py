"""What the engine itself costs: tests against a sender that answers from memory.

    python bench/engine.py [TESTS]

Prints microseconds a test, by shape of the plan. No HTTP, no parsing, no reports. Garbage is collected as
seldom as in `baton run`.
"""

import asyncio
import gc
import sys
import time
from collections.abc import Callable
from itertools import pairwise

from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context.execution import ExecutionContext
from worker.engine import Parts, run_plan
from worker.http.memory_sender import ScriptedSender
from worker.models.dependency import DependencyKind
from worker.models.environment import Environment
from worker.models.events import TestFinished
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import Expectation, ExpectationKind, Operator
from worker.models.graph import Dependency, Plan
from worker.models.outcome import Verdict
from worker.models.problem import Location
from worker.models.request import Auth, AuthKind, Request
from worker.models.suite import Step, Test

HERE = Location("bench.yaml", 1, 1)
HEADERS = (("content-type", "application/json"), ("content-length", "93"))
ANSWER = b'{"access_token": "eyTOKENtokenTOKEN", "id": 7, "name": "Ada", "tags": ["a", "b", "c"], "x": 1}'


def test_of(
    key: str, request: Request, expectations: tuple[Expectation, ...], *captures: CaptureRule
) -> Test:
    step = Step(request=request, expectations=expectations, captures=captures, where=HERE)
    return Test(suite="bench", key=key, steps=(step,), where=HERE)


def expect(kind: ExpectationKind, expected: int | str, subject: str = "") -> Expectation:
    return Expectation(kind=kind, operator=Operator.EQUALS, expected=expected, subject=subject, where=HERE)


LOGIN = test_of(
    "login",
    Request(method="POST", url="/login"),
    (expect(ExpectationKind.STATUS, 200),),
    CaptureRule(
        name="access_token",
        target=CaptureTarget.TOKEN,
        source=CaptureSource.JSONPATH,
        expression="$.access_token",
    ),
)


def bare(number: int) -> Test:
    """A GET that checks its status."""
    request = Request(method="GET", url=f"/t/{number}")
    return test_of(f"t{number}", request, (expect(ExpectationKind.STATUS, 200),))


def usual(number: int) -> Test:
    """A GET with a token, three checks, and a capture."""
    return test_of(
        f"t{number}",
        Request(
            method="GET",
            url="/users/{{ env.user }}",
            headers={"Accept": "application/json"},
            auth=Auth(kind=AuthKind.BEARER, values={"token": "{{ tokens.access_token }}"}),
        ),
        (
            expect(ExpectationKind.STATUS, 200),
            expect(ExpectationKind.JSON, 7, "$.id"),
            expect(ExpectationKind.JSON, "Ada", "$.name"),
        ),
        CaptureRule(
            name="user_id",
            target=CaptureTarget.DATA,
            source=CaptureSource.JSONPATH,
            expression="$.id",
        ),
    )


def a_plan(tests: list[Test], needs: dict[str, str]) -> Plan:
    """A plan in which each test needs at most one other."""
    requires = {
        test.name: {
            needs[test.name]: Dependency(
                dependent=test.name, required=needs[test.name], kind=DependencyKind.DATA
            )
        }
        if test.name in needs
        else {}
        for test in tests
    }
    dependents: dict[str, tuple[str, ...]] = {test.name: () for test in tests}
    for name, required in needs.items():
        dependents[required] += (name,)
    return Plan(
        tests={test.name: test for test in tests},
        requires=requires,
        dependents=dependents,
        weight={test.name: 1.0 for test in tests},
    )


def wide(count: int) -> Plan:
    return a_plan([bare(number) for number in range(count)], {})


def on_one_login(count: int) -> Plan:
    tests = [usual(number) for number in range(count)]
    return a_plan([LOGIN, *tests], {test.name: LOGIN.name for test in tests})


def chain(count: int) -> Plan:
    tests = [LOGIN, *(usual(number) for number in range(count))]
    return a_plan(tests, {test.name: before.name for before, test in pairwise(tests)})


SHAPES: dict[str, Callable[[int], Plan]] = {
    "wide, status only": wide,
    "wide on one login, token, 3 checks, capture": on_one_login,
    "chain, token, 3 checks, capture": chain,
}


def answer(request: PreparedRequest) -> Response:
    return Response(status_code=200, headers=HEADERS, body=ANSWER)


async def measure(plan: Plan) -> float:
    """Seconds of one run."""
    parts = Parts(
        context=ExecutionContext(base_url="http://api.test", variables={"user": 7}),
        sender=ScriptedSender(answer),
        environment=Environment(name="bench", base_url="http://api.test"),
        jobs=100,
    )
    began = time.process_time()
    passed = 0
    async for event in run_plan(plan, parts):
        passed += isinstance(event, TestFinished) and event.outcome.verdict is Verdict.PASSED
    assert passed == len(plan.tests)
    return time.process_time() - began


def main() -> None:
    count = int(sys.argv[1]) if len(sys.argv) > 1 else 2_000
    gc.set_threshold(100_000, 20, 100)
    print(f"{count} tests, 100 at once; CPU microseconds a test, the best of three\n")
    for name, shape in SHAPES.items():
        plan = shape(count)
        gc.freeze()
        best = min(asyncio.run(measure(plan)) for _ in range(3))
        print(f"{best / len(plan.tests) * 1e6:8.0f}  {name}")


if __name__ == "__main__":
    main()
