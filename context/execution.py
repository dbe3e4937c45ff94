"""All that one run knows, in memory. One event loop uses it; nothing in it waits.

Everything secret is known to `mask` the moment it arrives: the environment's secrets, every token,
every capture marked secret, and every captured value that holds one of these.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from context.capture import CaptureRule, CaptureTarget
from context.extract import ResponseView
from context.findings import Findings, Found, names_of
from context.fixtures import Fixtures
from context.functions import Now, system_now
from context.gather import delta_of, is_secret, look_for, origin_of, record_of
from context.knowledge import Knowledge
from context.masking import Mask
from context.outcomes import NotFound
from context.rendering import NO_FIXTURES, NO_SUITES, NO_TEXTS, NO_VALUES, Beginning, Rendering
from context.scope import Setting
from context.state import Captured, ContextDelta, ContextState, Provenance
from context.token_uses import TokenWatch
from context.values import JsonValue


class ExecutionContext:
    """What a run knows. `variables`, `secrets` and `services` (base URLs) are the environment's;
    `overrides` (from the command line) are nearer, and stand in `env` too; `suite_variables` and
    `fixtures` are by suite key.

    With a `seed` what is random in templates repeats itself, test by test, whatever their order.
    `tokens` knows which captured tokens a test's templates have read, and how long they live.
    """

    def __init__(  # noqa: PLR0913 # all that a run begins with, each by its name
        self,
        *,
        base_url: str = "",
        variables: Mapping[str, JsonValue] = NO_VALUES,
        overrides: Mapping[str, JsonValue] = NO_VALUES,
        secrets: Mapping[str, str] = NO_TEXTS,
        services: Mapping[str, str] = NO_TEXTS,
        suite_variables: Mapping[str, Mapping[str, JsonValue]] = NO_SUITES,
        fixtures: Mapping[str, Fixtures] = NO_FIXTURES,
        seed: int | str | None = None,
        now: Now = system_now,
    ) -> None:
        self.base_url = base_url
        self.mask = Mask(secrets.values())
        self._secrets = secrets
        self._knowledge = Knowledge()
        self.tokens = TokenWatch(self._knowledge, now=now)
        beginning = Beginning(
            base_url=base_url,
            variables=variables,
            overrides=overrides,
            secrets=secrets,
            services=services,
            suite_variables=suite_variables,
            fixtures=fixtures,
            seed=seed,
            now=now,
        )
        self._rendering = Rendering(beginning, self._knowledge, self.tokens, self.mask)

    @property
    def version(self) -> int:
        """Counts the changes: captures, tokens, tests that are over."""
        return self._knowledge.version

    @property
    def test_order(self) -> tuple[str, ...]:
        """Full names of the tests that are over, in the order in which they ended."""
        return self._knowledge.test_order

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """Where every captured value came from, and which tests have used it."""
        return self._knowledge.provenance

    def render(
        self, value: JsonValue, *, suite: str, test: str, extra: Mapping[str, object] | None = None
    ) -> JsonValue:
        """`value` with its templates filled, as this test sees the run. Names in `extra` are nearer
        than all others.

        Raises TemplateError and UndefinedName; they hold no secret. Whoever calls knows the field.
        """
        return self._rendering.render(value, suite=suite, reader=full_name(suite, test), extra=extra)

    def who_set(self, variable: str, *, suite: str) -> Setting | None:
        """A variable's value in this suite (as written), and who set it."""
        return self._rendering.who_set(variable, suite=suite)

    def look(self, response: ResponseView, *, rules: Iterable[CaptureRule]) -> Findings:
        """What the rules find in the response; nothing of it is kept yet.

        Never raises. What is secret is masked from now on.
        """
        found: list[tuple[CaptureRule, JsonValue]] = []
        failures: list[tuple[CaptureRule, str]] = []
        for rule in rules:
            outcome = look_for(response, rule)
            if isinstance(outcome, NotFound):
                failures.append((rule, f"capture '{rule.name}': {outcome.reason}"))
            elif outcome is not None:
                found.append((rule, outcome.value))
                self.tokens.found(rule, outcome.value, response)
        self._hide(found)
        return Findings(
            found=tuple(found),
            records=tuple(record_of(rule, value, mask=self.mask) for rule, value in found),
            failures=tuple(self.mask.text(failure) for _, failure in failures),
            missing=tuple(rule for rule, _ in failures),
        )

    def keep(self, found: Found, *, suite: str, test: str) -> ContextDelta:
        """Let all tests use what this one has found, from now on."""
        # All secrets of the response are known by now, so a value that holds one is recognised.
        name = full_name(suite, test)
        kept = tuple((self._origin(rule, value, test=name), value) for rule, value in found)
        self._knowledge.keep(kept)
        self.tokens.kept(origin for origin, _ in kept)
        return delta_of(name, kept)

    def left_behind(self, found: Found, *, suite: str, test: str) -> ContextDelta:
        """What a test has found that did not pass: nobody else sees it, but its undo may need it, also
        after the run was taken up by another process."""
        name = full_name(suite, test)
        kept = []
        for rule, value in found:
            origin = self._origin(rule, value, test=name)
            kept.append((replace(origin, kind=CaptureTarget.DATA, expires_at=None), value))
        return delta_of(name, tuple(kept))

    def _origin(self, rule: CaptureRule, value: JsonValue, *, test: str) -> Provenance:
        return origin_of(rule, value, test=test, mask=self.mask, expires_at=self.tokens.end_of(value))

    def names_after(self, found: Found, *, suite: str, test: str) -> Mapping[str, object]:
        """Names for the templates of a test's next step: what its steps have found so far, though it
        was not kept yet."""
        return names_of(found, tests=(test, full_name(suite, test)), names=self._rendering.names(suite))

    def capture(
        self, response: ResponseView, *, suite: str, test: str, rules: Iterable[CaptureRule]
    ) -> Captured:
        """Keep what the rules find in the response: all of it, or nothing if a required one fails.

        Never raises. What is secret is masked from now on in either case.
        """
        looked = self.look(response, rules=rules)
        complete = looked.found and not looked.failures
        return Captured(
            records=looked.records,
            failures=looked.failures,
            change=self.keep(looked.found, suite=suite, test=test) if complete else None,
        )

    def hide_captures(self, response: ResponseView, *, rules: Iterable[CaptureRule]) -> None:
        """Mask what the rules would capture as a secret, without keeping it: the test has failed."""
        for rule in rules:
            if is_secret(rule):
                outcome = look_for(response, rule)
                if outcome is not None and not isinstance(outcome, NotFound):
                    self.mask.add_value(outcome.value)

    def set_tokens(self, tokens: Mapping[str, JsonValue], *, test: str) -> ContextDelta:
        """Take over tokens that a test (full name) obtained by other means than a capture rule."""
        for value in tokens.values():
            self.mask.add_value(value)
        kept = tuple(
            (Provenance(name=name, kind=CaptureTarget.TOKEN, test=test, capture="", secret=True), value)
            for name, value in tokens.items()
        )
        self._knowledge.keep(kept)
        return delta_of(test, kept)

    def finished(self, test: str) -> None:
        """Take note that this test (full name) is over, whatever its verdict."""
        self._rendering.forget(test)
        self.tokens.uses_of(test)
        self._knowledge.finish(test)

    def know_needs(self, needs_of: Callable[[str], Collection[str]]) -> None:
        """What each test needs, by full names: of several tests that capture one name, it means that one."""
        self._knowledge.needs_of = needs_of

    def values_of(self, test: str) -> Mapping[str, JsonValue]:
        """What this test (full name) has captured: real values."""
        return self._knowledge.captured.get(test, NO_VALUES)

    def environment_variables(self) -> Mapping[str, JsonValue]:
        """What templates find under `env`."""
        return self._rendering.environment_variables()

    def environment_secrets(self) -> Mapping[str, str]:
        """What templates find under `secrets`: real values."""
        return self._secrets

    def state(self) -> ContextState:
        """Everything, with real values, to be stored."""
        return self._knowledge.state()

    def restore(self, state: ContextState) -> None:
        """Know what was stored, and nothing else. Its secrets are masked from now on."""
        self._knowledge.restore(state)
        self.tokens.kept(state.provenance)
        for value in self._knowledge.secret_values():
            self.mask.add_value(value)

    def _hide(self, found: Iterable[tuple[CaptureRule, JsonValue]]) -> None:
        for rule, value in found:
            if is_secret(rule):
                self.mask.add_value(value)


def full_name(suite: str, test: str) -> str:
    """A test's full name, from its key or from the full name itself."""
    return test if "/" in test else f"{suite}/{test}"
