"""New tokens for old ones: the test that made them runs again, once for all that wait."""

import asyncio
from collections import Counter
from collections.abc import Awaitable, Callable, Iterable, Iterator
from copy import copy
from dataclasses import dataclass, field, replace
from datetime import datetime

from context.capture import CaptureTarget
from context.token_uses import TokenUse, TokenWatch
from worker.clock import Clock
from worker.engine.categories import OUTAGES, Category
from worker.http.transport import Trouble
from worker.models.events import ContextChange, TokenRenewed
from worker.models.expectation import ExpectationKind
from worker.models.graph import Plan
from worker.models.outcome import Renewal, TestOutcome, Verdict
from worker.models.suite import Step, Test, TestName

#: After so many renewals in a row that did not help, a 401 is an answer like any other; and after so
#: many that did not even work, the token is lost.
MOST_IN_VAIN = 5

#: Why a renewal begins, as people read it.
EXPIRED = "it had expired"
REFUSED = "it was refused with 401"

#: Trouble of the moment: the next test that needs the token may try again. Whoever was turned away
#: will be turned away again, and may be locked out for it.
PASSING = OUTAGES | {Category.SERVER, Category.RATE_LIMITED, *Trouble}

#: Runs a test once more, on the side: nobody is told, and its verdict stays what it is.
RunAgain = Callable[[Test, "Renewals"], Awaitable[tuple[TestOutcome, ContextChange | None]]]


class TokenLost(Exception):
    """A token cannot be renewed, so the test that needs it cannot go on. `renewal` is what was tried."""

    def __init__(self, renewal: Renewal) -> None:
        super().__init__(renewal.reason)
        self.renewal = renewal


@dataclass(slots=True)
class _Producer:
    """A test that makes tokens, as far as renewals go."""

    task: "asyncio.Task[Renewal] | None" = None
    #: The producer that this one's own run is waiting for.
    waits_for: TestName | None = None
    #: Renewals because of a 401, since the last one after which the answer was another.
    in_vain: int = 0
    #: Renewals that did not work, since the last one that did.
    failures: int = 0
    lost: Renewal | None = None
    counts: Counter[str] = field(default_factory=Counter)


