"""What a run has learned so far, and from whom. No masking and no templates here."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import replace

from context.capture import CaptureTarget
from context.state import ContextState, Provenance
from context.values import JsonValue

_NOBODY: Mapping[str, None] = {}


def _nothing(test: str) -> Collection[str]:
    return ()


class Knowledge:
    """Captured values with their origins and readers. Every change is one step of `version`."""

    def __init__(self) -> None:
        self.version = 0
        self.tokens: dict[str, JsonValue] = {}
        self.variables: dict[str, JsonValue] = {}
        self.captured: dict[str, dict[str, JsonValue]] = {}
        #: What a test needs: where several capture one name, it means that one.
        self.needs_of: Callable[[str], Collection[str]] = _nothing
        #: Which tests a token or a variable came from, the latest last.
        self._producers: dict[CaptureTarget, dict[str, dict[str, None]]] = {
            target: {} for target in CaptureTarget
        }
        self._origins: dict[tuple[str, str], Provenance] = {}
        self._readers: dict[tuple[str, str], dict[str, None]] = {}
        self._test_order: dict[str, None] = {}

    def keep(self, values: Iterable[tuple[Provenance, JsonValue]]) -> None:
        """Take over what one test captured."""
        for origin, value in values:
            self.captured.setdefault(origin.test, {})[origin.name] = value
            if origin.kind is CaptureTarget.TOKEN:
                self.tokens[origin.name] = value
            elif origin.kind is CaptureTarget.VARIABLE:
                self.variables[origin.name] = value
            self._note_origin(origin)
        self.version += 1

    def _note_origin(self, origin: Provenance) -> None:
        self._origins[origin.test, origin.name] = origin
        producers = self._producers[origin.kind].setdefault(origin.name, {})
        producers.pop(origin.test, None)
        producers[origin.test] = None

    def producer(self, kind: CaptureTarget, name: str, *, suite: str, by: str) -> str:
        """The test whose token or variable of this name a test of this suite means: one of its suite, else
        one of others; of several the one that it needs, else the latest. Empty if no test captured it."""
        producers = self._producers[kind].get(name, _NOBODY)
        if len(producers) < 2:
            return next(iter(producers), "")
        latest_first = list(producers)[::-1]
        near = [test for test in latest_first if test.startswith(f"{suite}/")] or latest_first
        needed = self.needs_of(by)
        return next((test for test in near if test == by or test in needed), near[0])

    def read(self, producer: str, name: str, *, by: str) -> None:
        """Take note that a test has used a value of another one."""
        if producer != by:
            self._readers.setdefault((producer, name), {})[by] = None

    def origin(self, test: str, name: str) -> Provenance | None:
        """Where a captured value comes from, without its readers."""
        return self._origins.get((test, name))

    def finish(self, test: str) -> None:
        """Take note that a test is over."""
        if test not in self._test_order:
            self._test_order[test] = None
            self.version += 1

    @property
    def test_order(self) -> tuple[str, ...]:
        """The tests that are over, in the order in which they ended."""
        return tuple(self._test_order)

    @property
    def provenance(self) -> tuple[Provenance, ...]:
        """Where every captured value came from, and who has used it."""
        return tuple(
            replace(origin, used_by=tuple(self._readers.get(place, ())))
            for place, origin in self._origins.items()
        )

    def state(self) -> ContextState:
        """Everything, as it can be stored."""
        return ContextState(
            version=self.version,
            tokens=dict(self.tokens),
            variables=dict(self.variables),
            captured_data={test: dict(values) for test, values in self.captured.items()},
            provenance=self.provenance,
            test_order=self.test_order,
        )

    def restore(self, state: ContextState) -> None:
        """Know what was stored, and nothing else. Views of these dictionaries stay valid."""
        for values, stored in ((self.tokens, state.tokens), (self.variables, state.variables)):
            values.clear()
            values.update(stored)
        self.captured.clear()
        self.captured.update({test: dict(values) for test, values in state.captured_data.items()})
        for producers in self._producers.values():
            producers.clear()
        self._origins.clear()
        for origin in state.provenance:
            self._note_origin(replace(origin, used_by=()))
        self._readers = {(each.test, each.name): dict.fromkeys(each.used_by) for each in state.provenance}
        self._test_order = dict.fromkeys(state.test_order)
        self.version = state.version

    def secret_values(self) -> Iterable[JsonValue]:
        """Every value that must stay hidden, as far as its origin says so."""
        yield from self.tokens.values()
        for origin in self._origins.values():
            if origin.secret or origin.kind is CaptureTarget.TOKEN:
                yield self.captured.get(origin.test, {}).get(origin.name)
            if origin.secret and origin.kind is CaptureTarget.VARIABLE:
                yield self.variables.get(origin.name)
