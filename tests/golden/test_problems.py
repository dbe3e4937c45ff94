"""What we print for files with mistakes, word for word."""

import os
from collections.abc import Sequence
from pathlib import Path

import pytest

from worker.errors import SuiteError
from worker.graph import find_problems
from worker.models.problem import Problem, ProblemKind
from worker.models.suite import Suite
from worker.parsing import format_problems, load_suites

CASES = Path(__file__).parent / "problems"

#: Set to write what is printed now; look at the difference before it is committed.
WRITE = "BATON_WRITE_GOLDEN"


def problems_of(case: Path, monkeypatch: pytest.MonkeyPatch) -> Sequence[Problem]:
    """All problems of a case's files, read together."""
    monkeypatch.chdir(case)
    files = [path for path in sorted(Path().iterdir()) if path.name != "problems.txt"]
    try:
        load_suites([Path()] if case.name.endswith("folder") else files, check=check)
    except SuiteError as error:
        return error.problems
    return ()


def check(suites: Sequence[Suite]) -> Sequence[Problem]:
    """The check of the graph, with names that come from elsewhere."""
    return find_problems(suites, known_names={"locale", "email"}, known_secrets={"password"})


@pytest.mark.parametrize("case", sorted(CASES.iterdir()), ids=lambda case: case.name)
def test_problems_read_well(case: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What we print for these files is exactly what lies beside them."""
    printed = format_problems(problems_of(case, monkeypatch))
    golden = case / "problems.txt"
    if os.environ.get(WRITE):
        golden.write_text(printed, encoding="utf-8")
    assert printed == golden.read_text(encoding="utf-8")


def test_every_kind_of_problem_is_in_a_golden_file(monkeypatch: pytest.MonkeyPatch) -> None:
    """Whoever adds a kind of problem also shows how it reads."""
    found = {problem.kind for case in CASES.iterdir() for problem in problems_of(case, monkeypatch)}
    assert found == set(ProblemKind)


def test_every_problem_says_what_to_do(monkeypatch: pytest.MonkeyPatch) -> None:
    """A problem has a place and a hint; a mistake alone is half a message."""
    silent = [
        str(problem.where)
        for case in CASES.iterdir()
        for problem in problems_of(case, monkeypatch)
        if not problem.hint
    ]
    assert silent == []


def test_ten_mistakes_are_ten_problems(monkeypatch: pytest.MonkeyPatch) -> None:
    """A file with ten different mistakes prints all ten, each with line, column and hint."""
    problems = problems_of(CASES / "ten-mistakes", monkeypatch)
    assert len(problems) == 10
    assert all(problem.where.line > 1 and problem.where.column > 1 and problem.hint for problem in problems)
