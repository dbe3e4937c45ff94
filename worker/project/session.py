"""Signing in to a project, out of it, and who one is there."""

from dataclasses import dataclass

from worker.clock import Clock
from worker.database.keys import refuse_secret_key
from worker.database.member import open_member, sign_in, sign_in_hint, sign_out
from worker.database.session import Session, SessionFile
from worker.errors import NotSignedIn, PlatformError, SettingsError
from worker.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Membership:
    """An organization that somebody belongs to, and as what."""

    organization: str
    name: str
    role: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Identity:
    """Who is signed in, where, and what he may do there."""

    profile: str
    url: str
    email: str
    memberships: tuple[Membership, ...]


async def log_in(  # each of them is a fact of its own, and all are named
    settings: Settings, *, url: str, key: str, email: str, password: str, profile: str, clock: Clock
) -> Session:
    """Sign in and keep the session. What was kept for this profile before is replaced.

    Raises SettingsError for a secret key: who signs in with it could be anybody.
    """
    refuse_secret_key(key, where="--key or BATON_KEY")
    session = await sign_in(url, key, email=email, password=password)
    file = SessionFile(settings.session_path)
    async with file.lock(clock):
        file.save(profile, session)
    return session


async def log_out(settings: Settings, *, profile: str, clock: Clock) -> str | None:
    """Forget the session, here and at the project; gives the e-mail address, None if there was none.

    A project that does not answer, or has forgotten the session itself, is no reason to keep it here.
    """
    file = SessionFile(settings.session_path)
    async with file.lock(clock):
        session = file.load(profile)
        if session is None:
            return None
        file.forget(profile)
    try:
        await sign_out(session)
    except PlatformError:
        return session.email
    return session.email


async def who_am_i(settings: Settings, *, profile: str, clock: Clock) -> Identity:
    """Who is signed in as this profile. Raises NotSignedIn or NotReachable."""
    session = SessionFile(settings.session_path).load(profile)
    if session is None:
        raise NotSignedIn(f"nobody is signed in as profile {profile!r}", hint=sign_in_hint(settings))
    database = await open_member(settings, profile=profile, clock=clock)
    try:
        members = await database.read(
            database.table("organization_members")
            .select("organization_id,role")
            .eq("user_id", session.user_id),
            what="organization_members",
        )
        organizations = await database.read(
            database.table("organizations").select("id,slug,name").order("slug"), what="organizations"
        )
    finally:
        await database.close()
    roles = {row["organization_id"]: row["role"] for row in members}
    return Identity(
        profile=profile,
        url=session.url,
        email=session.email,
        memberships=tuple(
            Membership(organization=row["slug"], name=row["name"], role=roles[row["id"]])
            for row in organizations
            if row["id"] in roles
        ),
    )


def where_to_sign_in(
    settings: Settings, *, url: str | None, key: str | None, local: tuple[str, str] | None, profile: str
) -> tuple[str, str]:
    """Address and key to sign in with: said, set, of the last time, or those of the local stack.

    Raises SettingsError when there is an address without a key, or nothing at all.
    """
    url = url or settings.url
    if url is not None:
        return url, _key_for(settings, url, key=key or settings.key, local=local, profile=profile)
    before = SessionFile(settings.session_path).load(profile)
    if before is not None:
        return before.url, key or before.key
    if local is not None:
        return local
    raise SettingsError(
        "no project was named",
        hint="say --url and --key (or set BATON_URL and BATON_KEY), or start a local stack with `baton up`",
    )


def _key_for(
    settings: Settings, url: str, *, key: str | None, local: tuple[str, str] | None, profile: str
) -> str:
    if key is not None:
        return key
    before = SessionFile(settings.session_path).load(profile)
    if before is not None and before.url == url:
        return before.key
    if local is not None and local[0] == url:
        return local[1]
    raise SettingsError(
        "the key of the project is missing",
        where=url,
        hint="say --key (or set BATON_KEY): the publishable key, which is no secret",
    )
