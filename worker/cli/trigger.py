"""`baton trigger`: request runs and follow them to their verdict."""

import asyncio
import os
import signal
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING

import click

from worker.cli.exit_codes import ExitCode
from worker.reports.style import in_ci

if TYPE_CHECKING:
    from worker.cli.following import Followed
    from worker.database import Database
    from worker.errors import UsageError
    from worker.project.find import KnownTest, Project
    from worker.project.stored import StoredSource
    from worker.project.trigger import RequestedRun, RunRequest
    from worker.reports import Report

#: A cancelled run is given this long to end, so that what it did can be told.
CANCEL_SECONDS = 15.0


@dataclass(frozen=True, slots=True, kw_only=True)
class Wish:
    """What the command line asks for."""

    project: str | None
    organization: str | None
    suites: tuple[str, ...]
    environment: str
    only: tuple[str, ...]
    tags: tuple[str, ...]
    priority: str
    jobs: int | None
    idempotency_key: str | None
    wait: bool
    reports: tuple[str, ...]
    profile: str | None


@click.command()
@click.option("--project", metavar="SLUG", help="The project whose suites are run; a token knows it itself.")
@click.option("--organization", metavar="SLUG", help="Its organization, where several have such a project.")
@click.option("--suite", "suites", multiple=True, metavar="KEY", help="A suite to run; without it all are.")
@click.option("--env", "-e", "environment", required=True, metavar="NAME", help="Where to run them.")
@click.option("--only", multiple=True, metavar="SUITE/TEST", help="Only this test, with what it needs.")
@click.option("--tag", "tags", multiple=True, metavar="TAG", help="Only tests with this tag.")
@click.option(
    "--priority",
    type=click.Choice(["critical", "high", "medium", "low"]),
    default="medium",
    show_default=True,
    help="What goes first when many runs wait.",
)
@click.option("--jobs", "-j", type=click.IntRange(1, 1000), help="Tests at the same time, at most.")
@click.option(
    "--idempotency-key",
    metavar="TEXT",
    help="The same request with the same text asks once, however often it is made.",
)
@click.option("--no-wait", is_flag=True, help="Request the runs and leave.")
@click.option(
    "--report",
    "reports",
    multiple=True,
    metavar="KIND=PATH",
    help="Write a report: allure, ctrf, html, json or junit, such as html=run.html; - prints it.",
)
@click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`.")
def trigger(no_wait: bool, **options: object) -> int:
    """Request a run and follow it to its verdict.

    Each suite is one run; all of them are requested together, or none. Ctrl-C asks for their end.
    """
    wish = Wish(wait=not no_wait, **options)  # type: ignore[arg-type] # click checked and named them
    return asyncio.run(_trigger(wish))


async def _trigger(wish: Wish) -> int:
    from worker.cli.calling import opened_caller
    from worker.cli.following import Followed
    from worker.cli.reporting import open_reports, stream_for_people
    from worker.clock import SystemClock
    from worker.project.find import known_tests
    from worker.project.stored import stored_sources

    # A report that cannot be written is said before anything is requested.
    reports = open_reports(wish.reports)
    stream = stream_for_people(reports)
    clock = SystemClock()
    async with opened_caller(wish.profile, clock=clock) as caller:
        database = caller.database
        project = await caller.project(wish.project, organization=wish.organization)
        tests = await known_tests(database, project, suites=wish.suites)
        runs = await _request(database, project, tests, wish)
        for run in runs:
            click.echo(f"Requested run {run.id}: {', '.join(run.suites)} in {wish.environment}", file=stream)
        if not wish.wait:
            return ExitCode.OK
        files = await stored_sources(database, project.id)
        names = [test.name for test in tests]
        followed = Followed(runs, tests=names, database=database, clock=clock, stream=stream)
        # With a selection, which tests were to be run is known by those that were.
        asked_for = () if wish.only or wish.tags else names
        return await follow_to_the_end(
            database,
            runs,
            followed=followed,
            environment=wish.environment,
            reports=reports,
            asked_for=asked_for,
            files=files,
        )


async def follow_to_the_end(
    database: "Database",
    runs: "Sequence[RequestedRun]",
    *,
    followed: "Followed",
    environment: str,
    reports: "Sequence[Report]",
    asked_for: Sequence[str] = (),
    files: "Sequence[StoredSource]" = (),
) -> int:
    """Tell what happens in these runs until they are over, then their failures and their sum, and write
    the reports. `files` are what they were made of. Ctrl-C asks for their end."""
    from worker.cli.recorded import read_recorded
    from worker.cli.telling import tell_the_end
    from worker.database import RecordedRuns

    interrupted = await _until_over_or_cancelled(database, followed)
    tables = RecordedRuns(database)
    recorded = [await read_recorded(tables, run.id) for run in runs]
    code = await tell_the_end(
        recorded, environment=environment, reports=reports, asked_for=asked_for, files=files
    )
    return ExitCode.INTERRUPTED if interrupted else code


async def _request(
    database: "Database", project: "Project", tests: "Sequence[KnownTest]", wish: Wish
) -> "tuple[RequestedRun, ...]":
    from worker.project.trigger import request_runs

    suites = _suites(tests, wish)
    if not suites:
        raise _nothing(project, tests, wish)
    requests = [_request_of(key, wish) for key in suites]
    return await request_runs(database, project.id, requests, idempotency_key=wish.idempotency_key)


def _nothing(project: "Project", tests: "Sequence[KnownTest]", wish: Wish) -> "UsageError":
    """Why there is nothing to request."""
    from worker.errors import UsageError

    if not tests:
        return UsageError(
            f"the project {project.key!r} has no tests", hint="`baton push` brings suites into it"
        )
    tags = sorted({tag for test in tests for tag in test.tags})
    return UsageError(
        f"no test has the tag {' or '.join(map(repr, wish.tags))}",
        hint=f"one of: {', '.join(tags)}" if tags else "no test of the project has any tag",
    )


def _suites(tests: "Sequence[KnownTest]", wish: Wish) -> tuple[str, ...]:
    """The suites that are meant: those named, or those with a test of what was asked for."""
    if wish.suites and not wish.only and not wish.tags:
        return wish.suites
    if wish.only:
        # A test that is not there is refused by the project, in better words than ours.
        return tuple(dict.fromkeys(name.partition("/")[0] for name in wish.only))
    wanted = set(wish.tags)
    return tuple(dict.fromkeys(test.suite for test in tests if not wanted or wanted & test.tags))


def _request_of(suite: str, wish: Wish) -> "RunRequest":
    from worker.models.suite import Priority
    from worker.project.trigger import RunRequest

    return RunRequest(
        suites=(suite,),
        environment=wish.environment,
        only=tuple(name for name in wish.only if name.startswith(f"{suite}/")),
        tags=wish.tags,
        priority=Priority(wish.priority),
        config={"jobs": wish.jobs} if wish.jobs else {},
        trigger="ci" if in_ci(os.environ) else "manual",
        source={"command": "baton trigger"},
    )


async def _until_over_or_cancelled(database: "Database", followed: "Followed") -> bool:
    """Follow to the end; whether Ctrl-C came first. Then the runs are asked to end, and followed
    for a moment longer."""
    stop = asyncio.Event()
    asyncio.get_running_loop().add_signal_handler(signal.SIGINT, stop.set)
    following = asyncio.create_task(followed.until_over(), name="following the runs")
    stopping = asyncio.create_task(stop.wait(), name="waiting for Ctrl-C")
    try:
        await asyncio.wait({following, stopping}, return_when=asyncio.FIRST_COMPLETED)
        if not following.done():
            # A second Ctrl-C means it.
            asyncio.get_running_loop().remove_signal_handler(signal.SIGINT)
            await _cancel_all(database, followed)
            await asyncio.wait({following}, timeout=CANCEL_SECONDS)
        if following.done():
            following.result()
        return stop.is_set()
    finally:
        for task in (following, stopping):
            task.cancel()
        await asyncio.gather(following, stopping, return_exceptions=True)


async def _cancel_all(database: "Database", followed: "Followed") -> None:
    from worker.errors import Refused
    from worker.project.trigger import cancel_run

    followed.print("", "Asking the runs to end …")
    for run_id in followed.open_runs:
        # It may have ended this moment.
        with suppress(Refused):
            await cancel_run(database, run_id)
