"""Schedules of a project: made, changed, listed, switched and removed. Only administrators may write them."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.database import Database
from worker.errors import Refused
from worker.project.find import Project

Row = dict[str, Any]

_COLUMNS = (
    "id,name,cron,timezone,suites,selection,enabled,next_run_at,last_run_at,last_problem,environments(name)"
)


@dataclass(frozen=True, slots=True, kw_only=True)
class ScheduledRuns:
    """A schedule, as everybody in the organization sees it."""

    id: str
    name: str
    cron: str
    timezone: str
    environment: str
    suites: tuple[str, ...]
    only: tuple[str, ...]
    tags: tuple[str, ...]
    enabled: bool
    next_run_at: datetime | None
    last_run_at: datetime | None
    #: Why nothing was requested when it was last due.
    last_problem: str | None


async def list_schedules(database: Database, project: Project) -> tuple[ScheduledRuns, ...]:
    """All of the project, by name."""
    rows = await database.read(
        database.table("schedules").select(_COLUMNS).eq("project_id", project.id).order("name").limit(1000),
        what="schedules",
    )
    return tuple(_schedule(row) for row in rows)


async def find_schedule(database: Database, project: Project, name: str) -> ScheduledRuns:
    """The one of this name. Raises Refused if there is none."""
    known = await list_schedules(database, project)
    for schedule in known:
        if schedule.name == name:
            return schedule
    names = ", ".join(schedule.name for schedule in known)
    raise Refused(
        f"there is no schedule {name!r}",
        code="PT404",
        hint=f"one of: {names}" if names else "the project has none: baton schedule set",
    )


async def set_schedule(database: Database, project: Project, *, name: str, fields: Row) -> ScheduledRuns:
    """Make a schedule, or give the one of this name other fields. Raises Refused for times that are none, and
    to whoever is no administrator."""
    known = [each.id for each in await list_schedules(database, project) if each.name == name]
    if known:
        await _update(database, known[0], name, fields)
    else:
        organization_id = await _organization_id(database, project)
        row = {"organization_id": organization_id, "project_id": project.id, "name": name, **fields}
        query = database.table("schedules").insert(row)
        await database.read(query, what="schedules")
    return await find_schedule(database, project, name)


async def switch_schedule(database: Database, project: Project, name: str, *, enabled: bool) -> ScheduledRuns:
    """Switch it on or off. Raises Refused if there is none, or if the caller may not."""
    schedule = await find_schedule(database, project, name)
    await _update(database, schedule.id, name, {"enabled": enabled})
    return await find_schedule(database, project, name)


async def remove_schedule(database: Database, project: Project, name: str) -> None:
    """Remove it for good; its runs stay. Raises Refused if there is none, or if the caller may not."""
    schedule = await find_schedule(database, project, name)
    query = database.table("schedules").delete().eq("id", schedule.id)
    if not await database.read(query, what="schedules"):
        raise _may_not("remove", name)


async def _update(database: Database, schedule_id: str, name: str, fields: Row) -> None:
    query = database.table("schedules").update(fields).eq("id", schedule_id)
    # Rows that one may not change look like none.
    if not await database.read(query, what="schedules"):
        raise _may_not("change", name)


def _may_not(verb: str, name: str) -> Refused:
    return Refused(
        f"you may not {verb} the schedule {name!r}",
        code="PT403",
        hint="an administrator of the organization can",
    )


async def _organization_id(database: Database, project: Project) -> str:
    query = database.table("projects").select("organization_id").eq("id", project.id)
    [row] = await database.read(query, what="projects")
    return str(row["organization_id"])


def _schedule(row: Row) -> ScheduledRuns:
    selection = row["selection"]
    return ScheduledRuns(
        id=row["id"],
        name=row["name"],
        cron=row["cron"],
        timezone=row["timezone"],
        environment=row["environments"]["name"],
        suites=tuple(row["suites"]),
        only=tuple(selection.get("only", ())),
        tags=tuple(selection.get("tags", ())),
        enabled=row["enabled"],
        next_run_at=_moment(row["next_run_at"]),
        last_run_at=_moment(row["last_run_at"]),
        last_problem=row["last_problem"],
    )


def _moment(text: str | None) -> datetime | None:
    return None if text is None else datetime.fromisoformat(text)
