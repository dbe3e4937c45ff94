"""`baton push`: files into a project."""

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode

if TYPE_CHECKING:
    from worker.models.graph import Dependency
    from worker.models.suite import Suite
    from worker.project.document import Document
    from worker.project.files import NamedFiles
    from worker.project.push import Pushed

#: So many endpoints that no test calls are named; the view endpoint_coverage has them all.
MOST_NAMED = 5


@dataclass(frozen=True, slots=True, kw_only=True)
class _Answer:
    """What the push did, which endpoints of the project no test calls now, and its environments."""

    pushed: "Pushed"
    uncalled: tuple[str, ...]
    environments: tuple[str, ...]


@click.command()
@click.argument("paths", nargs=-1, required=True, type=click.Path(path_type=Path), metavar="PATH…")
@click.option("--project", metavar="SLUG", help="The project to push to; a project token knows it itself.")
@click.option("--organization", metavar="SLUG", help="Its organization, where several have such a project.")
@click.option("--prune", is_flag=True, help="Remove the project's suites that are not among these files.")
@click.option("--dry-run", is_flag=True, help="Check the files and say what would be pushed; send nothing.")
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def push(
    paths: tuple[Path, ...],
    project: str | None,
    organization: str | None,
    prune: bool,
    dry_run: bool,
    profile: str | None,
) -> int:
    """Put suite files into a project.

    Suites and tests are found by their keys: what changed becomes a new version, what is gone from a
    file is removed. All or nothing.

    \b
      baton push tests/ --project shop
      baton push tests/ --project shop --prune --dry-run
    """
    from worker.project.push import push_document

    suites, dependencies, files = read_files(paths, below=Path.cwd())
    document = push_document(suites, dependencies, prune=prune, files=files)
    if dry_run:
        _say_what_would_be(suites, dependencies)
        _say_which_files(files)
        return ExitCode.OK
    answer = asyncio.run(_push(document, files, project=project, organization=organization, profile=profile))
    _say_what_was(answer.pushed)
    _say_which_files(files)
    _say_what_nobody_calls(answer.uncalled)
    _say_where_nobody_is(suites, answer.environments)
    return ExitCode.OK


def read_files(
    paths: Sequence[Path], *, below: Path
) -> "tuple[tuple[Suite, ...], tuple[Dependency, ...], NamedFiles]":
    """The suites with paths as the project keeps them, which begin in this folder, all edges, and the files
    they name. Raises SuiteError for what is wrong in suites, and UsageError or FileUnreadable for those
    files."""
    from dataclasses import replace

    from worker.files import LocalFiles
    from worker.graph import build_graph, find_problems
    from worker.parsing import load_suites
    from worker.parsing.folders import folders_of
    from worker.project.addresses import pushed_path
    from worker.project.files import gather

    # Which variables and secrets there are is the environment's affair, at the time of the run.
    suites = load_suites(paths, check=find_problems)
    files = gather(suites, LocalFiles(*folders_of(paths)), below=below)
    kept = tuple(replace(suite, path=pushed_path(suite.path, below=below)) for suite in suites)
    return kept, build_graph(kept).dependencies, files


async def _push(
    document: "Document",
    files: "NamedFiles",
    *,
    project: str | None,
    organization: str | None,
    profile: str | None,
) -> _Answer:
    """Push, and look at what the project has."""
    from worker.cli.calling import opened_caller
    from worker.project.find import environment_names
    from worker.project.push import push as push_suites
    from worker.project.push import uncalled_endpoints

    async with opened_caller(profile) as caller:
        found = await caller.project(project, organization=organization)
        pushed = await push_suites(caller.database, found.id, document, files=files)
        # Endpoints are not shown to pipelines.
        uncalled = await uncalled_endpoints(caller.database, found.id) if caller.token is None else ()
        environments = await environment_names(caller.database, found.id)
        return _Answer(pushed=pushed, uncalled=uncalled, environments=environments)


def _say_what_would_be(suites: "Sequence[Suite]", dependencies: "Sequence[Dependency]") -> None:
    for suite in suites:
        tests = len(suite.tests)
        click.echo(f"would push {suite.key}: {tests} test{'s' if tests != 1 else ''} of {suite.path}")
    click.echo(f"with {len(dependencies)} dependencies; nothing was sent")


def _say_what_was(pushed: "Pushed") -> None:
    for suite in pushed.suites:
        state = f"version {suite.version}" if suite.changed else f"unchanged, version {suite.version}"
        edits = "; what was edited in place is replaced" if suite.replaced_edits else ""
        click.echo(f"{suite.key}: {state}{edits}")
    for key in pushed.removed:
        click.echo(f"{key}: removed")
    changed = sum(suite.changed for suite in pushed.suites) + len(pushed.removed)
    click.echo(f"{changed} of {len(pushed.suites) + len(pushed.removed)} suites changed")


def _say_which_files(files: "NamedFiles") -> None:
    from worker.project.files import secret_name

    for path in files.keys:
        click.echo(
            f"{path}: a private key is not uploaded; workers take it from the secret {secret_name(path)}"
            " of their environment"
        )


def _say_what_nobody_calls(endpoints: Sequence[str]) -> None:
    if endpoints:
        more = f" and {len(endpoints) - MOST_NAMED} more" if len(endpoints) > MOST_NAMED else ""
        are = "endpoint is" if len(endpoints) == 1 else "endpoints are"
        click.echo(f"{len(endpoints)} {are} called by no test: {', '.join(endpoints[:MOST_NAMED])}{more}")


def _say_where_nobody_is(suites: "Sequence[Suite]", environments: Sequence[str]) -> None:
    from worker.graph.advice import unknown_environments

    for notice in unknown_environments(suites, others=environments):
        click.echo(f"! {notice}")
