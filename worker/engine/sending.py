"""The request of a step on its way: templates filled, tokens that are good, sent when it is its turn."""

from dataclasses import replace

from context.errors import ContextError
from context.execution import full_name
from context.templating import may_have_templates
from context.token_uses import TokenUse
from context.values import JsonValue
from worker.assertions.scene import Scene
from worker.engine.checking import check_all, scene_of
from worker.engine.conditions import NO_NAMES, Names
from worker.engine.parts import origin_of
from worker.engine.phases import PhaseTimer
from worker.engine.renewal import MOST_IN_VAIN
from worker.engine.surroundings import Surroundings
from worker.errors import TransportError
from worker.http.build import build_request
from worker.http.cookies import CookieJar
from worker.http.origin import Origin
from worker.http.retry import NOTHING_SENT
from worker.models.exchange import PreparedRequest, Response
from worker.models.expectation import Expectation, ExpectationKind
from worker.models.suite import Step, Test


class Sending:
    """Sends one step. `names` are nearer to it than those of the run; whoever sends sets them first.

    `request` and `response` are what there is so far, also where it ended with an error.
    """

    __slots__ = (
        "_around",
        "_origin",
        "_parts",
        "_step",
        "_test",
        "_tokens",
        "names",
        "request",
        "response",
        "timer",
    )

    def __init__(self, test: Test, step: Step, around: Surroundings, cookies: CookieJar) -> None:
        self._test = test
        self._step = step
        self._around = around
        self._parts = around.parts
        self._origin: Origin = origin_of(around.parts, cookies, self._count_renewal)
        self._tokens: tuple[TokenUse, ...] = ()
        self.names: Names = NO_NAMES
        self.timer = PhaseTimer(around.parts.clock)
        self.request: PreparedRequest | None = None
        self.response: Response | None = None

    def _count_renewal(self, token: str, refused: bool) -> None:
        self._around.renewals.note(self._test.name, token, refused=refused)

    async def send(self) -> Response:
        """The answer, with tokens that are good: renewed before they are used, or once they are refused.

        Raises ContextError, RequestError, TransportError and TokenLost.
        """
        renewals = self._around.renewals
        for number in range(MOST_IN_VAIN):
            request = await self._build_with_good_tokens()
            response = self.response = await self._send(request)
            refused = self._is_refused(response)
            if number and not refused:
                renewals.helped(self._tokens)
            if not refused or not await renewals.after_refusal(self._test, self._tokens, replayed=number > 0):
                break
        return response

    def render(self, value: JsonValue, *, field: str) -> JsonValue:
        """The value with its templates filled, as this step sees the run. Raises ContextError."""
        if not may_have_templates(value):
            return value
        try:
            return self._parts.context.render(
                value, suite=self._test.suite, test=self._test.key, extra=self.names
            )
        except ContextError as error:
            error.where = error.where or field
            raise

    def fill(self, expectation: Expectation) -> JsonValue:
        """What is expected, with its templates filled. Raises ContextError."""
        return self.render(expectation.expected, field=f"expect.{expectation.kind}")

    def scene(self) -> Scene:
        """Where the checks of the step take place."""
        return scene_of(self._test, self._step, self._parts, request=self.request, names=self.names)

    async def _build_with_good_tokens(self) -> PreparedRequest:
        # Waiting for a token is nobody's time: the set-up begins when all are there.
        self.timer.begin()
        request = self._build()
        if self._tokens and await self._around.renewals.before_use(self._test, self._tokens):
            self.timer.begin()
            request = self._build()
        self.timer.ready()
        self.request = request
        return request

    def _build(self) -> PreparedRequest:
        watch, name = self._parts.context.tokens, full_name(self._test.suite, self._test.key)
        watch.uses_of(name)
        request = build_request(self._step.request, render=self.render, origin=self._origin)
        if request.auth is not None:
            request = replace(request, is_wanted=self._is_wanted)
        self._tokens = watch.uses_of(name)
        return request

    def _is_refused(self, response: Response) -> bool:
        """Whether a 401 came where the test wants something else, and a token may be the reason."""
        return response.status_code == 401 and bool(self._tokens) and not self._is_wanted(response)

    def _is_wanted(self, response: Response) -> bool:
        """Whether the step says that it wants just this status."""
        said = [each for each in self._step.expectations if each.kind is ExpectationKind.STATUS]
        checked = check_all(said, response, fill=self.fill, scene=self.scene())
        return bool(said) and checked.error is None and all(each.passed for each in checked.results)

    async def _send(self, request: PreparedRequest) -> Response:
        async with self._around.limits.turn():
            self.timer.sent()
            has_arrived = True
            try:
                return await self._parts.sender.send(request, timeout_seconds=self._timeout_seconds())
            except TransportError as error:
                has_arrived = error.category not in NOTHING_SENT
                raise
            finally:
                self.timer.received()
                if has_arrived:
                    self._around.undos.arrived(self._test)

    def _timeout_seconds(self) -> float:
        """What the step says, or its test, or its suite, or its endpoint, and no longer than the environment
        lets any request take; where nobody says anything, that."""
        own = self._step.timeout_seconds or self._test.timeout_seconds
        limit = self._parts.environment.timeout_seconds
        if limit is None:
            return own
        is_said = self._step.timeout_seconds is not None or "timeout" in self._test.said
        return min(own, limit) if is_said else limit
