"""What is no mistake in files, and was probably not meant."""

from collections.abc import Collection, Iterable, Iterator, Sequence

from context.paths import near_names
from worker.models.environment import EnvironmentKind
from worker.models.suite import Suite, Test

_KINDS = tuple(kind.value for kind in EnvironmentKind)


def unknown_environments(
    suites: Sequence[Suite], *, tests: Iterable[Test] | None = None, others: Collection[str] = ()
) -> tuple[str, ...]:
    """Environments under `requires` that nobody knows: these tests (all, unless they are given) are skipped
    everywhere, which looks like a choice.

    Known are the environments of the files, the `others`, and kinds. A name that is like none of them is left
    alone where a test names another that is known, or where no environment is known at all.
    """
    named = {*others, *(name for suite in suites for name in suite.environments)}
    if tests is None:
        tests = (test for suite in suites for test in suite.tests.values())
    places: dict[str, list[Test]] = {}
    hints: dict[str, str] = {}
    for test in tests:
        for name, near in _unknown(test, named):
            places.setdefault(name, []).append(test)
            hints[name] = f"; did you mean {near!r}?" if near else ""
    return tuple(f"{_told(name, found)}{hints[name]}" for name, found in places.items())


def _unknown(test: Test, named: Collection[str]) -> Iterator[tuple[str, str | None]]:
    known = {*named, *_KINDS}
    for name in test.environments:
        if name in known:
            continue
        near = near_names(name, known)
        if near or (named and not known.intersection(test.environments)):
            yield name, near[0] if near else None


def _told(name: str, tests: Sequence[Test]) -> str:
    first = f"{tests[0].suite}/{tests[0].key} ({tests[0].where})"
    more = f" and {len(tests) - 1} more" if len(tests) > 1 else ""
    return f"{first}{more} may run in {name!r}, which is no environment that is known"
