"""What commands about one project have in common: whose, as whom, and a way in."""

import asyncio
import os
from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Self, TypeVar

import click

from worker.cli.run_options import together
from worker.errors import UsageError

if TYPE_CHECKING:
    from worker.database import Database
    from worker.project.find import Project

Answer = TypeVar("Answer")

#: As the database has it, for tokens and schedules.
LONGEST_NAME = 200

project_options = together(
    click.option("--project", metavar="SLUG", help="The project."),
    click.option("--organization", metavar="SLUG", help="Its organization, where several have the project."),
    click.option("--profile", help="Which sign-in; otherwise BATON_PROFILE, or `default`."),
)


def checked_name(name: str, *, of: str, where: str) -> str:
    """A name that people give: one line, not blank, not long. Raises UsageError for another."""
    if not name.strip() or len(name) > LONGEST_NAME or not name.isprintable():
        hint = f"one line of text, in at most {LONGEST_NAME} characters"
        raise UsageError(f"this is no name of {of}", where=where, hint=hint)
    return name


@dataclass(frozen=True, slots=True, kw_only=True)
class ProjectPlace:
    """A project, and the sign-in by which it is reached."""

    project: str
    organization: str | None = None
    profile: str | None = None

    @classmethod
    def of(cls, said: Mapping[str, Any]) -> Self:
        """What the options of `project_options` say. Raises UsageError where no project is named."""
        if not said["project"]:
            raise UsageError("--project is missing", hint="Say --project SLUG.")
        return cls(**{name: said[name] for name in ("project", "organization", "profile")})

    def do(self, work: "Callable[[Database, Project], Awaitable[Answer]]") -> Answer:
        """Do something with the project, as the member who is signed in."""
        return asyncio.run(self._do(work))

    async def _do(self, work: "Callable[[Database, Project], Awaitable[Answer]]") -> Answer:
        from worker.database.member import open_member
        from worker.project.find import find_project
        from worker.settings import read_settings

        database = await open_member(read_settings(os.environ), profile=self.profile)
        try:
            return await work(
                database, await find_project(database, self.project, organization=self.organization)
            )
        finally:
            await database.close()
