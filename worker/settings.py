"""What the surroundings say: addresses, keys, profile, log format. Read once, at the border."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from worker.errors import SettingsError

#: The profile that is meant when none is named.
DEFAULT_PROFILE = "default"


class LogFormat(StrEnum):
    """What a line of the log looks like."""

    TEXT = "text"  # for people
    JSON = "json"  # one object a line, for machines


@dataclass(frozen=True, slots=True, kw_only=True)
class Settings:
    """The environment variables that Baton reads. Keys never appear in a repr."""

    url: str | None = None
    key: str | None = field(default=None, repr=False)
    secret_key: str | None = field(default=None, repr=False)
    profile: str = DEFAULT_PROFILE
    log_format: LogFormat = LogFormat.TEXT
    config_folder: Path

    @property
    def session_path(self) -> Path:
        """Where sign-ins are kept."""
        return self.config_folder / "session.json"


def read_settings(environ: Mapping[str, str]) -> Settings:
    """What these environment variables say; an empty one counts as not set.

    Raises SettingsError for a value that cannot be.
    """
    return Settings(
        url=_url(environ.get("BATON_URL")),
        key=environ.get("BATON_KEY") or None,
        secret_key=environ.get("BATON_SECRET_KEY") or None,
        profile=environ.get("BATON_PROFILE") or DEFAULT_PROFILE,
        log_format=_log_format(environ.get("BATON_LOG_FORMAT") or LogFormat.TEXT),
        config_folder=_config_folder(environ),
    )


def _url(text: str | None) -> str | None:
    if not text:
        return None
    if not text.startswith(("http://", "https://")):
        raise SettingsError(
            f"{text!r} is not an address of a Supabase project",
            where="BATON_URL",
            hint="it begins with https:// (or http:// for a local stack)",
        )
    return text.rstrip("/")


def _log_format(text: str) -> LogFormat:
    try:
        return LogFormat(text)
    except ValueError:
        words = " or ".join(LogFormat)
        raise SettingsError(f"{text!r} is not a log format", where="BATON_LOG_FORMAT", hint=words) from None


def _config_folder(environ: Mapping[str, str]) -> Path:
    base = environ.get("XDG_CONFIG_HOME")
    # The XDG rules say that a relative path must be ignored.
    root = Path(base) if base and Path(base).is_absolute() else Path.home() / ".config"
    return root / "baton"
