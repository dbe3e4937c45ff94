"""People, projects and runs on a real stack, in a few lines each. Every call makes new ones."""

import secrets
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass

from worker.database import Database, Session, open_database
from worker.database.member import session_of
from worker.local.stack import StackInfo
from worker.project.addresses import content_hash
from worker.project.push import push

#: Enough to be accepted, and easy to find where it must not be.
PASSWORD = "correct-horse-battery-staple-1"


@dataclass(frozen=True, slots=True, kw_only=True)
class Member:
    """Somebody who is signed in, and his project."""

    database: Database
    session: Session
    organization: str
    project: str
    project_id: str

    async def environment(self, name: str = "local", *, base_url: str = "http://127.0.0.1:9") -> str:
        """A new environment of his project; gives its id."""
        rows = await self.database.read(
            self.database.table("environments").insert(
                {
                    "organization_id": self.organization,
                    "project_id": self.project_id,
                    "name": name,
                    "kind": "local",
                    "base_url": base_url,
                }
            ),
            what="environments",
        )
        return str(rows[0]["id"])

    async def variable(self, environment_id: str, name: str, value: str, *, secret: bool = False) -> None:
        """A variable of an environment."""
        await self.database.call(
            "set_environment_variable",
            p_environment_id=environment_id,
            p_name=name,
            p_value=value,
            p_is_secret=secret,
        )

    async def push_names(self, *tests: str) -> None:
        """A suite `s` with tests of these names and a fixture `users`; its source says nothing."""
        source = "suite: s\n"
        await push(
            self.database,
            self.project_id,
            {
                "suites": [
                    {
                        "key": "s",
                        "name": "s",
                        "path": "s.yaml",
                        "source": source,
                        "content_hash": content_hash("s.yaml", source),
                        "tests": [{"key": key, "name": key} for key in tests],
                        "fixtures": {"users": {"kind": "literal", "content": [{"id": "ada"}]}},
                    }
                ]
            },
        )


async def sign_up(stack: StackInfo, *, email: str | None = None) -> Session:
    """A new person with a session."""
    database = await open_database(stack.url, stack.publishable_key)
    try:
        answer = await database.client.auth.sign_up(
            {"email": email or f"{secrets.token_hex(6)}@example.com", "password": PASSWORD}
        )
    finally:
        await database.close()
    return session_of(answer.session, url=stack.url, key=stack.publishable_key)


@asynccontextmanager
async def signed_in(session: Session) -> AsyncIterator[Database]:
    """The project as this person."""

    async def token() -> str:
        return session.access_token

    database = await open_database(session.url, session.key, token=token)
    try:
        yield database
    finally:
        await database.close()


@asynccontextmanager
async def a_member(stack: StackInfo) -> AsyncIterator[Member]:
    """A new person who owns a new organization with a project."""
    session = await sign_up(stack)
    async with signed_in(session) as database:
        slug = f"org-{secrets.token_hex(4)}"
        organization = await database.call("create_organization", p_name=slug, p_slug=slug)
        found = organization[0] if isinstance(organization, list) else organization
        rows = await database.read(
            database.table("projects").insert(
                {"organization_id": found["id"], "key": "shop", "name": "Shop"}
            ),
            what="projects",
        )
        yield Member(
            database=database,
            session=session,
            organization=found["id"],
            project="shop",
            project_id=rows[0]["id"],
        )
