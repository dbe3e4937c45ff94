"""Project tokens: made, listed and revoked by an administrator."""

import re
from collections.abc import Sequence
from datetime import datetime
from typing import Any

from worker.database import Database
from worker.errors import Refused
from worker.project.find import Project
from worker.records.base import read_answer
from worker.records.credentials import CreatedProjectToken, ProjectToken

#: What of a token may be shown; its hash is in nobody's reach.
_COLUMNS = (
    "id,organization_id,project_id,name,description,hint,scopes,account_id,expires_at,last_used_at,revoked_at,"
    "created_by,created_at,updated_at"
)

#: So much of a token is shown.
_HINT_LENGTH = 12

#: More tokens of one project than anybody looks at.
_MOST = 500


async def create_token(
    database: Database, project: Project, *, name: str, scopes: Sequence[str], expires_at: datetime | None
) -> CreatedProjectToken:
    """A new token; here it is shown, and never again. Raises Refused to whoever is no administrator."""
    row = await database.call(
        "create_project_token",
        p_project_id=project.id,
        p_name=name,
        p_scopes=list(scopes),
        p_expires_at=expires_at.isoformat() if expires_at else None,
    )
    return read_answer(CreatedProjectToken, row, what="create_project_token")


async def list_tokens(database: Database, project: Project) -> tuple[ProjectToken, ...]:
    """The tokens of a project, latest first. To whoever is no administrator there are none."""
    query = (
        database.table("project_tokens")
        .select(_COLUMNS)
        .eq("project_id", project.id)
        .order("created_at", desc=True)
        .limit(_MOST)
    )
    return tuple(_read(row) for row in await database.read(query, what="project_tokens"))


async def revoke_token(database: Database, project: Project, token: str) -> ProjectToken:
    """Revoke the token with this name, beginning or id, at once and for good; the token itself does, too.

    Raises Refused when there is no such token, or several, or it is revoked already.
    """
    found = chosen_token(await list_tokens(database, project), token)
    query = (
        database.table("project_tokens")
        .update({"revoked_at": "now"})
        .eq("id", str(found.id))
        .is_("revoked_at", "null")
    )
    rows = await database.read(query, what="project_tokens")
    if not rows:
        raise Refused(f"the token {found.name!r} was revoked meanwhile", code="PT409", where="project_tokens")
    return _read(rows[0])


#: How a token is made up; what comes after its beginning is nobody's business.
_TOKEN = re.compile(r"baton_[0-9a-f]{6,}", re.IGNORECASE)


def chosen_token(tokens: Sequence[ProjectToken], wanted: str) -> ProjectToken:
    """The one of these that is meant and not revoked. Raises Refused where it is none, or not one."""
    wanted = wanted.strip().removesuffix("…")
    named = [each for each in tokens if wanted in (each.name, str(each.id))]
    named = named or [each for each in tokens if _TOKEN.fullmatch(wanted) and wanted.startswith(each.hint)]
    # Whatever is said of it: it may be a token that has come to light.
    shown = f"{wanted[:_HINT_LENGTH]}…" if _TOKEN.match(wanted) else wanted
    open_ones = [each for each in named if each.revoked_at is None]
    if len(open_ones) == 1:
        return open_ones[0]
    if open_ones:
        hints = "; ".join(map(_which, open_ones))
        raise Refused(
            f"{len(open_ones)} tokens have the name {shown!r}",
            code="PT409",
            hint=f"say how it begins: {hints}",
        )
    if named:
        raise Refused(
            f"the token {shown!r} is revoked already",
            code="PT409",
            hint=f"since {named[0].revoked_at:%Y-%m-%d %H:%M} UTC",
        )
    known = ", ".join(each.name for each in tokens if each.revoked_at is None)
    raise Refused(
        f"there is no token {shown!r} that you may revoke",
        code="PT404",
        hint=f"one of: {known}" if known else "administrators of the organization see its tokens",
    )


def _which(token: ProjectToken) -> str:
    used = f"used last on {token.last_used_at:%Y-%m-%d}" if token.last_used_at else "never used"
    return f"{token.hint} (made on {token.created_at:%Y-%m-%d}, {used})"


def _read(row: dict[str, Any]) -> ProjectToken:
    return read_answer(ProjectToken, row, what="project_tokens")
