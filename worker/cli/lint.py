"""`baton lint`: what is wrong with suite files."""

import json
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from worker.models.problem import Location, Problem
    from worker.models.suite import Suite


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option(
    "--format", "form", type=click.Choice(["text", "json", "github", "codequality"]), default="text",
    show_default=True, help="For people, for programs, as annotations of GitHub, or as GitLab's report.",
)  # fmt: skip
@click.option("--json", "as_json", is_flag=True, help="The same as --format json.")
@click.option("--forbid-only", is_flag=True, help="A test that says 'only: true' is a mistake: for CI.")
def lint(paths: Sequence[Path], form: str, as_json: bool, forbid_only: bool) -> int:
    """Say everything that is wrong with suite files.

    Mistakes of syntax, shape and dependencies are told together, each with its place, the line, and
    what to write instead. Nothing is sent. The exit code is 0 when all is well, else 2.

    \b
      baton lint tests/
      baton lint tests/ --format github
      baton lint tests/ --json | jq -r '.problems[].what'
    """
    from worker.graph import find_problems
    from worker.parsing import read_suites

    reading = read_suites(paths)
    places = [place for suite in reading.suites for place in suite.environments.values()]
    found = find_problems(reading.suites, known_names=None, known_places=places, forbid_only=forbid_only)
    problems = reading.problems_with(found)
    _PRINTERS["json" if as_json else form](problems, reading.suites)
    return ExitCode.BAD_INPUT if problems else ExitCode.OK


def _print_text(problems: "Sequence[Problem]", suites: "Sequence[Suite]") -> None:
    from worker.parsing import format_problems
    from worker.parsing.problems import MOST_SHOWN
    from worker.reports.style import Style
    from worker.reports.words import count

    if problems:
        click.echo(format_problems(problems, colour=Style.for_stream(sys.stdout).colour), nl=False)
        all_of_them = "; --format json lists all of them" if len(problems) > MOST_SHOWN else ""
        click.echo(f"{count(len(problems), 'problem')} in {_files(problems)}{all_of_them}")
        return
    tests = sum(len(suite.tests) for suite in suites)
    click.echo(f"{count(len(suites), 'suite')}, {count(tests, 'test')}, no problems")
    for notice in _notices(suites):
        click.echo(Style.for_stream(sys.stdout).paint(f"! {notice}", "33"))


def _notices(suites: "Sequence[Suite]") -> list[str]:
    """What is no problem, and was probably not meant."""
    from worker.graph.advice import unknown_environments
    from worker.service.fixtures import unused_fixtures

    unused = [
        f"the fixture {name!r} of {suite.key} ({suite.path}) is used by no test"
        for suite in suites
        for name in unused_fixtures(suite)
    ]
    return [*unknown_environments(suites), *unused]


def _files(problems: "Sequence[Problem]") -> str:
    from worker.reports.words import count

    return count(len({problem.where.path for problem in problems}), "file")


def _print_json(problems: "Sequence[Problem]", suites: "Sequence[Suite]") -> None:
    document = {
        "version": 1,
        "suites": [{"key": suite.key, "path": suite.path, "tests": len(suite.tests)} for suite in suites],
        "problems": [
            {
                "kind": problem.kind,
                "what": problem.what,
                "where": _place(problem.where),
                "text": problem.text,
                "hint": problem.hint,
                "related": [
                    {"where": _place(other.where), "text": other.text, "note": other.note}
                    for other in problem.related
                ],
            }
            for problem in problems
        ],
        "notices": [] if problems else _notices(suites),
    }
    click.echo(json.dumps(document, indent=2, ensure_ascii=False))


def _place(where: "Location") -> dict[str, str | int]:
    return {"path": where.path, "line": where.line, "column": where.column, "length": where.length}


def _print_github(problems: "Sequence[Problem]", suites: "Sequence[Suite]") -> None:
    from worker.cli.ci import checkout_root
    from worker.reports.github import command

    root = checkout_root(os.environ)
    for problem in problems:
        text = f"{problem.what} ({problem.hint})" if problem.hint else problem.what
        click.echo(command("error", f"Baton {problem.kind}", text, problem.where, root=root))
    if not problems:
        _print_text(problems, suites)


def _print_code_quality(problems: "Sequence[Problem]", suites: "Sequence[Suite]") -> None:
    from worker.cli.ci import checkout_root
    from worker.reports.code_quality import as_document, issues_of_problems

    click.echo(as_document(issues_of_problems(problems, root=checkout_root(os.environ))), nl=False)


_PRINTERS = {
    "text": _print_text,
    "json": _print_json,
    "github": _print_github,
    "codequality": _print_code_quality,
}
