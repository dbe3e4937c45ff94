"""A project as a pipeline that has a project token: exchanged for a session that lasts an hour or so."""

import asyncio
from dataclasses import dataclass, field

from worker.clock import Clock
from worker.database import Database, Session, open_database
from worker.database.keys import refuse_secret_key
from worker.database.member import open_member, sign_in
from worker.database.session import RENEW_BEFORE_SECONDS
from worker.errors import NotSignedIn, Refused, SettingsError, UsageError
from worker.project.find import Project, find_project
from worker.records.base import read_answer
from worker.records.credentials import ExchangedToken
from worker.settings import Settings


@dataclass(frozen=True, slots=True, kw_only=True)
class Caller:
    """Who asks, and his way in: a member, or a pipeline with the token that says what it may."""

    database: Database
    token: ExchangedToken | None = None
    session: "TokenSession | None" = field(default=None, repr=False)

    async def project(self, key: str | None, *, organization: str | None = None) -> Project:
        """The project that is meant; a pipeline has one, which need not be named.

        Raises Refused when there is none for him, UsageError when it is not named, or named differently.
        """
        if self.token is not None:
            return _project_of(self.token, key)
        if key is None:
            raise UsageError(
                "which project?", hint="say --project SLUG; only a project token knows it itself"
            )
        return await find_project(self.database, key, organization=organization)

    async def ask_whether_still_welcome(self) -> None:
        """Whoever's token has ended since sees nothing any more, which looks as if nothing were there.

        Raises NotSignedIn, with what became of the token.
        """
        if self.session is not None:
            await self.session.ask()


async def open_caller(settings: Settings, *, profile: str | None, clock: Clock) -> Caller:
    """A pipeline where BATON_TOKEN is set and no profile was named, else the member who is signed in.

    Raises NotSignedIn when the token is not valid, or nobody is signed in; SettingsError, NotReachable.
    """
    if settings.token is None or profile is not None:
        return Caller(database=await open_member(settings, profile=profile, clock=clock))
    url, key = _where(settings)
    session = TokenSession(url, key, secret=settings.token, clock=clock)
    await session.token()
    database = await open_database(url, key, token=session.token, clock=clock)
    return Caller(database=database, token=session.exchanged, session=session)


class TokenSession:
    """A project token's session, renewed by exchanging the token again. Nothing of it is kept on disk."""

    def __init__(self, url: str, key: str, *, secret: str, clock: Clock) -> None:
        self._url = url
        self._key = key
        self._secret = secret
        self._clock = clock
        self._one_at_a_time = asyncio.Lock()
        self._session: Session | None = None
        self._exchanged: ExchangedToken | None = None

    @property
    def exchanged(self) -> ExchangedToken:
        """What the token may, as it was told last."""
        assert self._exchanged is not None, "token() comes first"
        return self._exchanged

    async def token(self) -> str:
        """An access token that is good for at least a minute. Raises NotSignedIn, NotReachable."""
        async with self._one_at_a_time:
            if self._session is None or self._is_old(self._session):
                self._exchanged = await exchange(self._url, self._key, self._secret)
                self._session = await self._sign_in(self._exchanged.email)
            return self._session.access_token

    async def ask(self) -> None:
        """Ask whether the token is still valid. Raises NotSignedIn when it is not, NotReachable."""
        await exchange(self._url, self._key, self._secret)

    async def _sign_in(self, email: str) -> Session:
        try:
            return await sign_in(self._url, self._key, email=email, password=self._secret)
        except NotSignedIn as error:
            raise NotSignedIn(
                f"the project did not let the token sign in: {error.what}",
                where=self._url,
                hint="signing in by e-mail must be on in its Auth settings, and CAPTCHA protection off",
            ) from None

    def _is_old(self, session: Session) -> bool:
        return self._clock.now().timestamp() > session.expires_at - RENEW_BEFORE_SECONDS


async def exchange(url: str, key: str, secret: str) -> ExchangedToken:
    """What this token may, and as whom it signs in. Raises NotSignedIn when it is not valid."""
    database = await open_database(url, key)
    try:
        answer = await database.call("exchange_project_token", p_token=secret)
    except Refused as error:
        if error.code == "PT401":
            raise NotSignedIn(error.what, where="BATON_TOKEN", hint=error.hint) from None
        raise
    finally:
        await database.close()
    return read_answer(ExchangedToken, answer, what="exchange_project_token")


def _where(settings: Settings) -> tuple[str, str]:
    if settings.url is None:
        raise SettingsError("BATON_TOKEN is set, but not where its project is", hint=_ADDRESS_HINT)
    if settings.key is None:
        raise SettingsError("the key of the project is missing", where=settings.url, hint=_ADDRESS_HINT)
    refuse_secret_key(settings.key, where="BATON_KEY")
    return settings.url, settings.key


def _project_of(token: ExchangedToken, key: str | None) -> Project:
    if key not in (None, token.project):
        raise UsageError(
            f"this token is of the project {token.project!r}, not of {key!r}",
            where="--project",
            hint="leave --project out, or use a token of the other project",
        )
    return Project(id=str(token.project_id), key=token.project, organization="")


_ADDRESS_HINT = "set BATON_URL and BATON_KEY (the publishable key, which is no secret)"
