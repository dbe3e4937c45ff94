"""Templates as the tests of one run see it: which names there are, and who reads them."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from types import MappingProxyType

from context.capture import CaptureTarget
from context.errors import TemplateError, UndefinedName
from context.fixtures import Fixtures, FixtureValues, NoFixtures
from context.functions import Functions, Now
from context.knowledge import Knowledge
from context.masking import Mask
from context.scope import Scope, SetBy, Setting
from context.templating import Renderer
from context.token_uses import TokenWatch
from context.values import JsonValue
from context.views import CapturedData, Fill, SharedValues, SuiteVariables, TestNames

NO_VALUES: Mapping[str, JsonValue] = MappingProxyType({})
NO_TEXTS: Mapping[str, str] = MappingProxyType({})
NO_SUITES: Mapping[str, Mapping[str, JsonValue]] = MappingProxyType({})
NO_FIXTURES: Mapping[str, Fixtures] = MappingProxyType({})


@dataclass(frozen=True, slots=True, kw_only=True)
class Beginning:
    """What a run knows before its first test; the arguments of ExecutionContext say what each is."""

    base_url: str
    variables: Mapping[str, JsonValue] = field(repr=False)
    overrides: Mapping[str, JsonValue] = field(repr=False)
    secrets: Mapping[str, str] = field(repr=False)
    services: Mapping[str, str]
    suite_variables: Mapping[str, Mapping[str, JsonValue]] = field(repr=False)
    fixtures: Mapping[str, Fixtures] = field(repr=False)
    seed: int | str | None
    now: Now


class Rendering:
    """Fills templates with what a run knows, and notes which test has read what of it."""

    def __init__(self, beginning: Beginning, knowledge: Knowledge, tokens: TokenWatch, mask: Mask) -> None:
        self._beginning = beginning
        self._knowledge = knowledge
        self._tokens = tokens
        self._mask = mask
        self._suites: dict[str, TestNames] = {}
        self._renderers: dict[str, Renderer] = {}
        self._reader = ""
        self._reads = 0

    def render(
        self, value: JsonValue, *, suite: str, reader: str, extra: Mapping[str, object] | None
    ) -> JsonValue:
        """`value` with its templates filled, for the test `reader` (full name). Names in `extra` are
        nearer than all others. Raises TemplateError and UndefinedName; they hold no secret."""
        self._reader = reader
        try:
            renderer = self._renderer(suite, reader)
            return (renderer.nearer(extra) if extra else renderer).render(value)
        except TemplateError as error:
            self._hide_in(error)
            raise

    def forget(self, test: str) -> None:
        """This test (full name) is over: it renders nothing more."""
        self._renderers.pop(test, None)

    def environment_variables(self) -> Mapping[str, JsonValue]:
        """What templates find under `env`."""
        return {**self._beginning.variables, **self._beginning.overrides}

    def who_set(self, variable: str, *, suite: str) -> Setting | None:
        """A variable's value in this suite (as written), and who set it."""
        return self._scope(suite).find(variable)

    def names(self, suite: str) -> TestNames:
        """The names that all tests of a suite know."""
        names = self._suites.get(suite)
        if names is None:
            names = self._suites[suite] = self._make_names(suite)
        return names

    def _renderer(self, suite: str, test: str) -> Renderer:
        renderer = self._renderers.get(test)
        if renderer is None:
            renderer = Renderer(self.names(suite), functions=self._functions(test))
            self._renderers[test] = renderer
        return renderer

    def _functions(self, place: str) -> Functions:
        return Functions(seed=self._beginning.seed, place=place, now=self._beginning.now)

    def _make_names(self, suite: str) -> TestNames:
        known, beginning = self._knowledge, self._beginning
        tokens = self._shared(known.tokens, CaptureTarget.TOKEN, suite)
        variables = self._shared(known.variables, CaptureTarget.VARIABLE, suite)
        captured = CapturedData(known.captured, suite=suite, note=self._note)
        fixtures = beginning.fixtures.get(suite, NoFixtures())
        fixed: dict[str, object] = {
            "base_url": beginning.base_url,
            "tokens": tokens,
            "shared_auth_tokens": tokens,
            "shared_variables": variables,
            "captured_data": captured,
            "fixture": FixtureValues(fixtures, captured, lambda: self._reader),
            "env": self.environment_variables(),
            "secrets": beginning.secrets,
            "services": beginning.services,
        }
        of_suite = SuiteVariables(beginning.suite_variables.get(suite, NO_VALUES), fill=self._filler(suite))
        return TestNames(fixed, shared_variables=variables, scope=self._scope(suite), suite=of_suite)

    def _shared(self, values: Mapping[str, JsonValue], kind: CaptureTarget, suite: str) -> SharedValues:
        known = self._knowledge

        def producer(name: str) -> str:
            return known.producer(kind, name, suite=suite, by=self._reader)

        return SharedValues(values, known.captured, producer=producer, note=self._note)

    def _filler(self, suite: str) -> Fill:
        def fill(name: str, value: JsonValue) -> tuple[JsonValue, bool]:
            reads = self._reads
            functions = self._functions(f"{suite} variable {name}")
            filled = Renderer(self.names(suite), functions=functions).render(value)
            return filled, self._reads == reads

        return fill

    def _scope(self, suite: str) -> Scope:
        return Scope(
            {
                SetBy.CAPTURE: self._knowledge.variables,
                SetBy.COMMAND: self._beginning.overrides,
                SetBy.ENVIRONMENT: self._beginning.variables,
                SetBy.SUITE: self._beginning.suite_variables.get(suite, NO_VALUES),
            }
        )

    def _note(self, producer: str, name: str) -> None:
        self._reads += 1
        self._knowledge.read(producer, name, by=self._reader)
        self._tokens.read(producer, name, by=self._reader)

    def _hide_in(self, error: TemplateError) -> None:
        error.what = self._mask.text(error.what)
        error.expression = self._mask.text(error.expression)
        error.hint = self._mask.text(error.hint) if error.hint else None
        error.args = (error.what,)
        if isinstance(error, UndefinedName):
            error.near = tuple(self._mask.text(name) for name in error.near)
