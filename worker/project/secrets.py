"""Secrets of a project's environments: set, named and removed; nobody but a worker reads one back."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from worker.database import Database
from worker.errors import Refused
from worker.project.find import Project


@dataclass(frozen=True, slots=True, kw_only=True)
class KeptSecret:
    """What may be known of a secret."""

    name: str
    changed_at: datetime


async def find_environment(database: Database, project: Project, name: str) -> str:
    """The id of the project's environment of this name. Raises Refused if there is none."""
    rows = await database.read(
        database.table("environments")
        .select("id,name")
        .eq("project_id", project.id)
        .is_("deleted_at", "null")
        .order("name")
        .limit(500),
        what="environments",
    )
    found = [row["id"] for row in rows if row["name"] == name]
    if found:
        return str(found[0])
    known = ", ".join(row["name"] for row in rows)
    raise Refused(
        f"the project {project.key!r} has no environment {name!r}",
        code="PT404",
        hint=f"one of: {known}" if known else "it has none yet; an administrator makes one",
    )


async def set_secret(database: Database, environment_id: str, *, name: str, value: str) -> None:
    """Set or replace a secret. Raises Refused to whoever is no administrator."""
    await database.call(
        "set_environment_variable",
        p_environment_id=environment_id,
        p_name=name,
        p_value=value,
        p_is_secret=True,
    )


async def list_secrets(database: Database, environment_id: str) -> tuple[KeptSecret, ...]:
    """The environment's secrets by name, and when each was changed."""
    rows = await database.read(
        database.table("environment_variables")
        .select("name,updated_at")
        .eq("environment_id", environment_id)
        .is_("is_secret", "true")
        .order("name")
        .limit(1000),
        what="environment_variables",
    )
    return tuple(_secret(row) for row in rows)


async def remove_secret(database: Database, environment_id: str, *, name: str) -> None:
    """Remove a secret for good. Raises Refused if there is none, or if the caller may not."""
    rows = await database.read(
        database.table("environment_variables")
        .delete()
        .eq("environment_id", environment_id)
        .eq("name", name)
        .is_("is_secret", "true"),
        what="environment_variables",
    )
    if not rows:
        raise await _not_removed(database, environment_id, name)


async def _not_removed(database: Database, environment_id: str, name: str) -> Refused:
    """Rows that one may not delete look like none: say which of the two it is."""
    kept = [secret.name for secret in await list_secrets(database, environment_id)]
    if name in kept:
        hint = "an administrator of the organization can"
        return Refused(f"you may not remove the secret {name!r}", code="PT403", hint=hint)
    hint = f"one of: {', '.join(kept)}" if kept else "the environment has no secrets"
    return Refused(f"there is no secret {name!r}", code="PT404", hint=hint)


def _secret(row: dict[str, Any]) -> KeptSecret:
    return KeptSecret(name=row["name"], changed_at=datetime.fromisoformat(row["updated_at"]))
