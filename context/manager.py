"""The contexts of runs by their ids: cached here, kept in a store."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field

from context.capture import CaptureRule
from context.errors import StoreError
from context.execution import ExecutionContext
from context.extract import ResponseView
from context.state import Captured
from context.store.base import ContextStore
from context.values import JsonValue


@dataclass(frozen=True, slots=True, kw_only=True)
class DependencyContext:
    """Whether a test has what it needs. `missing` says in words what is not there yet; `receives`
    holds real values, by test and name."""

    test: str
    ready: bool
    missing: tuple[str, ...] = ()
    receives: Mapping[str, Mapping[str, JsonValue]] = field(default_factory=dict, repr=False)


@dataclass(frozen=True, slots=True, kw_only=True)
class RunEnvironment:
    """Where a run happens, with its real secrets."""

    base_url: str
    variables: Mapping[str, JsonValue]
    secrets: Mapping[str, str] = field(repr=False)


@dataclass(slots=True)
class _Cached:
    """A context in memory, and the version that the store had when we last met it."""

    context: ExecutionContext
    stored_version: int


class TestExecutionContextManager:
    """What can be done with the context of a run. Every change is written before it is answered.

    When somebody else wrote in between, StaleVersion is raised and nothing of ours is stored:
    `refresh` takes over what is stored, and the caller decides anew.
    """

    # Not a test class, whatever its name makes pytest believe.
    __test__ = False

    def __init__(self, store: ContextStore) -> None:
        self._store = store
        self._cached: dict[str, _Cached] = {}

    async def initialise(self, run_id: str, context: ExecutionContext) -> ExecutionContext:
        """Begin with this context, which knows the environment; or go on with what is stored."""
        stored = await self._store.load(run_id)
        if stored is not None:
            context.restore(stored)
        self._cached[run_id] = _Cached(context, stored.version if stored else 0)
        return context

    async def get(self, run_id: str) -> ExecutionContext:
        """The run's context, from memory or from the store. Raises StoreError if there is none.

        From the store it knows no environment: use `initialise` to go on with a run.
        """
        if run_id not in self._cached:
            if await self._store.load(run_id) is None:
                raise StoreError(
                    "there is no context of this run",
                    where=run_id,
                    hint="it was never begun, or has expired: contexts live for 24 hours after their run",
                )
            await self.initialise(run_id, ExecutionContext())
        return self._cached[run_id].context

    async def refresh(self, run_id: str) -> ExecutionContext:
        """The run's context as the store has it now; what was not stored is forgotten."""
        context = await self.get(run_id)
        return await self.initialise(run_id, context)

    async def update_shared_tokens(self, run_id: str, tokens: Mapping[str, JsonValue], *, test: str) -> int:
        """Add or replace tokens, which come from this test (full name); gives the new version."""
        context = await self.get(run_id)
        context.set_tokens(tokens, test=test)
        return await self._save(run_id)

    async def capture_variables(
        self, run_id: str, response: ResponseView, *, suite: str, test: str, rules: Iterable[CaptureRule]
    ) -> Captured:
        """Take out of a response what the rules say. Only a complete capture is kept and stored."""
        context = await self.get(run_id)
        captured = context.capture(response, suite=suite, test=test, rules=rules)
        if captured.change is not None:
            await self._save(run_id)
        return captured

    async def finish_test(self, run_id: str, test: str) -> int:
        """Take note that a test (full name) is over; gives the new version."""
        context = await self.get(run_id)
        context.finished(test)
        return await self._save(run_id)

    async def resolve_dependencies(
        self, run_id: str, test: str, *, needs: Mapping[str, Collection[str]]
    ) -> DependencyContext:
        """Whether this test can start. `needs` are the tests (full names) it waits for, each with
        the names of what it uses of them; none for a mere order."""
        context = await self.get(run_id)
        over = set(context.test_order)
        missing: list[str] = []
        receives: dict[str, Mapping[str, JsonValue]] = {}
        for required, names in needs.items():
            values = context.values_of(required)
            if required not in over:
                missing.append(f"{required} is not over")
            missing += [f"{required} has not captured '{name}'" for name in names if name not in values]
            receives[required] = {name: values[name] for name in names if name in values}
        return DependencyContext(
            test=test, ready=not missing, missing=tuple(missing), receives={} if missing else receives
        )

    async def read_environment(self, run_id: str) -> RunEnvironment:
        """The environment that the run's context was begun with, secrets included."""
        context = await self.get(run_id)
        return RunEnvironment(
            base_url=context.base_url,
            variables=context.environment_variables(),
            secrets=context.environment_secrets(),
        )

    async def cleanup_expired(self) -> int:
        """Remove contexts whose time is over, here and in the store; says how many the store had."""
        removed = await self._store.forget_expired()
        for run_id in list(self._cached):
            if self._cached[run_id].stored_version and await self._store.load(run_id) is None:
                del self._cached[run_id]
        return removed

    async def _save(self, run_id: str) -> int:
        cached = self._cached[run_id]
        version = await self._store.save(
            run_id, cached.context.state(), expected_version=cached.stored_version
        )
        cached.stored_version = version
        return version
