"""`baton demo`: the whole path once, with the examples."""

import asyncio
import os
import sys
from collections.abc import Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import click

if TYPE_CHECKING:
    from worker.cli.demo_story import Story
    from worker.cli.exit_codes import ExitCode
    from worker.clock import Clock
    from worker.database import Database
    from worker.local.demo.flow import DemoStack
    from worker.models.suite import Suite
    from worker.project.trigger import RequestedRun


@click.command()
def demo() -> int:
    """Run a sample shop, and Supabase's own API, through the whole path.

    Starts the local Supabase of this folder with a worker and the shop, signs in as a demo member, pushes
    the example suites, requests a run of each, and follows them live. The stack stays up; `baton down`
    stops it. Exits with the verdict of the runs.
    """
    from worker.local.node import node_program

    node_program()  # refuses where there is none, before parts of another extra are missed
    from worker.cli.demo_story import Story
    from worker.local.demo.flow import start_stack

    story = Story(sys.stdout)
    story.step("Starting a Supabase on this machine, a worker, and the sample shop")
    stack = start_stack(Path.cwd(), report=story.detail)
    story.started(stack)
    return asyncio.run(_play(stack, story))


async def _play(stack: "DemoStack", story: "Story") -> "ExitCode":
    from worker.clock import SystemClock
    from worker.local.demo import flow
    from worker.local.demo.examples import example_suites
    from worker.local.demo.people import EMAIL
    from worker.settings import read_settings

    clock = SystemClock()
    story.step(f"Signing in as {EMAIL}, with the publishable key")
    async with flow.open_demo_member(stack, read_settings(os.environ), clock=clock) as database:
        story.step("Making an organization, a project, and its environments with their secrets")
        project_id = await flow.make_project(database, stack, clock=clock)
        suites = example_suites()
        story.step("Pushing the example suites")
        story.pushed(await flow.push_suites(database, project_id, suites))
        story.step("Requesting a run of each")
        runs = await flow.request_examples(database, project_id)
        story.requested(runs)
        story.step("The worker executes them; following live, over Realtime")
        code = await _follow(database, runs, suites, clock)
    story.ended(stack)
    return code


async def _follow(
    database: "Database", runs: "Sequence[RequestedRun]", suites: "Sequence[Suite]", clock: "Clock"
) -> "ExitCode":
    """Follow to the end, then tell it from what was recorded."""
    from worker.cli.exit_codes import code_for, worst
    from worker.cli.following import Followed
    from worker.cli.recorded import read_recorded
    from worker.cli.recorded_events import events_of
    from worker.cli.run_events import Outlets
    from worker.cli.summing import print_the_end
    from worker.database import RecordedRuns

    tests = [test.name for suite in suites for test in suite.tests.values()]
    outlets = Outlets(people=sys.stdout)
    await Followed(runs, tests=tests, database=database, clock=clock, outlets=outlets).until_over()
    recorded = [await read_recorded(RecordedRuns(database), run.id) for run in runs]
    print_the_end(events_of(recorded, environment="local"), stream=sys.stdout)
    return worst(code_for(run.outcome) for run in recorded)
