"""Fixtures of a project that no suite has: they look as if runs began with them, and none does."""

import asyncio
from collections.abc import Iterator

from worker.cli.checkup.finding import Finding, Place, warn
from worker.errors import PlatformError, SettingsError

#: So many are named.
_SHOWN = 5


def check_fixtures(place: Place) -> Iterator[Finding]:
    """Of all projects that whoever is signed in may see; nothing where nobody is, or nothing is odd."""
    try:
        found = asyncio.run(_of_no_suite(place))
    except (SettingsError, PlatformError):
        return  # told by the check of the project
    if found:
        more = f" and {len(found) - _SHOWN} more" if len(found) > _SHOWN else ""
        told = f"of no suite, so no run begins with them: {', '.join(found[:_SHOWN])}{more}"
        hint = "Write them under `fixtures:` of a suite file and push that, or delete them."
        yield warn("fixtures", told, hint)


async def _of_no_suite(place: Place) -> list[str]:
    """As project/key."""
    from worker.database.member import open_member
    from worker.settings import read_settings

    database = await open_member(read_settings(place.surroundings), profile=place.profile)
    try:
        query = (
            database.table("test_data_fixtures")
            .select("key,projects(key)")
            .is_("suite_id", "null")
            .is_("deleted_at", "null")
            .order("key")
            .limit(100)
        )
        rows = await database.read(query, what="test_data_fixtures")
    finally:
        await database.close()
    return [f"{(row['projects'] or {}).get('key', '?')}/{row['key']}" for row in rows]
