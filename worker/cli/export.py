"""`baton export`: tests as commands of other tools."""

import os
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Protocol, Unpack

import click

from worker.cli.completing import complete_tests
from worker.cli.run_options import FILE, Reaching, Values, connection_options, together, value_options

if TYPE_CHECKING:
    from context.execution import ExecutionContext
    from worker.files import Files
    from worker.models.environment import Environment
    from worker.models.graph import Plan
    from worker.models.suite import Suite, Test


class Asked(Values, Reaching):
    """The options as click gives them."""


export_arguments = together(
    click.argument("paths", nargs=-1, required=True, type=FILE, metavar="PATH…"),
    click.option(
        "--only", multiple=True, metavar="NAME", shell_complete=complete_tests,
        help="Only this test, without what it needs; * and ? stand for anything.",
    ),
    click.option("--with-secrets", is_flag=True, help="Write secrets as they are, not as variables."),
    value_options,
    connection_options,
)  # fmt: skip


@click.group()
def export() -> None:
    """Write tests as commands of other tools.

    \b
      baton export curl shop.yaml --only login
      baton export hurl shop.yaml > shop.hurl
    """


@export.command()
@export_arguments
def curl(paths: Sequence[Path], only: Sequence[str], with_secrets: bool, **given: Unpack[Asked]) -> None:
    """Print tests as a script of curl commands.

    Variables of the environment are filled in. Secrets, and what only a run knows, are variables of
    the shell; the script says what is missing.

    \b
      baton export curl shop.yaml --only login
      baton export curl shop.yaml -e staging > shop.sh
      PASSWORD=… sh shop.sh
    """
    from worker.cli.exporting.curl import CurlScript

    _print(CurlScript, paths, only, given, with_secrets=with_secrets)


@export.command()
@export_arguments
def hurl(paths: Sequence[Path], only: Sequence[str], with_secrets: bool, **given: Unpack[Asked]) -> None:
    """Print tests as a Hurl file: requests, captures, asserts.

    Variables of the environment are filled in; secrets are variables of Hurl, and the first lines say
    which. What Hurl has no words for stands as a comment in its place, and in a list at the end.

    \b
      baton export hurl shop.yaml > shop.hurl
      hurl --test --secret password=… shop.hurl
    """
    from worker.cli.exporting.hurl import HurlFile

    _print(HurlFile, paths, only, given, with_secrets=with_secrets)


class Exporter(Protocol):
    """Writes tests in the words of another tool."""

    def __init__(
        self, plan: "Plan", environment: "Environment", context: "ExecutionContext", files: "Files"
    ) -> None: ...

    def lines(self, tests: "Mapping[str, Test]") -> "Iterator[str]":
        """The whole document."""
        ...


def _print(
    kind: type[Exporter], paths: Sequence[Path], only: Sequence[str], given: Asked, *, with_secrets: bool
) -> None:
    from worker.files import LocalFiles
    from worker.graph import find_problems, make_plan
    from worker.parsing import folders_of, load_suites

    suites = load_suites(paths, check=lambda found: find_problems(found, known_names=None))
    plan = make_plan(suites)
    environment, context = _place(suites, given, with_secrets=with_secrets)
    exporter = kind(plan, environment, context, LocalFiles(*folders_of(paths)))
    click.echo("\n".join(exporter.lines(_selected(plan, only))))


def _place(
    suites: "Sequence[Suite]", given: Asked, *, with_secrets: bool
) -> "tuple[Environment, ExecutionContext]":
    from dataclasses import replace

    from worker.cli.connection import connection_of
    from worker.cli.environments import choose_environment
    from worker.cli.prepared import context_of
    from worker.cli.requirements import used_names
    from worker.cli.run_options import checked_address
    from worker.cli.values import gather_values

    values = gather_values(
        options=given["variables"],
        env_file=given["env_file"],
        secrets_file=given["secrets_file"],
        surroundings=os.environ,
        used=used_names(suites),
    )
    chosen = choose_environment(suites, given["environment"])
    environment = replace(
        chosen,
        base_url=checked_address(given["base_url"]) or chosen.base_url,
        secrets={**chosen.secrets, **values.secrets} if with_secrets else {},
        forced=connection_of(given),
    )
    return environment, context_of(suites, environment, values, seed=given["seed"])


def _selected(plan: "Plan", only: Iterable[str]) -> "dict[str, Test]":
    """The tests that were named, in a valid order; without a name all. Raises UsageError."""
    from fnmatch import fnmatchcase

    from worker.errors import UsageError
    from worker.parsing.suggest import hint_for

    wanted = list(only)
    if not wanted:
        return dict(plan.tests)
    found: dict[str, Test] = {}
    for pattern in wanted:
        matching = {
            name: test
            for name, test in plan.tests.items()
            if fnmatchcase(name, pattern) or fnmatchcase(test.key, pattern) or test.row_of == pattern
        }
        if not matching:
            keys = [test.key for test in plan.tests.values()]
            raise UsageError(f"no test is named {pattern!r}", where="--only", hint=hint_for(pattern, keys))
        found |= matching
    return {name: test for name, test in plan.tests.items() if name in found}