class Renewals:
    """Renews the tokens of a run. Of each producer one renewal is under way at most, and everybody
    who needs its tokens waits for that one.

    The producer takes no slot: it runs for tests that wait in theirs. Nor does it take locks, which
    those may hold. Its own tokens are not renewed while it runs for new ones.
    """

    def __init__(
        self,
        plan: Plan,
        tokens: TokenWatch,
        *,
        clock: Clock,
        run_again: RunAgain,
        tell: Callable[[TokenRenewed], None],
    ) -> None:
        self._plan = plan
        self._tokens = tokens
        self._clock = clock
        self._run_again = run_again
        self._tell = tell
        self._producers: dict[TestName, _Producer] = {}
        self._asked_for: Counter[str] = Counter()
        self._running: tuple[TestName, ...] = ()

    @property
    def counts(self) -> dict[str, int]:
        """How often each token was renewed."""
        made = sum((each.counts for each in self._producers.values()), Counter[str]())
        return dict(made + self._asked_for)

    def note(self, test: TestName, token: str, *, refused: bool) -> None:
        """A token that no test makes was renewed for this one, by asking its token endpoint again."""
        self._asked_for[token] += 1
        now = self._clock.now()
        renewal = Renewal(
            test=test,
            tokens=(token,),
            cause=REFUSED if refused else EXPIRED,
            wanted_by=test,
            started_at=now,
            finished_at=now,
        )
        self._tell(TokenRenewed(renewal=renewal))

    async def close(self) -> None:
        """End what is under way; nobody waits for it any more."""
        tasks = [each.task for each in self._producers.values() if each.task is not None]
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)

    async def before_use(self, test: Test, uses: Iterable[TokenUse]) -> bool:
        """Renew those of these tokens that have ended or are about to; whether any is new now.

        Raises TokenLost when one cannot be had.
        """
        renewed = False
        for use in self._renewable(uses):
            producer = self._of(use)
            if producer.lost is not None:
                raise TokenLost(producer.lost)
            if producer.task is not None or self._tokens.is_stale(use):
                await self._renew(use, test, cause=EXPIRED)
                renewed = True
        return renewed

    async def after_refusal(self, test: Test, uses: Iterable[TokenUse], *, replayed: bool) -> bool:
        """A request with these tokens was answered with 401; whether it is worth sending it once more.

        What was `replayed` already is sent again only where its token has ended meanwhile. Raises
        TokenLost when a new token is needed and cannot be had.
        """
        again = False
        for use in self._renewable(uses):
            producer = self._of(use)
            if producer.task is None and self._tokens.is_current(use):
                if producer.in_vain >= MOST_IN_VAIN or (replayed and not self._tokens.is_stale(use)):
                    continue
                producer.in_vain += 1
                await self._renew(use, test, cause=REFUSED)
            elif producer.task is not None:
                await self._renew(use, test, cause=REFUSED)
            again = True
        return again

    def helped(self, uses: Iterable[TokenUse]) -> None:
        """A request that was sent again with these tokens was not refused again."""
        for use in uses:
            self._of(use).in_vain = 0

    def _renewable(self, uses: Iterable[TokenUse]) -> Iterator[TokenUse]:
        """Tokens that come from a test of this run which does not, itself, wait for this renewal."""
        for use in uses:
            if use.producer in self._plan.tests and not self._leads_back(use.producer):
                yield use

    def _leads_back(self, name: TestName | None) -> bool:
        while name is not None:
            if name in self._running:
                return True
            name = self._producers[name].waits_for if name in self._producers else None
        return False

    def _of(self, use: TokenUse) -> _Producer:
        return self._producers.setdefault(use.producer, _Producer())

    async def _renew(self, use: TokenUse, test: Test, *, cause: str) -> None:
        """Wait for the renewal that is under way, else for one that begins now."""
        producer = self._of(use)
        if producer.task is None:
            producer.task = asyncio.create_task(
                self._run(self._plan.tests[use.producer], test.name, cause), name=f"renewal by {use.producer}"
            )
        waiting = self._producers.get(self._running[-1]) if self._running else None
        if waiting is not None:
            waiting.waits_for = use.producer
        try:
            # A test that is cut short must not take the renewal with it: others wait for it, too.
            renewal = await asyncio.shield(producer.task)
        finally:
            if waiting is not None:
                waiting.waits_for = None
        if not renewal.worked:
            raise TokenLost(renewal)

    async def _run(self, test: Test, wanted_by: TestName, cause: str) -> Renewal:
        producer, began = self._producers[test.name], self._clock.now()
        try:
            outcome, change = await self._run_again(_whatever_its_time(test), self._inside(test.name))
            renewal = self._renewal(test, outcome, cause=cause, wanted_by=wanted_by, began=began)
            _take_note(producer, renewal, outcome)
            self._tell(TokenRenewed(renewal=renewal, change=change))
            return renewal
        finally:
            producer.task = None

    def _inside(self, producer: TestName) -> "Renewals":
        """The renewals as this producer's own run sees them."""
        inside = copy(self)
        inside._running = (*self._running, producer)
        return inside

    def _renewal(
        self, test: Test, outcome: TestOutcome, *, cause: str, wanted_by: TestName, began: datetime
    ) -> Renewal:
        passed = outcome.verdict is Verdict.PASSED
        return Renewal(
            test=test.name,
            tokens=tuple(rule.name for rule in test.captures if rule.target is CaptureTarget.TOKEN),
            cause=cause,
            wanted_by=wanted_by,
            reason="" if passed else outcome.reason or outcome.verdict,
            attempts=outcome.attempts,
            started_at=began,
            finished_at=self._clock.now(),
        )


def _take_note(producer: _Producer, renewal: Renewal, outcome: TestOutcome) -> None:
    if renewal.worked:
        producer.failures = 0
        producer.counts.update(renewal.tokens)
        return
    producer.failures += 1
    if outcome.category not in PASSING or producer.failures >= MOST_IN_VAIN:
        producer.lost = renewal


def _whatever_its_time(test: Test) -> Test:
    """The test without what it expects of the time: that a login was slow makes its token no worse."""
    return replace(test, steps=tuple(_without_time(step) for step in test.steps))


def _without_time(step: Step) -> Step:
    kept = tuple(each for each in step.expectations if each.kind is not ExpectationKind.TIME)
    return replace(step, expectations=kept)
