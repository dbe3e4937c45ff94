"""What the surroundings say: addresses, keys, profile, log format. Read once, at the border."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path

from worker.errors import SettingsError

#: The profile that is meant when none is named.
DEFAULT_PROFILE = "default"


#: How addresses of a Redis begin, as people write them and as the client knows them.
_REDIS_SCHEMES = {
    "redis": "redis",
    "rediss": "rediss",
    "valkey": "redis",
    "valkeys": "rediss",
    "unix": "unix",
}


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
    token: str | None = field(default=None, repr=False)
    #: A token was meant, and nothing came: as with secrets of a CI that a job may not have.
    is_token_empty: bool = False
    redis_url: str | None = field(default=None, repr=False)
    redis_key: str | None = field(default=None, repr=False)
    archives: str | None = None
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
        # A line end comes along where somebody pasted it.
        token=environ.get("BATON_TOKEN", "").strip() or None,
        is_token_empty=not environ.get("BATON_TOKEN", "-").strip(),
        redis_url=_redis_url(environ.get("BATON_REDIS_URL")),
        redis_key=environ.get("BATON_REDIS_KEY") or None,
        archives=environ.get("BATON_ARCHIVES") or None,
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


def _redis_url(text: str | None) -> str | None:
    """The address of a Redis or a Valkey; it may hold a password, so it is repeated nowhere."""
    if not text:
        return None
    scheme, separator, rest = text.partition("://")
    if not separator or not rest or scheme not in _REDIS_SCHEMES:
        raise SettingsError(
            "this is not an address of a Redis",
            where="BATON_REDIS_URL",
            hint="write redis://host:6379/0, rediss://… with TLS, or unix:///path/of/the.socket",
        )
    return f"{_REDIS_SCHEMES[scheme]}://{rest}"


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
