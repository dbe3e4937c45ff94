"""The project token of a pipeline: whether it is valid, what it may, and whether it ends soon."""

import asyncio
from collections.abc import Iterator
from datetime import timedelta
from typing import TYPE_CHECKING

from worker.cli.checkup.finding import Finding, Place, fail, ok, warn
from worker.errors import BatonError

if TYPE_CHECKING:
    from worker.records.credentials import ExchangedToken
    from worker.settings import Settings

#: Enough time to make another one, and to put it where pipelines find it.
_SOON = timedelta(days=14)


def check_token(place: Place) -> Iterator[Finding]:
    """Asked only where BATON_TOKEN is set. It counts as a use of the token."""
    from worker.clock import SystemClock
    from worker.database.member import sign_in_hint
    from worker.errors import SettingsError
    from worker.settings import read_settings

    try:
        settings = read_settings(place.surroundings)
    except SettingsError:
        return  # told by the check of the project
    if settings.is_token_empty:
        yield warn("token", "BATON_TOKEN is set to nothing", sign_in_hint(settings))
    if settings.token is None:
        return
    try:
        token = asyncio.run(_exchanged(settings))
    except BatonError as error:
        yield fail("token", error.what, error.hint or "Set BATON_TOKEN anew, or unset it.")
        return
    told = f"{token.name!r}: {', '.join(token.scopes)} in {token.project}"
    if token.expires_at is not None and token.expires_at - SystemClock().now() < _SOON:
        hint = "An administrator makes the next one: `baton token create`."
        yield warn("token", f"{told}; it ends on {token.expires_at:%Y-%m-%d}", hint)
    else:
        yield ok("token", told)


async def _exchanged(settings: "Settings") -> "ExchangedToken":
    from worker.cli.local_stack import or_local
    from worker.clock import SystemClock
    from worker.project.pipeline import open_caller

    caller = await open_caller(or_local(settings), profile=None, clock=SystemClock())
    await caller.database.close()
    assert caller.token is not None, "a token is set"
    return caller.token
