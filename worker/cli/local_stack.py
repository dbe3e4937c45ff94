"""The local stack of this folder, for commands that were told no other project."""

from dataclasses import dataclass, field, replace
from pathlib import Path

from worker.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class LocalAccess:
    """How to get into the local stack."""

    url: str
    publishable_key: str
    secret_key: str = field(repr=False)


def local_access() -> LocalAccess | None:
    """The local stack of this folder; None when none is up."""
    try:
        from worker.local.stack import status
    except ImportError:
        # The extra `local` is not installed: then there is no local stack either.
        return None
    info = status(Path.cwd()).info
    if info is None:
        return None
    return LocalAccess(url=info.url, publishable_key=info.publishable_key, secret_key=info.secret_key)


def or_local(settings: Settings) -> Settings:
    """These settings; those of the local stack where they name no project and one is up."""
    if settings.url is not None:
        return settings
    local = local_access()
    if local is None:
        return settings
    return replace(
        settings, url=local.url, key=local.publishable_key, secret_key=settings.secret_key or local.secret_key
    )
