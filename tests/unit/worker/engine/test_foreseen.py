"""What a plan needs is there before its first request."""

import json
import subprocess
import sys

import pytest

from tests.patience import FOR_EVER_SECONDS

#: Runs one test and prints what was imported after its run had begun.
PROGRAM = """
import asyncio, json, sys
from context.capture import CaptureRule, CaptureSource, CaptureTarget
from context import programs  # as after reading a file that has such templates
from context.execution import ExecutionContext
from tests.builders import a_plan, a_request, a_test, an_environment, an_expectation
from worker.engine import Parts, run_plan
from worker.http.memory_sender import ScriptedSender
from worker.models.events import RunStarted
from worker.models.exchange import Response
from worker.models.expectation import ExpectationKind, Operator
from worker.models.request import BodyKind

there = set()
ANSWERS = {"xml": b"<a><b>1</b></a>", "json": b'{"a": [{"b": 1}, {"b": 2}]}'}
wanted = sys.argv[1]

def answer(request):
    kind = "xml" if wanted in ("xml", "xpath") else "json"
    headers = (("content-type", "application/" + kind), ("set-cookie", "a=1"))
    return Response(status_code=200, headers=headers, body=ANSWERS[kind])

def capture(source, expression):
    return [CaptureRule(name="x", target=CaptureTarget.DATA, source=source, expression=expression)]

kinds = ExpectationKind
plans = {
    "xml": {"expect": [an_expectation("1", kind=kinds.XML, subject="//b")]},
    "xpath": {"capture": capture(CaptureSource.XPATH, "//b")},
    "jmespath": {"capture": capture(CaptureSource.JMESPATH, "a[0].b")},
    "jsonpath": {"capture": capture(CaptureSource.JSONPATH, "$..b")},
    "json": {"expect": [an_expectation([1, 2], kind=kinds.JSON, subject="$.a[*].b")]},
    "schema": {"expect": [an_expectation({"type": "object"}, kind=kinds.SCHEMA)]},
    "cookie": {"expect": [an_expectation("1", kind=kinds.COOKIE, subject="a")]},
    "graphql": {"request": a_request("POST", body_kind=BodyKind.GRAPHQL, body={"query": "{ a }"})},
    "fake": {"request": a_request("POST", body_kind=BodyKind.JSON, body=[{"n": "{{ fake.name() }}"}])},
}
plan = a_plan(a_test("one", **plans[wanted]))
parts = Parts(
    context=ExecutionContext(base_url="http://api.test"),
    sender=ScriptedSender(answer),
    environment=an_environment(base_url="http://api.test"),
)

async def run():
    async for event in run_plan(plan, parts):
        if isinstance(event, RunStarted):
            there.update(sys.modules)
    return event.outcome

ended = asyncio.run(run())
tops = {name.partition(".")[0] for name in set(sys.modules) - there}
print(json.dumps([ended.counters.passed, ended.message, sorted(tops - sys.stdlib_module_names)]))
"""


@pytest.mark.parametrize(
    "wanted", ["xml", "xpath", "jmespath", "jsonpath", "json", "schema", "cookie", "graphql", "fake"]
)
def test_nothing_is_imported_while_requests_are_under_way(wanted: str) -> None:
    """An import of a tenth of a second would hold up all of them."""
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM, wanted],
        capture_output=True,
        text=True,
        check=True,
        timeout=FOR_EVER_SECONDS,
    )
    passed, message, imported = json.loads(done.stdout)
    assert (passed, imported) == (1, []), message
