"""Projects by their slug, as the signed-in member sees them."""

from collections.abc import Collection
from dataclasses import dataclass
from typing import Any

from worker.database import Database
from worker.database.results import PAGE_ROWS
from worker.errors import Refused, UsageError

Row = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Project:
    """An API under test."""

    id: str
    key: str
    organization: str


@dataclass(frozen=True, slots=True, kw_only=True)
class KnownTest:
    """A test that was pushed."""

    suite: str
    key: str
    #: Its own, and those of its suite.
    tags: frozenset[str]

    @property
    def name(self) -> str:
        """Its full name."""
        return f"{self.suite}/{self.key}"


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


async def known_tests(
    database: Database, project: Project, *, suites: Collection[str] = ()
) -> tuple[KnownTest, ...]:
    """The tests of a project, or of these suites of it, in the order of suites and files."""
    query = (
        database.table("test_suites")
        .select("id,key,tags")
        .eq("project_id", project.id)
        .is_("deleted_at", "null")
        .order("key")
    )
    known = {row["id"]: row for row in await database.read(query, what="test_suites")}
    wanted = {each: row for each, row in known.items() if not suites or row["key"] in suites}
    rows = [row for row in await _test_rows(database, project) if row["suite_id"] in wanted]
    rows.sort(key=lambda row: (wanted[row["suite_id"]]["key"], row["position"]))
    return tuple(_known_test(row, wanted[row["suite_id"]]) for row in rows)


async def environment_names(database: Database, project_id: str) -> tuple[str, ...]:
    """The names of a project's environments."""
    query = (
        database.table("environments")
        .select("name")
        .eq("project_id", project_id)
        .is_("deleted_at", "null")
        .limit(PAGE_ROWS)
    )
    return tuple(row["name"] for row in await database.read(query, what="environments"))


async def _test_rows(database: Database, project: Project) -> list[Row]:
    rows: list[Row] = []
    while True:
        query = (
            database.table("test_cases")
            .select("id,suite_id,key,tags,position")
            .eq("project_id", project.id)
            .is_("deleted_at", "null")
            .order("id")
            .limit(PAGE_ROWS)
        )
        page = await database.read(query.gt("id", rows[-1]["id"]) if rows else query, what="test_cases")
        rows += page
        if len(page) < PAGE_ROWS:
            return rows


def _known_test(row: Row, suite: Row) -> KnownTest:
    return KnownTest(suite=suite["key"], key=row["key"], tags=frozenset((*suite["tags"], *row["tags"])))


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
