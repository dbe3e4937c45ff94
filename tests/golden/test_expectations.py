"""What we say of answers that are not as expected, word for word."""

import json
import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from context.execution import ExecutionContext
from context.values import JsonValue
from worker.assertions import check
from worker.assertions.functions import LocalFunctions
from worker.assertions.scene import Scene, Tools
from worker.contracts import Contracts
from worker.files import LocalFiles
from worker.http.build import build_request
from worker.models.exchange import PreparedRequest, Redirect, Response
from worker.models.expectation import ExpectationKind
from worker.models.outcome import CheckResult
from worker.models.suite import Suite, Test
from worker.parsing import read_suites
from worker.snapshots import Mode
from worker.snapshots.local import LocalSnapshots

CASES = Path(__file__).parent / "expectations"

#: Set to write what is said now; look at the difference before it is committed.
WRITE = "BATON_WRITE_GOLDEN"


def said_of(case: Path) -> str:
    """Everything that is said of a case's answers; the current directory is the case's."""
    # What lint would refuse still has to read well: a worker may meet it, whose files are others.
    suite = read_suites([Path("suite.yaml")]).suites[0]
    answers = json.loads(Path("answers.json").read_text(encoding="utf-8"))
    tools = Tools(
        files=LocalFiles(),
        snapshots=LocalSnapshots(Mode.COMPARE),
        contracts=Contracts(LocalFiles()),
        functions=LocalFunctions(),
    )
    lines = [line for test in suite.tests.values() for line in told(suite, test, answers[test.key], tools)]
    return "\n".join([*lines, *coverage(tools), ""])


def told(suite: Suite, test: Test, answer: Mapping[str, Any], tools: Tools) -> list[str]:
    """A test's name, and below it what does not hold."""
    lines = [test.key]
    for result in checked(suite, test, response(answer), tools):
        if not result.passed:
            lines.append(f"  {result.expectation.where.line}: {result.message}")
            lines += [f"      {line}" for line in result.difference.splitlines()]
    return lines


def checked(suite: Suite, test: Test, answer: Response, tools: Tools) -> list[CheckResult]:
    """What became of each expectation of a test."""
    context = ExecutionContext(base_url="http://shop.test", suite_variables={suite.key: suite.variables})

    def render(value: JsonValue, more: Mapping[str, object]) -> JsonValue:
        return context.render(value, suite=suite.key, test=test.key, extra=more)

    request = sent(test)
    tools.contracts.touched(test.contract, request, answer) if test.contract else None
    scene = Scene(
        suite=suite.key, test=test.key, path=suite.path, request=request, render=render, tools=tools
    )
    return [
        check(each, answer, expected=render(each.expected, {}), scene=scene) for each in test.expectations
    ]


def sent(test: Test) -> PreparedRequest:
    """The test's request, filled."""
    return build_request(test.request, render=lambda value, field: value, base_url="http://shop.test")


def response(answer: Mapping[str, Any]) -> Response:
    """An answer as the case's file has it."""
    body = json.dumps(answer["json"]) if "json" in answer else answer["body"]
    default = [["Content-Type", "application/json"]] if "json" in answer else []
    return Response(
        status_code=answer.get("status", 200),
        headers=tuple((name, value) for name, value in answer.get("headers", default)),
        body=body.encode(),
        seconds=answer.get("seconds", 0.1),
        truncated=answer.get("truncated", False),
        url=answer.get("url", ""),
        redirects=tuple(Redirect(**redirect) for redirect in answer.get("redirects", ())),
    )


def coverage(tools: Tools) -> list[str]:
    """Which operations were called."""
    return [
        f"{operation.method} {operation.path}: {operation.requests}, {list(operation.statuses)}"
        for description in tools.contracts.coverage()
        for operation in description.operations
    ]


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_complaints_read_well(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What we say of these answers is exactly what lies beside them."""
    monkeypatch.chdir(case)
    said = said_of(case)
    golden = case / "complaints.txt"
    if os.environ.get(WRITE):
        golden.write_text(said, encoding="utf-8")
    assert said == golden.read_text(encoding="utf-8")


def test_every_kind_of_expectation_is_in_a_golden_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a kind of expectation also shows how its failure reads."""
    found: set[ExpectationKind] = set()
    for case in CASES.iterdir():
        monkeypatch.chdir(case)
        suite = read_suites([Path("suite.yaml")]).suites[0]
        found |= {each.kind for test in suite.tests.values() for each in test.expectations}
    assert found == set(ExpectationKind)


def test_no_credential_is_said(monkeypatch: pytest.MonkeyPatch) -> None:
    """Cookies are nobody's business, wherever they turn up."""
    for case in CASES.iterdir():
        assert "hunter2" not in (case / "complaints.txt").read_text(encoding="utf-8")
