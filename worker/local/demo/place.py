"""The demo's organization, project and environments, made the way a member makes them by hand."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from worker.database import Database

Row = dict[str, Any]

ORGANIZATION = "demo"
PROJECT = "examples"


@dataclass(frozen=True, slots=True, kw_only=True)
class DemoEnvironment:
    """An environment as it shall be."""

    name: str
    base_url: str
    variables: Mapping[str, str] = field(default_factory=dict)
    secrets: Mapping[str, str] = field(default_factory=dict, repr=False)


async def furnish(database: Database, environments: tuple[DemoEnvironment, ...]) -> str:
    """Make what is missing and change what is different; gives the project's id.

    The caller's rights are those of `database`: nothing here needs more than a member's session.
    """
    organization_id = await _organization(database)
    project_id = await _project(database, organization_id)
    for environment in environments:
        await _environment(database, organization_id, project_id, environment)
    return project_id


async def _organization(database: Database) -> str:
    found = database.table("organizations").select("id").eq("slug", ORGANIZATION)
    rows = await database.read(found, what="organizations")
    if rows:
        return str(rows[0]["id"])
    made = await database.call("create_organization", p_name="Demo", p_slug=ORGANIZATION)
    return str(made["id"])


async def _project(database: Database, organization_id: str) -> str:
    wanted = {"organization_id": organization_id, "key": PROJECT}
    found = database.table("projects").select("id").match(wanted).is_("deleted_at", "null")
    rows = await database.read(found, what="projects")
    if not rows:
        new = database.table("projects").insert({**wanted, "name": "Examples"})
        rows = await database.read(new, what="projects")
    return str(rows[0]["id"])


async def _environment(
    database: Database, organization_id: str, project_id: str, wanted: DemoEnvironment
) -> None:
    place = {"organization_id": organization_id, "project_id": project_id, "name": wanted.name}
    found = database.table("environments").select("id,base_url").match(place).is_("deleted_at", "null")
    rows = await database.read(found, what="environments")
    if not rows:
        new = database.table("environments").insert({**place, "kind": "local", "base_url": wanted.base_url})
        rows = await database.read(new, what="environments")
    elif rows[0]["base_url"] != wanted.base_url:
        change = database.table("environments").update({"base_url": wanted.base_url})
        await database.read(change.eq("id", rows[0]["id"]), what="environments")
    await _variables(database, rows[0]["id"], wanted)


async def _variables(database: Database, environment_id: str, wanted: DemoEnvironment) -> None:
    for is_secret, values in ((False, wanted.variables), (True, wanted.secrets)):
        for name, value in values.items():
            await database.call(
                "set_environment_variable",
                p_environment_id=environment_id,
                p_name=name,
                p_value=value,
                p_is_secret=is_secret,
            )
