"""Which tokens a test is about to use, and whether they are still good."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import datetime

from context.capture import CaptureRule, CaptureTarget
from context.extract import ResponseView
from context.functions import Now
from context.knowledge import Knowledge
from context.state import Provenance
from context.token_life import TokenLife, life_of
from context.values import JsonValue


@dataclass(frozen=True, slots=True)
class TokenUse:
    """A token as templates have read it: its name, the test (full name) that made it, its value."""

    name: str
    producer: str
    value: JsonValue = field(repr=False)


class TokenWatch:
    """Knows how long the tokens of a run live, and which of them templates have read."""

    def __init__(self, knowledge: Knowledge, *, now: Now) -> None:
        self._knowledge = knowledge
        self._now = now
        self._ends: dict[str, datetime] = {}
        self._lives: dict[tuple[str, str], TokenLife] = {}
        self._read: dict[str, dict[tuple[str, str], TokenUse]] = {}

    def found(self, rule: CaptureRule, value: JsonValue, response: ResponseView) -> None:
        """A capture has found this: note how long it lives, if it is a token that lives for a while."""
        if rule.target is CaptureTarget.TOKEN and isinstance(value, str):
            life = life_of(rule, value, response, now=self._now())
            if life is not None:
                self._ends[value] = life.ends_at

    def end_of(self, value: JsonValue) -> datetime | None:
        """When a token that was found ends; None if nobody knows."""
        return self._ends.get(value) if isinstance(value, str) else None

    def kept(self, origins: Iterable[Provenance]) -> None:
        """These values are the run's now, newly captured or restored."""
        for origin in origins:
            place = origin.test, origin.name
            self._lives.pop(place, None)
            if origin.expires_at is not None:
                self._lives[place] = TokenLife.until(origin.expires_at, now=self._now())

    def read(self, producer: str, name: str, *, by: str) -> None:
        """A template of a test has read something that another one captured."""
        origin = self._knowledge.origin(producer, name)
        if origin is not None and origin.kind is CaptureTarget.TOKEN:
            value = self._knowledge.captured[producer][name]
            self._read.setdefault(by, {})[producer, name] = TokenUse(name, producer, value)

    def uses_of(self, test: str) -> tuple[TokenUse, ...]:
        """The tokens that a test's templates have read since this was last asked."""
        read = self._read.pop(test, None)
        return tuple(read.values()) if read else ()

    def is_stale(self, use: TokenUse) -> bool:
        """Whether this token should be renewed before it is sent: it has ended, or is about to."""
        life = self._lives.get((use.producer, use.name))
        return life is not None and self._now() >= life.renew_at

    def is_current(self, use: TokenUse) -> bool:
        """Whether nobody has put another value in this one's place."""
        return self._knowledge.captured.get(use.producer, {}).get(use.name) == use.value
