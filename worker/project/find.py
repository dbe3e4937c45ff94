"""Projects by their slug, as the signed-in member sees them."""

from dataclasses import dataclass
from typing import Any

from worker.database import Database
from worker.errors import Refused, UsageError

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An API under test."""

    id: str
    key: str
    organization: str


async def find_project(database: Database, key: str, *, organization: str | None = None) -> Project:
    """The project with this slug. Raises Refused when there is none that the caller may see, and
    UsageError when several of his organizations have one."""
    organizations = {
        row["id"]: row["slug"]
        for row in await database.read(
            database.table("organizations").select("id,slug"), what="organizations"
        )
    }
    rows = await database.read(
        database.table("projects").select("id,key,organization_id").is_("deleted_at", "null").limit(500),
        what="projects",
    )
    projects = [_project(row, organizations) for row in rows]
    found = [
        project for project in projects if project.key == key and organization in (None, project.organization)
    ]
    if not found:
        raise _no_project(key, organization, projects)
    if len(found) > 1:
        raise UsageError(
            f"several organizations have a project {key!r}",
            hint="say which: --organization " + " or ".join(sorted(each.organization for each in found)),
        )
    return found[0]


async def suite_keys(database: Database, project: Project) -> tuple[str, ...]:
    """The keys of all suites of a project, in order."""
    query = (
        database.table("test_suites")
        .select("key")
        .eq("project_id", project.id)
        .is_("deleted_at", "null")
        .order("key")
    )
    return tuple(row["key"] for row in await database.read(query, what="test_suites"))


def _project(row: Row, organizations: dict[str, str]) -> Project:
    return Project(id=row["id"], key=row["key"], organization=organizations.get(row["organization_id"], ""))


def _no_project(key: str, organization: str | None, projects: list[Project]) -> Refused:
    inside = f" in {organization!r}" if organization else ""
    known = ", ".join(sorted(f"{each.organization}/{each.key}" for each in projects))
    return Refused(
        f"there is no project {key!r}{inside}",
        code="PT404",
        hint=f"you see: {known}" if known else "you see none; are you a member of its organization?",
    )
