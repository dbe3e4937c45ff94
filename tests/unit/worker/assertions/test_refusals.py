"""What a run cannot do for a check, because it has no files, no functions, no snapshots."""

from pathlib import Path

import pytest

from context.values import JsonValue
from tests.builders import an_expectation
from worker.assertions import check
from worker.assertions.functions import LocalFunctions
from worker.assertions.scene import FunctionRefused
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import ExpectationKind


@pytest.mark.parametrize(
    ("kind", "subject", "reason"),
    [
        (ExpectationKind.PYTHON, "checks:order", "functions of your own run only where you start the run"),
        (ExpectationKind.SCHEMA, "order.json", "the schema order.json: this run has no files"),
        (ExpectationKind.OPENAPI, "api.yaml", "api.yaml: this run has no files"),
        (ExpectationKind.SNAPSHOT, "", "there is no snapshot __snapshots__/test/test.json to compare with"),
    ],
)
def test_a_worker_says_what_it_refuses(kind: ExpectationKind, subject: str, reason: str) -> None:
    """Without anything given, nothing is opened and nothing is called; the check says so."""
    response = Response(status_code=200, body=b"{}", sent=PreparedRequest(method="GET", url="http://a/"))
    expected: JsonValue = None
    result = check(an_expectation(expected, kind=kind, subject=subject), response, expected=expected)
    assert not result.passed
    assert reason in result.message


def test_a_function_beside_the_suites_can_be_imported(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """As `python -m` has it: from the current directory."""
    (tmp_path / "checks_of_mine.py").write_text("class A:\n    f = staticmethod(len)\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    assert LocalFunctions().load("checks_of_mine:A.f") is len


def test_a_module_that_cannot_be_imported_says_why(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Its own error, on one line."""
    (tmp_path / "checks_broken.py").write_text("1 / 0\n", encoding="utf-8")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    with pytest.raises(FunctionRefused, match="importing 'checks_broken' raised ZeroDivisionError"):
        LocalFunctions().load("checks_broken:f")
