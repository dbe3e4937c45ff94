"""`baton schedule`: runs that are requested by the clock."""

from collections.abc import Sequence
from dataclasses import asdict
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

import click

from worker.cli.in_project import ProjectPlace, checked_name, project_options
from worker.cli.json_output import json_option, print_document
from worker.cli.request_options import request_options
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.database import Database
    from worker.project.find import KnownTest, Project
    from worker.project.schedules import ScheduledRuns


@click.group()
def schedule() -> None:
    """Let runs be requested by the clock.

    \b
      baton schedule set nightly --cron "0 3 * * *" --timezone Europe/Berlin -e staging --project shop
      baton schedule list --project shop
      baton schedule pause nightly --project shop

    The project requests them; a worker executes them. They use the secrets of their environment, never
    a person's credentials. Administrators make them.
    """


@schedule.command(name="set")
@click.argument("name")
@click.option(
    "--cron",
    required=True,
    metavar="TIMES",
    help='Minute, hour, day of the month, month, day of the week: "*/15 8-18 * * mon-fri".',
)
@click.option("--timezone", default="UTC", show_default=True, metavar="NAME", help="Whose clocks are meant.")
@click.option(
    "-e", "--env", "environments", multiple=True, required=True, metavar="NAME", help="Where to run."
)
@click.option("--suite", "suites", multiple=True, metavar="KEY", help="A suite; without it all are run.")
@request_options
@json_option
@project_options
def set_(name: str, **said: Any) -> None:
    """Make a schedule, or replace the one of this name.

    \b
      baton schedule set nightly --cron "0 3 * * *" --timezone Europe/Berlin -e staging --project shop
      baton schedule set smoke --cron "*/15 * * * *" -e production --tag smoke --project shop

    A time that comes while the runs of the time before are under way is left out; so is one at which
    neither a worker nor the database's own clock was there for an hour. `baton schedule list` says so.
    """  # fmt: skip
    from worker.project.find import known_tests
    from worker.project.schedules import set_schedule
    from worker.project.secrets import find_environment

    checked_name(name, of="a schedule", where="NAME")
    environment = _environment(said["environments"])

    async def work(database: "Database", project: "Project") -> "ScheduledRuns":
        environment_id = await find_environment(database, project, environment)
        known = await known_tests(database, project)
        fields = _fields(said, environment_id, selection=_selection(said, known))
        return await set_schedule(database, project, name=name, fields=fields)

    _tell([ProjectPlace.of(said).do(work)], said)


@schedule.command(name="list")
@json_option
@project_options
def list_(**said: Any) -> None:
    """Say what is scheduled, when it comes next, and what went wrong the last time.

    \b
      baton schedule list --project shop
      baton schedule list --project shop --json | jq -r '.schedules[] | select(.last_problem) | .name'
    """
    from worker.project.schedules import list_schedules

    _tell(ProjectPlace.of(said).do(list_schedules), said)


@schedule.command()
@click.argument("name")
@json_option
@project_options
def pause(name: str, **said: Any) -> None:
    """Request nothing until it is resumed.

    \b
      baton schedule pause nightly --project shop
    """
    _switch(name, said, enabled=False)


@schedule.command()
@click.argument("name")
@json_option
@project_options
def resume(name: str, **said: Any) -> None:
    """Go on, with the next time that comes.

    \b
      baton schedule resume nightly --project shop
    """
    _switch(name, said, enabled=True)


@schedule.command()
@click.argument("name")
@project_options
def remove(name: str, **said: Any) -> None:
    """Remove it for good; the runs that it has requested stay.

    \b
      baton schedule remove nightly --project shop
    """
    from worker.project.schedules import remove_schedule

    ProjectPlace.of(said).do(lambda database, project: remove_schedule(database, project, name))
    click.echo(f"{name} is removed")


def _switch(name: str, said: dict[str, Any], *, enabled: bool) -> None:
    from worker.project.schedules import switch_schedule

    place = ProjectPlace.of(said)
    switched = place.do(lambda database, project: switch_schedule(database, project, name, enabled=enabled))
    _tell([switched], said)


def _environment(names: Sequence[str]) -> str:
    [name, *others] = dict.fromkeys(names)
    if others:
        hint = "make a schedule for each, such as nightly-staging and nightly-production"
        raise UsageError("a schedule runs in one environment", where="-e", hint=hint)
    return name


def _selection(said: dict[str, Any], known: "Sequence[KnownTest]") -> dict[str, list[str]]:
    """Raises UsageError for what the project does not have: nobody looks when the time has come."""
    from worker.project.wanted import check_suites, check_tags, wanted_names

    check_suites(known, said["suites"])
    known = [test for test in known if not said["suites"] or test.suite in said["suites"]]
    check_tags(known, said["tags"])
    selection = {"only": list(wanted_names(known, said["only"])), "tags": list(said["tags"])}
    return {name: values for name, values in selection.items() if values}


def _fields(said: dict[str, Any], environment_id: str, *, selection: dict[str, list[str]]) -> dict[str, Any]:
    """What is written; what was not said goes back to what it is by itself."""
    return {
        "environment_id": environment_id,
        "cron": _times(said["cron"]),
        "timezone": said["timezone"],
        "suites": list(said["suites"]),
        "selection": selection,
        "config": {"jobs": said["jobs"]} if said["jobs"] else {},
        "priority": said["priority"],
    }


def _times(cron: str) -> str:
    """Raises UsageError for what is no cron expression at first sight; the project looks closer."""
    fields = cron.split()
    if len(fields) != 5:
        hint = '"0 3 * * *": minute, hour, day of the month, month, day of the week'
        raise UsageError(f"{cron!r} has not the five fields of a time", where="--cron", hint=hint)
    return " ".join(fields)


def _tell(schedules: "Sequence[ScheduledRuns]", said: dict[str, Any]) -> None:
    from worker.reports.words import printable

    if said["as_json"]:
        print_document({"schedules": [asdict(each) for each in schedules]})
        return
    if not schedules:
        click.echo("nothing is scheduled")
    names = [printable(each.name) for each in schedules]
    width = max(map(len, names), default=0)
    for name, each in zip(names, schedules, strict=True):
        click.echo(f"{name:<{width}}  {each.cron} ({each.timezone})  {_what(each)} in {each.environment}")
        click.echo(f"{'':<{width}}  {_when(each)}")
        if each.last_problem:
            click.echo(f"{'':<{width}}  left out the last time: {each.last_problem}")


def _what(schedule: "ScheduledRuns") -> str:
    tags = tuple(f"tag {tag}" for tag in schedule.tags)
    return ", ".join((*schedule.suites, *schedule.only, *tags)) or "all suites"


def _when(schedule: "ScheduledRuns") -> str:
    last = f"; last {_shown(schedule.last_run_at, schedule.timezone)}" if schedule.last_run_at else ""
    if schedule.next_run_at is None:
        return f"paused{last}"
    return f"next {_shown(schedule.next_run_at, schedule.timezone)}{last}"


def _shown(moment: datetime, timezone: str) -> str:
    return f"{moment.astimezone(_zone(timezone)):%a %Y-%m-%d %H:%M %Z}"


def _zone(name: str) -> ZoneInfo:
    """Postgres knows a few names that are no zones here, such as a bare offset: then UTC."""
    try:
        return ZoneInfo(name)
    except (ValueError, KeyError, OSError):
        return ZoneInfo("UTC")
