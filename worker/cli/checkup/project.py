"""The project one is signed in to: settings, session, whether it answers, whether the clocks agree."""

import urllib.error
import urllib.request
from collections.abc import Iterator
from datetime import datetime, timedelta
from email.utils import parsedate_to_datetime

from worker.cli.checkup.finding import Finding, Place, fail, ok, warn
from worker.clock import SystemClock
from worker.database.keys import is_secret_key
from worker.errors import SettingsError
from worker.settings import Settings, read_settings

#: Tokens are a matter of minutes: a clock that is further off breaks them.
_SKEW = timedelta(seconds=20)
_TOO_MUCH_SKEW = timedelta(minutes=2)
_PATIENCE_SECONDS = 5.0


def check_project(place: Place) -> Iterator[Finding]:
    """All of it, as far as something is set or somebody is signed in."""
    try:
        settings = read_settings(place.surroundings)
    except SettingsError as error:
        yield fail("settings", f"{error.where}: {error.what}", error.hint or "Correct it, or unset it.")
        return
    yield from _keys(settings)
    url, key = settings.url, settings.key
    session = _session(settings, place)
    if isinstance(session, Finding):
        yield session
    else:
        url, key, finding = session
        yield finding
    if url is not None:
        yield from _answer(url, key)


def _keys(settings: Settings) -> Iterator[Finding]:
    if settings.key and is_secret_key(settings.key):
        hint = "BATON_KEY is the publishable key; the secret one belongs into BATON_SECRET_KEY."
        yield fail("keys", "BATON_KEY holds a key that opens everything", hint)
    if settings.secret_key and not is_secret_key(settings.secret_key):
        hint = "It begins with sb_secret_; older projects call it service_role."
        yield fail("keys", "BATON_SECRET_KEY is no secret key of a project", hint)
    elif settings.secret_key:
        hint = "Only `baton worker` needs it: keep it out of shells in which people work."
        yield warn("keys", "BATON_SECRET_KEY is set: it opens everything", hint)
    if settings.url and not settings.key and not settings.secret_key:
        yield warn("keys", "BATON_URL is set and BATON_KEY is not", "`baton login` needs both.")


def _session(settings: Settings, place: Place) -> "Finding | tuple[str, str, Finding]":
    from worker.database.session import SessionFile

    profile = place.profile or settings.profile
    file = SessionFile(settings.session_path)
    if file.path.exists() and file.path.stat().st_mode & 0o077:
        return fail("session", f"others can read {file.path}", f"chmod 600 {file.path}")
    try:
        session = file.load(profile)
    except SettingsError as error:
        return fail("session", error.what, error.hint or "")
    if session is None:
        return ok("session", f"nobody is signed in as profile {profile!r}; local runs need nobody")
    if settings.url is not None and settings.url != session.url:
        hint = "Sign in there with `baton login`, name another --profile, or unset BATON_URL."
        return fail("session", f"is for {session.url}, but BATON_URL is {settings.url}", hint)
    told = f"{session.email} at {session.url} (profile {profile})"
    return session.url, session.key, ok("session", told)


def _answer(url: str, key: str | None) -> Iterator[Finding]:
    request = urllib.request.Request(f"{url}/auth/v1/health", headers={"apikey": key or ""})
    clock = SystemClock()
    before = clock.now()
    try:
        with urllib.request.urlopen(request, timeout=_PATIENCE_SECONDS) as answer:
            date = answer.headers.get("Date", "")
    except urllib.error.HTTPError as error:
        date = error.headers.get("Date", "")
        if error.code >= 500:
            yield fail("project", f"{url} answers {error.code}", "Look at its status page, or its logs.")
            return
    except (OSError, ValueError) as error:
        reason = getattr(error, "reason", error)
        yield fail("project", f"{url} does not answer: {reason}", "Is it up? Is a proxy in between?")
        return
    yield ok("project", f"{url} answers")
    yield from _clock(date, before + (clock.now() - before) / 2)


def _clock(date: str, ours: datetime) -> Iterator[Finding]:
    try:
        theirs = parsedate_to_datetime(date)
    except ValueError:
        return
    # Their second is cut off.
    skew = ours - theirs - timedelta(seconds=0.5)
    told = (
        f"is {abs(skew.total_seconds()):.0f} s {'ahead of' if skew > timedelta() else 'behind'} the project's"
    )
    hint = "Let the machine keep its time by NTP: tokens would count as expired, or as not valid yet."
    if abs(skew) > _TOO_MUCH_SKEW:
        yield fail("clock", told, hint)
    elif abs(skew) > _SKEW:
        yield warn("clock", told, hint)
    else:
        yield ok("clock", "agrees with the project's")
