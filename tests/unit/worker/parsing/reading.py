"""What the tests of parsing share: a suite of one test from a few lines, and the problems of a text."""

from textwrap import dedent, indent

from worker.errors import SuiteError
from worker.models.problem import Problem
from worker.models.suite import Suite, Test
from worker.parsing import parse_suite


def suite_of(text: str, *, path: str = "suite.yaml") -> Suite:
    """The suite that this text is."""
    return parse_suite(dedent(text), path=path)


def test_of(lines: str) -> Test:
    """The test that these lines are, in a suite of its own, called `it`."""
    body = indent(dedent(lines).strip("\n"), "    ")
    return suite_of(f"suite: s\ntests:\n  it:\n{body}\n").tests["it"]


test_of.__test__ = False  # type: ignore[attr-defined]  # a helper, whatever pytest makes of its name


def problems_of(text: str, *, path: str = "suite.yaml") -> tuple[Problem, ...]:
    """The problems of this text; none if it is a suite."""
    try:
        suite_of(text, path=path)
    except SuiteError as error:
        return error.problems
    return ()


def only_problem(text: str, *, path: str = "suite.yaml") -> Problem:
    """The one problem of this text."""
    problems = problems_of(text, path=path)
    assert len(problems) == 1, problems
    return problems[0]


def problem_of_test(lines: str) -> Problem:
    """The one problem of a suite whose only test has these lines."""
    body = indent(dedent(lines).strip("\n"), "    ")
    return only_problem(f"suite: s\ntests:\n  it:\n{body}\n")
